import { describe, expect, it } from "vitest";

import { currentLineId, lastBegunIndex, splitIntoWords } from "@/features/captions/current-line";

import { anUtterance } from "../../factories";

const word = (text: string, start_s = 0) => ({ text, start_s, end_s: start_s, confidence: null });

describe("current line", () => {
  const lines = [
    anUtterance({ id: "a", start_s: 1, end_s: 2 }),
    anUtterance({ id: "b", start_s: 3, end_s: 4 }),
  ];

  it.each([
    [0, null],
    [0.96, "a"],
    [1.5, "a"],
    [2.5, "a"],
    [3, "b"],
    [99, "b"],
  ])("at %d s is %j", (position_s, id) => {
    expect(currentLineId(lines, position_s)).toBe(id);
  });

  it("of an empty recording is none", () => {
    expect(lastBegunIndex([], 5)).toBe(-1);
  });
});

describe("words in the text", () => {
  it("keep the punctuation between them", () => {
    const parts = splitIntoWords(
      "You said it, first.",
      ["you", "said", "it", "first"].map((w) => word(w)),
    );
    expect(parts.map(({ text }) => text).join("")).toBe("You said it, first.");
    expect(parts.map(({ word: index }) => index)).toEqual([0, null, 1, null, 2, null, 3, null]);
  });

  it("may be unknown to it", () => {
    const parts = splitIntoWords("오늘 좋다", [word("오늘"), word("없음"), word("좋다")]);
    expect(parts).toEqual([
      { text: "오늘", word: 0 },
      { text: " ", word: null },
      { text: "좋다", word: 2 },
    ]);
  });

  it("may be missing", () => {
    expect(splitIntoWords("Yes.", [])).toEqual([{ text: "Yes.", word: null }]);
    expect(splitIntoWords("", [])).toEqual([]);
  });
});
