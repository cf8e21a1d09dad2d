import type {
  AnalysisProgress,
  EmotionChanged,
  Recording,
  Utterance,
  UtterancesChanged,
  UtterancesStored,
} from "@/shared/api/types";

import { applyEmotionChanged, withoutAnyOldEmotion } from "./emotion";
import * as merge from "./merge";
import type { Library } from "./merge";
import { byNewest, byTime } from "./order";

/** Holds the library and tells React when it changed. */
export class LibraryStore {
  private library: Library = merge.EMPTY_LIBRARY;
  private readonly listeners = new Set<() => void>();
  private sortedRecordings: {
    of: Library["recordings"];
    without: Library["trashedConversations"];
    list: Recording[];
  } | null = null;
  private readonly sortedUtterances = new WeakMap<ReadonlyMap<string, Utterance>, Utterance[]>();
  private static readonly NO_UTTERANCES: Utterance[] = [];

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Newest first, without what is in the trash; the same array as long as nothing changed. */
  readonly recordings = (): Recording[] => {
    const { recordings, trashedConversations } = this.library;
    const known = this.sortedRecordings;
    if (known?.of !== recordings || known.without !== trashedConversations) {
      const list = [...recordings.values()].filter(this.isShown).sort(byNewest);
      this.sortedRecordings = { of: recordings, without: trashedConversations, list };
      return list;
    }
    return known.list;
  };

  /** Another object whenever anything changed. */
  readonly version = (): object => this.library;

  recording(id: string): Recording | undefined {
    const recording = this.library.recordings.get(id);
    return recording && this.isShown(recording) ? recording : undefined;
  }

  private readonly isShown = ({ conversation_id }: Recording): boolean =>
    !this.library.trashedConversations.has(conversation_id);

  isDeleted(id: string): boolean {
    return this.library.deletedIds.has(id);
  }

  /** In spoken order; the same array as long as nothing changed. */
  utterances(recordingId: string): Utterance[] {
    const held = this.library.utterances.get(recordingId);
    if (!held) return LibraryStore.NO_UTTERANCES;
    const known = this.sortedUtterances.get(held);
    if (known) return known;
    const sorted = [...held.values()].sort(byTime);
    this.sortedUtterances.set(held, sorted);
    return sorted;
  }

  utteranceIds(recordingId: string): ReadonlySet<string> {
    return new Set(this.library.utterances.get(recordingId)?.keys());
  }

  putRecordings(recordings: readonly Recording[]): void {
    this.set(merge.putRecordings(this.library, recordings));
  }

  removeRecordings(ids: readonly string[]): void {
    this.set(merge.removeRecordings(this.library, ids));
  }

  putUtterances(utterances: readonly Utterance[]): void {
    this.set(merge.putUtterances(this.library, utterances));
  }

  dropUtterances(recordingId: string, ids: readonly string[]): void {
    this.set(merge.dropUtterances(this.library, recordingId, ids));
  }

  setTrashed(conversationIds: readonly string[], trashed: boolean): void {
    this.set(merge.setTrashed(this.library, conversationIds, trashed));
  }

  removeUtterances(ids: readonly string[], revision: number): void {
    this.set(merge.removeUtterances(this.library, ids, revision));
  }

  changeUtterances(event: UtterancesChanged): void {
    this.set(merge.changeUtterances(this.library, event));
  }

  storeUtterances(event: UtterancesStored): void {
    this.set(merge.storeUtterances(this.library, event));
  }

  applyProgress(event: AnalysisProgress): void {
    this.set(merge.applyProgress(this.library, event));
  }

  applyEmotionChanged(event: EmotionChanged): void {
    this.set(applyEmotionChanged(this.library, event));
  }

  /** The person has switched emotion off for good: none that is older may be shown. */
  forgetEmotionBefore(revision: number): void {
    this.set(withoutAnyOldEmotion(this.library, revision));
  }

  private set(library: Library): void {
    if (library === this.library) return;
    this.library = library;
    this.listeners.forEach((listener) => listener());
  }
}
