import { shownText } from "@api/live-lines";
import type { Lines } from "@api/live-lines";

import { signalOf } from "@/shared/haptics/signal";
import type { HapticWishes, Heard, Signal } from "@/shared/haptics/signal";

/** Later ones are old news. */
const LOOKED_AT = 5;
const URGENCY: Record<Signal, number> = { speaker: 1, emotion: 2, keyword: 3 };

type Line = Lines[number];

/** Changing text counts only where it is shown. */
export function heardCaption(line: Line, calm: boolean): Heard {
  const { stable, unstable } = shownText(line, calm);
  return {
    text: `${stable} ${unstable}`,
    speaker: line.speaker,
    // While somebody speaks it is provisional: a phone that shakes for nothing is soon not believed.
    emotion: line.final ? line.emotion : null,
    began_ms: line.start_s * 1000,
    ended_ms: line.end_s * 1000,
  };
}

/**
 * The most urgent signal that is new, and what has been told so far by utterance. An utterance grows: it may be felt
 * once as somebody who begins to speak, and once more when my name is in it, but never twice for the same.
 */
export function newSignal(
  lines: Lines,
  told: ReadonlyMap<string, Signal>,
  wishes: HapticWishes & { calm: boolean },
): { signal: Signal | null; told: ReadonlyMap<string, Signal> } {
  const known = new Map(told);
  let newest: Signal | null = null;
  const begin = Math.max(0, lines.length - LOOKED_AT);
  lines.slice(begin).forEach((line, offset) => {
    const before = lines[begin + offset - 1];
    const earlier = before === undefined ? null : heardCaption(before, wishes.calm);
    const signal = signalOf(heardCaption(line, wishes.calm), earlier, wishes);
    if (signal === null) return;
    const last = known.get(line.utterance);
    if (last !== undefined && URGENCY[last] >= URGENCY[signal]) return;
    known.set(line.utterance, signal);
    if (newest === null || URGENCY[signal] > URGENCY[newest]) newest = signal;
  });
  return { signal: newest, told: known };
}
