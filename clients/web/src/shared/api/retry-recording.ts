import { useMutation } from "@tanstack/react-query";

import { useLibraryStore } from "@/shared/library/context";

import { api, bodyOf } from "./client";
import type { Recording } from "./types";

export async function retryRecording(id: string): Promise<Recording> {
  return bodyOf(
    await api.POST("/api/v1/recordings/{recording_id}/retry", {
      params: { path: { recording_id: id } },
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
