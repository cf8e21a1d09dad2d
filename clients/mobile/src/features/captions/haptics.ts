import { shownEmotion } from "@/shared/emotion/shown-emotion";
import type { Line } from "@/shared/library/library";
import type { Preferences } from "@/shared/preferences/preferences";

/** What a line is worth a vibration for. The most urgent one wins: several at once say nothing. */
export type Signal = "keyword" | "emotion" | "speaker";

type Wishes = Pick<
  Preferences,
  "vibrateOnSpeaker" | "vibrateOnKeyword" | "vibrateOnEmotion" | "keywords"
>;

/** Somebody else begins after a pause as long as this… */
const TURN_PAUSE_MS = 2_000;
/** …or anybody after one as long as this. */
const SILENCE_MS = 10_000;
const STRONG = 0.7;

/** `before`: the line that was said before it; null: it is the first. */
export function signalOf(line: Line, before: Line | null, wishes: Wishes): Signal | null {
  if (wishes.vibrateOnKeyword && saysKeyword(line.utterance.text, wishes.keywords))
    return "keyword";
  if (wishes.vibrateOnEmotion && soundsStrong(line)) return "emotion";
  if (wishes.vibrateOnSpeaker && isNewTurn(line, before)) return "speaker";
  return null;
}

function saysKeyword(text: string, keywords: readonly string[]): boolean {
  const said = text.toLowerCase();
  return keywords.some((word) => word.trim() !== "" && said.includes(word.trim().toLowerCase()));
}

function soundsStrong({ utterance }: Line): boolean {
  const shown = shownEmotion(utterance.emotion);
  if (shown === null || shown === "neutral" || shown === "unsure") return false;
  return (utterance.emotion?.strength ?? 0) >= STRONG;
}

function isNewTurn(line: Line, before: Line | null): boolean {
  if (before === null) return true;
  const { start_s, end_s } = before.utterance;
  const pause_ms = line.saidAt_ms - (before.saidAt_ms + (end_s - start_s) * 1000);
  if (pause_ms >= SILENCE_MS) return true;
  return pause_ms >= TURN_PAUSE_MS && line.utterance.speaker !== before.utterance.speaker;
}
