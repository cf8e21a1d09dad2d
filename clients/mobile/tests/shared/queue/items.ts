import type { QueueItem } from "@/shared/queue/item";

export const OWNER = "https://server.example 7f9c0e0a";

export function queueItem(change: Partial<QueueItem> = {}): QueueItem {
  return {
    id: "0d6d6e9e-6a2f-4b5e-9a77-3f1f0a7f0001",
    owner: OWNER,
    conversationId: "c0000000-0000-4000-8000-000000000001",
    conversationTitle: null,
    source: "microphone",
    language: "ko",
    recordedAt: "2026-11-22T10:00:00.000Z",
    sampleRate_hz: 16_000,
    state: "waiting",
    pcm_bytes: 32_000,
    hasAudio: true,
    uploadUrl: null,
    sent_bytes: 0,
    failures: 0,
    retryAt_ms: 0,
    problem: null,
    recovered: false,
    stream: null,
    skip_bytes: 0,
    ...change,
  };
}
