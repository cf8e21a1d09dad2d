import type { Lanes, LaneUtterance } from "@/shared/api/types";
import type { ShownEmotion } from "@/shared/emotion/shown-emotion";

export interface Placed {
  utterance: LaneUtterance;
  speaker: string;
  lane: number;
}

/** All utterances in order of time, each with its lane. */
export function inOrder(lanes: Lanes): Placed[] {
  return lanes.lanes
    .flatMap(({ speaker, utterances }, lane) =>
      utterances.map((utterance) => ({ utterance, speaker, lane })),
    )
    .sort((a, b) => a.utterance.at_s - b.utterance.at_s);
}

export function length_s({ utterance }: Placed): number {
  return utterance.end_s - utterance.start_s;
}

/** How long the conversation is: all recordings, or to the last word where a length is not known. */
export function total_s(lanes: Lanes): number {
  const ends = lanes.recordings.map((one) => one.offset_s + (one.duration_s ?? 0));
  const words = inOrder(lanes).map((one) => one.utterance.at_s + length_s(one));
  return words.concat(ends).reduce((most, end) => Math.max(most, end), 1);
}

export function soundOf({ emotion }: LaneUtterance): ShownEmotion | null {
  if (emotion === null) return null;
  return emotion.confident ? emotion.label : "unsure";
}
