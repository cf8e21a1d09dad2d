import type { EmotionLabel, Timeline, TimelineBucket } from "@/shared/api/types";
import { EMOTION_LABELS } from "@/shared/emotion/shown-emotion";

export function shareOf(bucket: TimelineBucket | undefined, label: EmotionLabel): number {
  return bucket?.emotions.find((one) => one.label === label)?.share ?? 0;
}

export interface Usual {
  low: number;
  high: number;
}

export function usualOf(timeline: Timeline, label: EmotionLabel): Usual | null {
  return timeline.band?.ranges.find((range) => range.label === label) ?? null;
}

const EPSILON = 0.005;
const LEAST_COUNTED_S = 60;

/** Whether a share stands out of the usual range; never for less speech than the range itself rests on. */
export function standsOut(
  bucket: TimelineBucket | undefined,
  label: EmotionLabel,
  usual: Usual | null,
): "more" | "less" | null {
  if (!bucket || !usual || bucket.counted_s < LEAST_COUNTED_S) return null;
  const share = shareOf(bucket, label);
  if (share > usual.high + EPSILON) return "more";
  return share < usual.low - EPSILON ? "less" : null;
}

/** Those that were heard, or usually are. */
export function heardLabels(timeline: Timeline): EmotionLabel[] {
  return EMOTION_LABELS.filter(
    (label) =>
      timeline.buckets.some((bucket) => shareOf(bucket, label) > 0) ||
      (usualOf(timeline, label)?.high ?? 0) > 0,
  );
}

/** The top of an axis: the next of 10, 25, 50 and 100 %. */
export function axisTop(highest: number): number {
  return [0.1, 0.25, 0.5].find((top) => highest <= top) ?? 1;
}
