import type { Utterance, Word } from "@/shared/api/types";

interface Timed {
  start_s: number;
}

/** Index of the last one that has begun at `position_s`; -1 before the first. `timed` is in time order. */
export function lastBegunIndex(timed: readonly Timed[], position_s: number): number {
  let low = 0;
  let high = timed.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((timed[middle]?.start_s ?? Infinity) <= position_s) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Seeking to a start can land a little before it. */
const SEEK_SLACK_S = 0.05;

/** The line that is spoken, or was spoken last. */
export function currentLineId(utterances: readonly Utterance[], position_s: number): string | null {
  return utterances[lastBegunIndex(utterances, position_s + SEEK_SLACK_S)]?.id ?? null;
}

export interface TextPart {
  text: string;
  /** Index of the word that this part is; null between words. */
  word: number | null;
}

/**
 * The text in parts of which some are words with times. The text may carry punctuation that words
 * lack; a word that is not found in it is passed over.
 */
export function splitIntoWords(text: string, words: readonly Word[]): TextPart[] {
  const parts: TextPart[] = [];
  const searchable = text.toLowerCase();
  let from = 0;
  words.forEach((word, index) => {
    const at = searchable.indexOf(word.text.toLowerCase(), from);
    if (at === -1 || word.text === "") return;
    if (at > from) parts.push({ text: text.slice(from, at), word: null });
    from = at + word.text.length;
    parts.push({ text: text.slice(at, from), word: index });
  });
  if (from < text.length) parts.push({ text: text.slice(from), word: null });
  return parts;
}
