import { useMutation } from "@tanstack/react-query";

import { useLibraryStore } from "@/shared/library/context";

import { api, bodyOf } from "./client";
import type { Recording } from "./types";

interface Retry {
  id: string;
  /** Replace lines even where a person has corrected them. */
  discardEdits?: boolean;
}

export async function retryRecording({ id, discardEdits = false }: Retry): Promise<Recording> {
  return bodyOf(
    await api.POST("/api/v1/recordings/{recording_id}/retry", {
      params: { path: { recording_id: id } },
      body: { discard_edits: discardEdits },
    }),
  );
}

export function useRetryRecording() {
  const library = useLibraryStore();
  return useMutation({
    mutationFn: retryRecording,
    onSuccess: (recording) => library.putRecordings([recording]),
  });
}
