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
export function shownEmotion(
  emotion: Pick<Emotion, "label" | "confident"> | null,
): ShownEmotion | null {
  if (emotion === null) return null;
  return emotion.confident ? emotion.label : "unsure";
}
