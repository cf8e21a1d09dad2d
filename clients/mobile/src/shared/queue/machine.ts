import { backoffDelay_ms } from "@/shared/sync/backoff";

import { isOnServer } from "./item";
import { settled, stepStream } from "./stream-step";
import type { ItemProblem, QueueItem } from "./item";

export type QueueEvent =
  /** Its last audio was written. */
  | { type: "closed"; pcm_bytes: number }
  /** The app starts: whatever ran before does not run any more. */
  | { type: "restarted"; pcm_bytes: number }
  | { type: "sendBegan" }
  | { type: "uploadCreated"; url: string }
  | { type: "progressed"; sent_bytes: number }
  /** An answer, a duplicate answer, a push, or a later question: the server has it. */
  | { type: "serverHas"; analysisDone: boolean }
  | { type: "failedForNow"; problem: ItemProblem; now_ms: number; wait_ms: number | null }
  /** The server forgot the unfinished upload: the next try begins a new one. */
  | { type: "uploadGone"; now_ms: number }
  | { type: "checksumMismatch"; now_ms: number }
  | { type: "refused"; problem: ItemProblem }
  | { type: "deletedOnServer" }
  /** Its live stream is about to be told to the server. */
  | { type: "streamOpened" }
  /** The server has so many samples of the live stream on its disk. */
  | { type: "streamHas"; samples: number }
  /** The live stream does not go on; the server has so many samples of it, and will have no more. */
  | { type: "streamOver"; samples: number }
  /** The recording of the talk is captioned. */
  | { type: "streamCaptioned" }
  /** The connection is back: no reason to wait out a delay. */
  | { type: "online" }
  /** The person sends a refused one again. */
  | { type: "sendAgain" }
  | { type: "audioDropped" };

/** When the audio goes from the phone. It never goes before the server has it. */
export type DropRule = "never" | "whenSafe" | "whenCaptioned";

/** What becomes of `item`; the same object when the event means nothing to it (late, repeated). */
export function step(item: QueueItem, event: QueueEvent, random = Math.random): QueueItem {
  if (item.state === "deleted") return item;
  switch (event.type) {
    case "closed":
      return item.state === "recording" ? complete(item, event.pcm_bytes) : item;
    case "streamOpened":
    case "streamHas":
    case "streamOver":
    case "streamCaptioned":
      return stepStream(item, event);
    case "restarted":
      return restarted(item, event.pcm_bytes);
    case "sendBegan":
      return item.state === "waiting" ? { ...item, state: "sending", problem: null } : item;
    case "uploadCreated":
      return item.state === "sending" ? { ...item, uploadUrl: event.url } : item;
    case "progressed":
      return item.state === "sending" ? { ...item, sent_bytes: event.sent_bytes } : item;
    case "serverHas":
      return onServer(item, event.analysisDone);
    case "failedForNow":
    case "uploadGone":
    case "checksumMismatch":
      return item.state === "sending" ? failed(item, event, random) : item;
    case "refused":
      return item.state === "sending"
        ? { ...item, state: "refused", uploadUrl: null, sent_bytes: 0, problem: event.problem }
        : item;
    case "deletedOnServer":
      return { ...item, state: "deleted", uploadUrl: null, problem: null };
    case "online":
      return item.state === "waiting" && item.retryAt_ms > 0 && item.problem?.code === "network"
        ? { ...item, retryAt_ms: 0 }
        : item;
    case "sendAgain":
      return item.state === "refused" || item.state === "waiting"
        ? { ...item, state: "waiting", failures: 0, retryAt_ms: 0, problem: null }
        : item;
    case "audioDropped":
      return isOnServer(item) ? dropped(item) : item;
  }
}

function complete(item: QueueItem, pcm_bytes: number): QueueItem {
  return settled({ ...item, state: item.stream === null ? "waiting" : "streaming", pcm_bytes });
}

function restarted(item: QueueItem, pcm_bytes: number): QueueItem {
  if (item.state === "recording") return { ...complete(item, pcm_bytes), recovered: true };
  if (item.state !== "sending") return item;
  return { ...item, state: "waiting", failures: item.failures + 1, retryAt_ms: 0 };
}

function onServer(item: QueueItem, analysisDone: boolean): QueueItem {
  const state = analysisDone || item.state === "captioned" ? "captioned" : "safe";
  if (item.state === state) return item;
  return { ...item, state, uploadUrl: null, problem: null, failures: 0, retryAt_ms: 0 };
}

const MISMATCH: ItemProblem = {
  code: "checksum_mismatch",
  detail: "What arrived is not what was sent. It is sent again.",
};

function failed(
  item: QueueItem,
  event: Extract<QueueEvent, { type: "failedForNow" | "uploadGone" | "checksumMismatch" }>,
  random: () => number,
): QueueItem {
  const wait_ms = backoffDelay_ms(item.failures, random);
  const again = { ...item, state: "waiting", failures: item.failures + 1 } as const;
  if (event.type === "failedForNow") {
    const longest_ms = Math.max(wait_ms, event.wait_ms ?? 0);
    return { ...again, problem: event.problem, retryAt_ms: event.now_ms + longest_ms };
  }
  const problem = event.type === "checksumMismatch" ? MISMATCH : null;
  return { ...again, problem, uploadUrl: null, sent_bytes: 0, retryAt_ms: event.now_ms + wait_ms };
}

function dropped(item: QueueItem): QueueItem {
  return item.hasAudio ? { ...item, hasAudio: false } : item;
}

export function mayDropAudio(item: QueueItem, rule: DropRule): boolean {
  if (!item.hasAudio || rule === "never") return false;
  return rule === "whenSafe" ? isOnServer(item) : item.state === "captioned";
}

export interface Conditions {
  now_ms: number;
  isOnline: boolean;
  isOnWifi: boolean;
  wifiOnly: boolean;
  /** Its captions are being waited for: its segments go first. */
  runningConversationId: string | null;
}

export function maySend(conditions: Conditions): boolean {
  return conditions.isOnline && (conditions.isOnWifi || !conditions.wifiOnly);
}

/** The one to send now, or null. One at a time. */
export function nextToSend(items: readonly QueueItem[], conditions: Conditions): QueueItem | null {
  if (!maySend(conditions) || items.some(({ state }) => state === "sending")) return null;
  const due = items.filter(
    ({ state, retryAt_ms }) => state === "waiting" && retryAt_ms <= conditions.now_ms,
  );
  const isRunning = (item: QueueItem): number =>
    item.conversationId === conditions.runningConversationId ? 0 : 1;
  due.sort((a, b) => isRunning(a) - isRunning(b) || a.recordedAt.localeCompare(b.recordedAt));
  return due[0] ?? null;
}

/** How long until something is due again; null: nothing waits for a moment. */
export function nextDue_ms(items: readonly QueueItem[], now_ms: number): number | null {
  const waiting = items.filter(({ state, retryAt_ms }) => state === "waiting" && retryAt_ms > 0);
  if (waiting.length === 0) return null;
  return Math.max(0, Math.min(...waiting.map(({ retryAt_ms }) => retryAt_ms)) - now_ms);
}
