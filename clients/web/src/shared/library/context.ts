import { createContext, use, useCallback, useSyncExternalStore } from "react";

import type { Recording, Utterance } from "@/shared/api/types";

import type { LibraryStore } from "./store";

export const LibraryContext = createContext<LibraryStore | null>(null);

export function useLibraryStore(): LibraryStore {
  const store = use(LibraryContext);
  if (store === null) throw new Error("LibraryContext is missing above this component.");
  return store;
}

export function useRecordings(): Recording[] {
  const store = useLibraryStore();
  return useSyncExternalStore(store.subscribe, store.recordings);
}

export function useRecording(id: string): Recording | undefined {
  const store = useLibraryStore();
  return useSyncExternalStore(
    store.subscribe,
    useCallback(() => store.recording(id), [store, id]),
  );
}

export function useIsDeleted(id: string): boolean {
  const store = useLibraryStore();
  return useSyncExternalStore(
    store.subscribe,
    useCallback(() => store.isDeleted(id), [store, id]),
  );
}

/** What was said in several recordings, one after the other. */
export function useSpokenIn(recordings: readonly Recording[]): Utterance[] {
  const store = useLibraryStore();
  useSyncExternalStore(store.subscribe, store.version);
  return recordings.flatMap(({ id }) => store.utterances(id));
}

export function useUtterances(recordingId: string): Utterance[] {
  const store = useLibraryStore();
  return useSyncExternalStore(
    store.subscribe,
    useCallback(() => store.utterances(recordingId), [store, recordingId]),
  );
}
