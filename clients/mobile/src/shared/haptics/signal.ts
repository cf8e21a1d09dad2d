import { keywordIn } from "@api/keywords";

import type { Emotion } from "@/shared/api/types";
import { shownEmotion } from "@/shared/emotion/shown-emotion";
import type { Line } from "@/shared/library/library";
import type { Preferences } from "@/shared/preferences/preferences";

/** What a line is worth a vibration for. The most urgent one wins: several at once say nothing. */
export type Signal = "keyword" | "emotion" | "speaker";

export type HapticWishes = Pick<
  Preferences,
  "vibrateOnSpeaker" | "vibrateOnKeyword" | "vibrateOnEmotion" | "keywords"
>;

/** What was said, of a stored line or of a live one. */
export interface Heard {
  text: string;
  speaker: string | null;
  emotion: Pick<Emotion, "label" | "confident" | "strength"> | null;
  /** On one clock for all lines of a conversation; milliseconds. */
  began_ms: number;
  ended_ms: number;
}

export function heardLine({ utterance, saidAt_ms }: Line): Heard {
  const { text, speaker, emotion, start_s, end_s } = utterance;
  const ended_ms = saidAt_ms + (end_s - start_s) * 1000;
  return { text, speaker, emotion, began_ms: saidAt_ms, ended_ms };
}

/** Somebody else begins after a pause as long as this… */
const TURN_PAUSE_MS = 2_000;
/** …or anybody after one as long as this. */
const SILENCE_MS = 10_000;
const STRONG = 0.7;

/** `before`: what was said before it; null: it is the first. */
export function signalOf(heard: Heard, before: Heard | null, wishes: HapticWishes): Signal | null {
  if (wishes.vibrateOnKeyword && keywordIn(heard.text, wishes.keywords) !== null) return "keyword";
  if (wishes.vibrateOnEmotion && soundsStrong(heard)) return "emotion";
  if (wishes.vibrateOnSpeaker && isNewTurn(heard, before)) return "speaker";
  return null;
}

function soundsStrong({ emotion }: Heard): boolean {
  const shown = shownEmotion(emotion);
  if (shown === null || shown === "neutral" || shown === "unsure") return false;
  return (emotion?.strength ?? 0) >= STRONG;
}

function isNewTurn(heard: Heard, before: Heard | null): boolean {
  if (before === null) return true;
  const pause_ms = heard.began_ms - before.ended_ms;
  if (pause_ms >= SILENCE_MS) return true;
  return pause_ms >= TURN_PAUSE_MS && heard.speaker !== before.speaker;
}
