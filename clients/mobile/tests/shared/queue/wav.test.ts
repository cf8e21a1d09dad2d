import { pcmSeconds, wavFile, wavHeader } from "@/shared/queue/wav";

test("the header says what follows", () => {
  const header = wavHeader(32_000, 16_000);
  const view = new DataView(header.buffer);
  const text = (offset: number): string => String.fromCharCode(...header.slice(offset, offset + 4));
  expect([text(0), text(8), text(12), text(36)]).toEqual(["RIFF", "WAVE", "fmt ", "data"]);
  expect(view.getUint32(4, true)).toBe(32_036);
  expect(view.getUint16(20, true)).toBe(1);
  expect(view.getUint16(22, true)).toBe(1);
  expect(view.getUint32(24, true)).toBe(16_000);
  expect(view.getUint32(28, true)).toBe(32_000);
  expect(view.getUint16(32, true)).toBe(2);
  expect(view.getUint16(34, true)).toBe(16);
  expect(view.getUint32(40, true)).toBe(32_000);
});

test("the file is the header and the pieces in their order", () => {
  const file = wavFile([new Uint8Array([1, 2]), new Uint8Array([3, 4, 5, 6])], 48_000);
  expect([...file.slice(44)]).toEqual([1, 2, 3, 4, 5, 6]);
  expect([...file.slice(0, 44)]).toEqual([...wavHeader(6, 48_000)]);
  expect(pcmSeconds(32_000, 16_000)).toBe(1);
});
