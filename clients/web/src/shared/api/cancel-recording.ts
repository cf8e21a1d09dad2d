import { useMutation } from "@tanstack/react-query";

import { useLibraryStore } from "@/shared/library/context";

import { api, bodyOf } from "./client";
import type { Recording } from "./types";

export async function cancelRecording(id: string): Promise<Recording> {
  return bodyOf(
    await api.POST("/api/v1/recordings/{recording_id}/cancel", {
      params: { path: { recording_id: id } },
    }),
  );
}

export function useCancelRecording() {
  const library = useLibraryStore();
  return useMutation({
    mutationFn: cancelRecording,
    onSuccess: (recording) => library.putRecordings([recording]),
  });
}
