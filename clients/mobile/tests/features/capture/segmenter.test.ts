import fc from "fast-check";

import { loudness, Segmenter } from "@/features/capture/segmenter";

const RATE_HZ = 16_000;
const PIECE = RATE_HZ / 10;

const speech = new Int16Array(PIECE).map((_, i) => (i % 2 === 0 ? 6_000 : -6_000));
const quiet = new Int16Array(PIECE).map((_, i) => (i % 2 === 0 ? 20 : -20));

/** Seconds at which segments end, for pieces of a tenth of a second. */
function cuts(pieces: readonly Int16Array[]): number[] {
  const segmenter = new Segmenter();
  return pieces.flatMap((piece, index) =>
    segmenter.push(piece, RATE_HZ) ? [(index + 1) / 10] : [],
  );
}

const seconds = (piece: Int16Array, count: number): Int16Array[] =>
  Array.from({ length: count * 10 }, () => piece);

test("loudness is the root mean square of full scale", () => {
  expect(loudness(new Int16Array([16_384, -16_384]))).toBe(0.5);
  expect(loudness(new Int16Array())).toBe(0);
});

test("a segment ends in a pause, not before eight seconds", () => {
  const pieces = [
    ...seconds(speech, 3),
    ...seconds(quiet, 1),
    ...seconds(speech, 6),
    ...seconds(quiet, 2),
  ];
  expect(cuts(pieces)).toEqual([10.4]);
});

test("somebody who never pauses is cut after 25 seconds", () => {
  // Between words it is quiet for a fifth of a second only.
  const sentence = [...seconds(speech, 2), quiet, quiet];
  expect(cuts(Array.from({ length: 25 }, () => sentence).flat())).toEqual([25, 50]);
});

test("a noisy room has pauses, too", () => {
  const noise = speech.map((sample) => sample / 10);
  expect(cuts([...seconds(noise, 2), ...seconds(speech, 8), ...seconds(noise, 1)])).toEqual([10.4]);
});

test("whatever is heard, no segment is shorter than 8 s or longer than 25 s", () => {
  const piece = fc.constantFrom(speech, quiet, new Int16Array(PIECE));
  fc.assert(
    fc.property(fc.array(piece, { minLength: 300, maxLength: 900 }), (pieces) => {
      let last = 0;
      for (const cut of cuts(pieces)) {
        expect(cut - last).toBeGreaterThanOrEqual(7.99);
        expect(cut - last).toBeLessThanOrEqual(25.01);
        last = cut;
      }
      expect(pieces.length / 10 - last).toBeLessThanOrEqual(25.01);
    }),
    { numRuns: 50 },
  );
});
