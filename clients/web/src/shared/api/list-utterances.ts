import { queryOptions, useQuery } from "@tanstack/react-query";

import { useLibraryStore } from "@/shared/library/context";
import type { LibraryStore } from "@/shared/library/store";

import { api, bodyOf } from "./client";
import { cursorOf } from "./pagination";
import { queryKeys } from "./query-keys";
import type { Utterance } from "./types";

export async function listUtterances(recordingId: string, cursor: string | null) {
  const page = bodyOf(
    await api.GET("/api/v1/recordings/{recording_id}/utterances", {
      params: { path: { recording_id: recordingId }, query: cursor === null ? {} : { cursor } },
    }),
  );
  return { utterances: page.results satisfies Utterance[], next: cursorOf(page.next) };
}

/** Reads every page into the library, and then lets go of what the server no longer has. */
async function loadUtterances(library: LibraryStore, recordingId: string) {
  const heldBefore = library.utteranceIds(recordingId);
  const listed = new Set<string>();
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof listUtterances>> = await listUtterances(
      recordingId,
      cursor,
    );
    library.putUtterances(page.utterances);
    page.utterances.forEach((utterance) => listed.add(utterance.id));
    cursor = page.next;
  } while (cursor !== null);
  library.dropUtterances(
    recordingId,
    [...heldBefore].filter((id) => !listed.has(id)),
  );
  return listed.size;
}

export function utterancesQuery(library: LibraryStore, recordingId: string) {
  return queryOptions({
    queryKey: queryKeys.utterances(recordingId),
    queryFn: () => loadUtterances(library, recordingId),
  });
}

export function useLoadUtterances(recordingId: string) {
  return useQuery(utterancesQuery(useLibraryStore(), recordingId));
}
