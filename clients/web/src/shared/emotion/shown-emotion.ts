import type { Emotion, EmotionLabel } from "@/shared/api/types";

/** What the screen shows: a label, or "unsure" where the model abstains. */
export type ShownEmotion = EmotionLabel | "unsure";

export const EMOTION_LABELS = [
  "neutral",
  "happy",
  "sad",
  "angry",
  "fear",
  "disgust",
  "surprise",
] as const satisfies readonly EmotionLabel[];

/** Null: nothing is known, nothing is shown. */
export function shownEmotion(emotion: Emotion | null): ShownEmotion | null {
  if (emotion === null) return null;
  return emotion.confident ? emotion.label : "unsure";
}

/** 0 calm to 3 very strong: how bold the words are for a person who wants that. Undefined: not to be told. */
export function strengthStep(emotion: Emotion | null): number | undefined {
  if (emotion === null || !emotion.confident || emotion.label === "neutral") return undefined;
  return Math.min(3, Math.floor(emotion.strength * 4));
}
