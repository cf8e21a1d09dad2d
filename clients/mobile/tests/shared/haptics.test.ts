import { heardLine, signalOf as signalOfHeard } from "@/shared/haptics/signal";
import type { HapticWishes } from "@/shared/haptics/signal";
import type { Line } from "@/shared/library/library";
import type { Emotion } from "@/shared/api/types";
import { line } from "@tests/shared/library/utterances";

function signalOf(line: Line, before: Line | null, wishes: HapticWishes) {
  return signalOfHeard(heardLine(line), before === null ? null : heardLine(before), wishes);
}

const ALL = {
  vibrateOnSpeaker: true,
  vibrateOnKeyword: true,
  vibrateOnEmotion: true,
  keywords: ["Minsu", " 불이야 "],
};
const NONE = {
  vibrateOnSpeaker: false,
  vibrateOnKeyword: false,
  vibrateOnEmotion: false,
  keywords: ["Minsu"],
};
const angry = { label: "angry", confident: true, probabilities: {}, strength: 0.8 } as Emotion;
const before = line({ start_s: 0, end_s: 1, speaker: "A" }, 0);

test("one of my words, in any case and any language", () => {
  expect(signalOf(line({ text: "minsu, come here" }, 1_200), before, ALL)).toBe("keyword");
  expect(signalOf(line({ text: "불이야!" }, 1_200), before, ALL)).toBe("keyword");
});

test("a strong emotion; not a weak one, and not when the model abstains", () => {
  expect(signalOf(line({ speaker: "A", emotion: angry }, 1_200), before, ALL)).toBe("emotion");
  const weak = { ...angry, strength: 0.5 };
  expect(signalOf(line({ speaker: "A", emotion: weak }, 1_200), before, ALL)).toBeNull();
  const unsure = { ...angry, confident: false };
  expect(signalOf(line({ speaker: "A", emotion: unsure }, 1_200), before, ALL)).toBeNull();
});

test("somebody else after a pause, anybody after a long one, and the first line", () => {
  expect(signalOf(line({ speaker: "B" }, 3_000), before, ALL)).toBe("speaker");
  expect(signalOf(line({ speaker: "B" }, 2_900), before, ALL)).toBeNull();
  expect(signalOf(line({ speaker: "A" }, 3_000), before, ALL)).toBeNull();
  expect(signalOf(line({ speaker: "A" }, 11_000), before, ALL)).toBe("speaker");
  expect(signalOf(line(), null, ALL)).toBe("speaker");
});

test("each can be off", () => {
  expect(signalOf(line({ text: "Minsu!", emotion: angry }, 60_000), before, NONE)).toBeNull();
  const noWords = { ...ALL, vibrateOnKeyword: false };
  expect(signalOf(line({ text: "Minsu!", emotion: angry }, 60_000), before, noWords)).toBe(
    "emotion",
  );
});
