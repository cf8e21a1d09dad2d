import { useMutation } from "@tanstack/react-query";

import { useLibraryStore } from "@/shared/library/context";

import { api } from "./client";
import { ApiProblem } from "./problem";

/** Deleting what is already gone is a success. */
export async function deleteRecording(id: string): Promise<void> {
  try {
    await api.DELETE("/api/v1/recordings/{recording_id}", {
      params: { path: { recording_id: id } },
    });
  } catch (error) {
    if (!(error instanceof ApiProblem && error.status === 404)) throw error;
  }
}

export function useDeleteRecording() {
  const library = useLibraryStore();
  return useMutation({
    mutationFn: deleteRecording,
    onSuccess: (_nothing, id) => library.removeRecordings([id]),
  });
}
