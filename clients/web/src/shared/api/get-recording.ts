import { queryOptions, useQuery } from "@tanstack/react-query";

import { useLibraryStore } from "@/shared/library/context";
import type { LibraryStore } from "@/shared/library/store";

import { api, bodyOf } from "./client";
import { queryKeys } from "./query-keys";
import type { Recording } from "./types";

export async function getRecording(id: string): Promise<Recording> {
  return bodyOf(
    await api.GET("/api/v1/recordings/{recording_id}", { params: { path: { recording_id: id } } }),
  );
}

export function recordingQuery(library: LibraryStore, id: string) {
  return queryOptions({
    queryKey: queryKeys.recording(id),
    queryFn: async () => {
      library.putRecordings([await getRecording(id)]);
      return id;
    },
  });
}

export function useLoadRecording(id: string, enabled: boolean) {
  return useQuery({ ...recordingQuery(useLibraryStore(), id), enabled });
}
