import { placeOf } from "@/shared/queue/item";
import type { Place, QueueItem } from "@/shared/queue/item";
import { pcmSeconds } from "@/shared/queue/wav";

export const PLACES = ["phone", "way", "safe", "captioned", "refused", "deleted"] as const;

/** What the queue holds of one conversation. */
export interface ConversationInQueue {
  conversationId: string;
  /** ISO 8601, of its first segment. */
  startedAt: string;
  duration_s: number;
  counts: Record<Place, number>;
  items: readonly QueueItem[];
}

export function countPlaces(items: readonly QueueItem[]): Record<Place, number> {
  const counts = { phone: 0, way: 0, safe: 0, captioned: 0, refused: 0, deleted: 0 };
  for (const item of items) counts[placeOf(item)] += 1;
  return counts;
}

/** Newest first. */
export function byConversation(items: readonly QueueItem[]): ConversationInQueue[] {
  const groups = new Map<string, QueueItem[]>();
  for (const item of items) {
    groups.set(item.conversationId, [...(groups.get(item.conversationId) ?? []), item]);
  }
  return [...groups]
    .map(([conversationId, group]) => ({
      conversationId,
      startedAt: group.map(({ recordedAt }) => recordedAt).sort()[0] ?? "",
      duration_s: group.reduce((sum, i) => sum + pcmSeconds(i.pcm_bytes, i.sampleRate_hz), 0),
      counts: countPlaces(group),
      items: group,
    }))
    .sort((a, b) => b.startedAt.localeCompare(a.startedAt));
}
