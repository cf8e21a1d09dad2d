import type { Lines } from "@api/live-lines";

import { newSignal } from "@/features/live/live-signals";

const WISHES = {
  vibrateOnSpeaker: true,
  vibrateOnKeyword: true,
  vibrateOnEmotion: true,
  keywords: ["Minsu"],
  calm: false,
};

function caption(index: number, change: Partial<Lines[number]> = {}): Lines[number] {
  return {
    type: "caption",
    utterance: `u${index}`,
    index,
    revision: 1,
    final: false,
    retracted: false,
    start_s: index * 20,
    end_s: index * 20 + 1,
    stable: "",
    unstable: "hello",
    words: [],
    emotion: null,
    speaker: null,
    language: null,
    lag_s: 0,
    ...change,
  };
}

const angry = { label: "angry", confident: true, strength: 0.9, probabilities: {}, machine: null };

test("an utterance is felt when somebody begins, and once more when my name is in it", () => {
  const began = newSignal([caption(0)], new Map(), WISHES);
  expect(began.signal).toBe("speaker");
  expect(newSignal([caption(0, { revision: 2 })], began.told, WISHES).signal).toBeNull();
  const named = newSignal([caption(0, { stable: "hello Minsu" })], began.told, WISHES);
  expect(named.signal).toBe("keyword");
  const final = caption(0, { stable: "hello Minsu", final: true, emotion: angry as never });
  expect(newSignal([final], named.told, WISHES).signal).toBeNull();
});

test("changing text counts only where it is shown", () => {
  const line = caption(0, { unstable: "Minsu" });
  expect(newSignal([line], new Map(), WISHES).signal).toBe("keyword");
  expect(newSignal([line], new Map(), { ...WISHES, calm: true }).signal).toBe("speaker");
});

test("a strong emotion only when it is final", () => {
  const wishes = { ...WISHES, vibrateOnSpeaker: false };
  const provisional = caption(0, { emotion: angry as never });
  expect(newSignal([provisional], new Map(), wishes).signal).toBeNull();
  const final = { ...provisional, final: true, stable: "no" };
  expect(newSignal([final], new Map(), wishes).signal).toBe("emotion");
});

test("several at once: the most urgent", () => {
  const lines = [caption(0), caption(1, { stable: "Minsu, come" })];
  expect(newSignal(lines, new Map(), WISHES).signal).toBe("keyword");
});
