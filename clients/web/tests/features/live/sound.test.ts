import { describe, expect, it } from "vitest";

import { packFrame } from "@api/live-frames";
import { parseKeywords } from "@/features/live/live-preferences";
import { keywordIn } from "@api/keywords";
import { SoundBuffer } from "@/features/live/sound-buffer";

import worklet from "../../../public/live-microphone.js?raw";

describe("a frame", () => {
  it("is what the server reads", () => {
    const bytes = [...new Uint8Array(packFrame(0x01020304, Int16Array.from([1, -2])))];
    expect(bytes).toEqual([1, 0, 0, 0, 4, 3, 2, 1, 1, 0, 0xfe, 0xff]);
  });
});

describe("the buffer", () => {
  it("gives what comes after a position, until the server has it", () => {
    const buffer = new SoundBuffer();
    buffer.push(Int16Array.from([0, 1, 2]));
    buffer.push(Int16Array.from([3, 4]));
    expect(buffer.end).toBe(5);
    expect([...(buffer.read(1) ?? [])]).toEqual([1, 2]);
    expect([...(buffer.read(3) ?? [])]).toEqual([3, 4]);
    expect(buffer.read(5)).toBeNull();
    buffer.forget(2);
    expect([...(buffer.read(2) ?? [])]).toEqual([2]);
    buffer.forget(3);
    expect([buffer.start, buffer.read(2)]).toEqual([3, null]);
    buffer.forget(5);
    expect([buffer.start, buffer.end]).toEqual([5, 5]);
  });

  it("keeps the newest when it is full", () => {
    const buffer = new SoundBuffer(4);
    buffer.push(Int16Array.from([0, 1, 2]));
    buffer.push(Int16Array.from([3, 4, 5]));
    expect([buffer.start, buffer.end]).toEqual([0, 6]);
    buffer.push(Int16Array.from([6, 7, 8]));
    expect([buffer.start, [...(buffer.read(5) ?? [])]]).toEqual([3, [5]]);
  });
});

describe("keywords", () => {
  it("are read from what was typed", () => {
    expect(parseKeywords(" Mina, 민아\n\nMina ,")).toEqual(["Mina", "민아"]);
  });

  it.each([
    ["Hello Mina!", "Mina"],
    ["hello mina, come", "Mina"],
    ["a minaret", null],
    ["민아야 이리 와", "민아"],
    ["정민아", null],
    ["", null],
  ])("in %s", (text, found) => {
    expect(keywordIn(text, ["Mina", "민아"])).toBe(found);
  });
});

type Output = { push: (input: Float32Array) => number[] };

/** The worklet's file as the browser runs it, with what stands around it there. */
function resampler(rate_hz: number): Output {
  const source = `${worklet}\nreturn Resampler;`;
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const load = new Function("AudioWorkletProcessor", "registerProcessor", "sampleRate", source) as (
    base: unknown,
    register: () => void,
    rate_hz: number,
  ) => new (rate_hz: number) => Output;
  const Resampler = load(Object, () => undefined, rate_hz);
  return new Resampler(rate_hz);
}

const tone = (frequency_hz: number, rate_hz: number, seconds: number) =>
  Float32Array.from({ length: rate_hz * seconds }, (_, index) =>
    Math.sin((2 * Math.PI * frequency_hz * index) / rate_hz),
  );

function inBlocks(input: Float32Array, rate_hz: number, block: number): number[] {
  const { push } = bound(resampler(rate_hz));
  const output: number[] = [];
  for (let begin = 0; begin < input.length; begin += block) {
    output.push(...push(input.subarray(begin, begin + block)));
  }
  return output;
}

const bound = (made: Output) => ({ push: (input: Float32Array) => made.push(input) });
const rms = (samples: readonly number[]) =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);

describe.each([48_000, 44_100, 16_000, 8_000, 96_000])("resampling from %d Hz", (rate_hz) => {
  it("keeps a voice where it is, in time and level", () => {
    const output = inBlocks(tone(1000, rate_hz, 0.5), rate_hz, 128);
    expect(Math.abs(output.length - 8000)).toBeLessThan(140);
    const expected = tone(1000, 16_000, 0.5);
    const errors = output
      .slice(200, 7500)
      .map((sample, index) => sample - (expected[index + 200] ?? 0));
    expect(rms(errors)).toBeLessThan(0.01);
  });

  it("does not depend on the size of the blocks", () => {
    const input = tone(700, rate_hz, 0.1);
    const whole = inBlocks(input, rate_hz, input.length);
    expect(inBlocks(input, rate_hz, 37)).toEqual(whole);
  });
});

it("lets nothing above 8 kHz through", () => {
  const output = inBlocks(tone(11_000, 48_000, 0.5), 48_000, 128);
  expect(20 * Math.log10(rms(output.slice(200)))).toBeLessThan(-60);
});
