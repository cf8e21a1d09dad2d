import type { Caption, Ready } from "./live.gen";

/** What is on the screen: one line an utterance, oldest first. Never changed in place. */
export type Lines = readonly Caption[];

/** So many are held; the whole talk is in the recording. */
const MOST_LINES = 300;

/** A newer revision takes the place of an older one; what was no speech goes. */
export function putCaption(lines: Lines, caption: Caption): Lines {
  const held = lines.find(({ utterance }) => utterance === caption.utterance);
  if (held && (held.final || held.revision > caption.revision)) return lines;
  const others = lines.filter(({ utterance }) => utterance !== caption.utterance);
  if (caption.retracted) return others;
  return [...others, caption].sort((a, b) => a.index - b.index).slice(-MOST_LINES);
}

/** After the connection was lost: what the server knows nothing more of goes. */
export function reconcile(lines: Lines, ready: Pick<Ready, "utterances" | "waiting">): Lines {
  return lines.filter(
    ({ final, index }) => final || index >= ready.utterances || ready.waiting.includes(index),
  );
}

/** Finals may overtake each other by this much. */
const OVERTAKEN = 10;

/** The first utterance whose final may have been missed. */
export function firstMissing(lines: Lines): number {
  const finals = new Set(lines.filter(({ final }) => final).map(({ index }) => index));
  const last = Math.max(-1, ...finals);
  let index = Math.max(0, last - OVERTAKEN);
  while (finals.has(index)) index += 1;
  return index;
}

/** What is shown of a line: in calm mode only what does not change any more. */
export function shownText(line: Caption, calm: boolean): { stable: string; unstable: string } {
  return { stable: line.stable, unstable: calm ? "" : line.unstable };
}

export function isShown(line: Caption, calm: boolean): boolean {
  const { stable, unstable } = shownText(line, calm);
  return line.final || stable !== "" || unstable !== "";
}
