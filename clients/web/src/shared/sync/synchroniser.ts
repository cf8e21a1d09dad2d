import { listChanges } from "@/shared/api/list-changes";
import type { Changes, Me, ServerEvent } from "@/shared/api/types";
import { isActive } from "@/shared/library/order";
import type { LibraryStore } from "@/shared/library/store";

import { backoffDelay_ms } from "./backoff";
import { EventSocket } from "./event-socket";
import type { ConnectionState } from "./event-socket";

const WATCH_EVERY_MS = 15_000;
/** Events that overtook each other get this long to sort themselves out. */
const GAP_MS = 300;

interface Options {
  library: LibraryStore;
  /** Everything up to here was read over REST, or will be. */
  revision: number;
  onNotAuthenticated: () => void;
  /** What the person prefers was changed, here or on another device. */
  onMe: (me: Me) => void;
  /** Conversations came, went or changed. */
  onHistoryChanged: () => void;
  /** Care links, notes or alerts may have changed. */
  onCareChanged?: () => void;
}

type LibraryEvent = Exclude<
  ServerEvent,
  { type: "hello" | "pong" | "care.changed" | "care.watching" | "care.stale" }
>;

/**
 * Keeps the library equal to the server. Push makes it quick; catching up over REST makes it true.
 * Each revision is told in exactly one event, so a revision beyond the next one means that an event
 * was lost: in `hello` after a reconnect, or in between. To be safe it also asks whenever an analysis
 * runs and nothing was heard for a while.
 */
export class Synchroniser {
  private readonly options: Options;
  private readonly socket: EventSocket;
  private readonly listeners = new Set<() => void>();
  /** Every revision up to this one is in the library. */
  private caughtUpTo: number;
  private catchingUp = false;
  private again = false;
  private failures = 0;
  private lastEvent_ms = 0;
  private state: ConnectionState = "connecting";
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private gapTimer: ReturnType<typeof setTimeout> | undefined;
  private watchTimer: ReturnType<typeof setInterval> | undefined;
  private running = false;

  constructor(options: Options, url: string) {
    this.options = options;
    this.caughtUpTo = options.revision;
    this.socket = new EventSocket(url, {
      onEvent: this.onEvent,
      onState: this.onState,
      onNotAuthenticated: options.onNotAuthenticated,
    });
  }

  start(): void {
    this.running = true;
    this.lastEvent_ms = Date.now();
    this.socket.start();
    this.watchTimer = setInterval(() => this.watch(), WATCH_EVERY_MS);
  }

  stop(): void {
    this.running = false;
    this.socket.stop();
    clearInterval(this.watchTimer);
    clearTimeout(this.retryTimer);
    clearTimeout(this.gapTimer);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly connection = (): ConnectionState => this.state;

  /** Reads all changes since the last time; one run at a time. */
  async catchUp(): Promise<void> {
    if (this.catchingUp) {
      this.again = true;
      return;
    }
    this.catchingUp = true;
    clearTimeout(this.retryTimer);
    try {
      await this.readChanges();
      this.failures = 0;
    } catch {
      this.tryAgainLater();
    }
    this.catchingUp = false;
    if (this.again && this.running) {
      this.again = false;
      await this.catchUp();
    }
  }

  private async readChanges(): Promise<void> {
    let changes: Changes;
    do {
      changes = await listChanges(this.caughtUpTo);
      if (!this.running) return;
      this.apply(changes);
      this.caughtUpTo = Math.max(this.caughtUpTo, changes.revision);
    } while (changes.more);
  }

  private apply(changes: Changes): void {
    const { library, onHistoryChanged } = this.options;
    const { conversations, trashed_conversation_ids } = changes;
    library.setTrashed(trashed_conversation_ids, true);
    library.setTrashed(
      conversations.map(({ id }) => id),
      false,
    );
    library.removeRecordings(changes.deleted_recording_ids);
    library.putRecordings(changes.recordings);
    library.removeUtterances(changes.deleted_utterance_ids, changes.revision);
    library.putUtterances(changes.utterances);
    if (changes.me !== null) this.applyMe(changes.me);
    onHistoryChanged();
  }

  private tryAgainLater(): void {
    if (!this.running) return;
    this.retryTimer = setTimeout(() => void this.catchUp(), backoffDelay_ms(this.failures));
    this.failures += 1;
  }

  private watch(): void {
    const quiet = Date.now() - this.lastEvent_ms >= WATCH_EVERY_MS;
    if (quiet && this.options.library.recordings().some(isActive)) void this.catchUp();
  }

  private readonly onState = (state: ConnectionState): void => {
    this.state = state;
    this.listeners.forEach((listener) => listener());
  };

  private readonly onEvent = (event: ServerEvent): void => {
    if (event.type === "pong") return;
    if (event.type === "hello") {
      this.options.onCareChanged?.();
      if (event.revision > this.caughtUpTo) void this.catchUp();
      return;
    }
    if (event.type === "care.changed") {
      this.options.onCareChanged?.();
      return;
    }
    // For pages that watch a person whom somebody cares for; they have a socket of their own.
    if (event.type === "care.watching" || event.type === "care.stale") return;
    this.lastEvent_ms = Date.now();
    this.applyEvent(event);
    if (event.type === "analysis.progress") return;
    if (event.type !== "utterances.changed") this.options.onHistoryChanged();
    const isPart =
      (event.type === "utterances.changed" && !event.complete) ||
      (event.type === "conversation.changed" && event.catch_up);
    if (isPart) void this.catchUp();
    else this.noteRevision(event.revision);
  };

  private applyEvent(event: LibraryEvent): void {
    const { library } = this.options;
    if (event.type === "recording.changed") library.putRecordings([event.recording]);
    else if (event.type === "recording.deleted") library.removeRecordings([event.recording_id]);
    else if (event.type === "utterances.stored") library.storeUtterances(event);
    else if (event.type === "utterances.changed") library.changeUtterances(event);
    else if (event.type === "me.changed") this.applyMe(event.me);
    else if (event.type === "emotion.changed") library.applyEmotionChanged(event);
    else if (event.type === "conversation.changed")
      library.setTrashed([event.conversation.id], event.conversation.trashed_at !== null);
    else library.applyProgress(event);
  }

  private applyMe(me: Me): void {
    this.options.library.forgetEmotionBefore(me.emotion_from_revision);
    this.options.onMe(me);
  }

  private noteRevision(revision: number): void {
    if (revision === this.caughtUpTo + 1) this.caughtUpTo = revision;
    else if (revision > this.caughtUpTo) {
      clearTimeout(this.gapTimer);
      this.gapTimer = setTimeout(() => void this.catchUp(), GAP_MS);
    }
  }
}
