import { infiniteQueryOptions, useInfiniteQuery } from "@tanstack/react-query";

import { useLibraryStore } from "@/shared/library/context";
import type { LibraryStore } from "@/shared/library/store";

import { api, bodyOf } from "./client";
import { cursorOf } from "./pagination";
import { queryKeys } from "./query-keys";
import type { Recording } from "./types";

export async function listRecordings(cursor: string | null) {
  const query = cursor === null ? {} : { cursor };
  const page = bodyOf(await api.GET("/api/v1/recordings", { params: { query } }));
  return { recordings: page.results satisfies Recording[], next: cursorOf(page.next) };
}

/** Pages are kept in the library, where push events are merged too; the query keeps cursors only. */
export function recordingPagesQuery(library: LibraryStore) {
  return infiniteQueryOptions({
    queryKey: queryKeys.recordingPages,
    queryFn: async ({ pageParam }) => {
      const page = await listRecordings(pageParam);
      library.putRecordings(page.recordings);
      return page.next;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (next: string | null) => next,
  });
}

export function useRecordingPages() {
  return useInfiniteQuery(recordingPagesQuery(useLibraryStore()));
}
