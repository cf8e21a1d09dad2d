import type { Recording } from "@/shared/api/types";

import { EMPTY_LIBRARY, linesOf, putChanges, recordingsOf } from "./library";
import type { ChangedParts, Library, Line } from "./library";

/** Holds the library and tells React when it changed. */
export class LibraryStore {
  private library: Library = EMPTY_LIBRARY;
  private readonly listeners = new Set<() => void>();
  private readonly lines = new Map<string, { of: Library; list: Line[] }>();
  private readonly recordings = new Map<string, { of: Library; list: Recording[] }>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  put(changes: Partial<ChangedParts>): void {
    const nothing: ChangedParts = {
      deleted_recording_ids: [],
      deleted_utterance_ids: [],
      trashed_conversation_ids: [],
      recordings: [],
      utterances: [],
    };
    this.library = putChanges(this.library, { ...nothing, ...changes });
    this.listeners.forEach((listener) => listener());
  }

  /** In spoken order; the same array as long as nothing changed. */
  linesOf(conversationId: string): Line[] {
    const known = this.lines.get(conversationId);
    if (known?.of === this.library) return known.list;
    const list = linesOf(this.library, conversationId);
    this.lines.set(conversationId, { of: this.library, list });
    return list;
  }

  /** Oldest first; the same array as long as nothing changed. */
  recordingsOf(conversationId: string): Recording[] {
    const known = this.recordings.get(conversationId);
    if (known?.of === this.library) return known.list;
    const list = recordingsOf(this.library, conversationId);
    this.recordings.set(conversationId, { of: this.library, list });
    return list;
  }
}
