import type { Recording, Utterance } from "@/shared/api/types";

/** Newest first. */
export function byNewest(a: Recording, b: Recording): number {
  return Date.parse(b.created_at) - Date.parse(a.created_at) || (a.id < b.id ? 1 : -1);
}

/** In the order in which it was spoken. */
export function byTime(a: Utterance, b: Utterance): number {
  return a.start_s - b.start_s || a.index - b.index;
}

export function isActive(recording: Recording): boolean {
  return recording.analysis.state === "queued" || recording.analysis.state === "running";
}
