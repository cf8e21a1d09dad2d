import { useMutation } from "@tanstack/react-query";

import { useLibraryStore } from "@/shared/library/context";

import { api, bodyOf } from "./client";
import type { Recording } from "./types";

interface Rename {
  id: string;
  title: string;
}

export async function renameRecording({ id, title }: Rename): Promise<Recording> {
  return bodyOf(
    await api.PATCH("/api/v1/recordings/{recording_id}", {
      params: { path: { recording_id: id } },
      body: { title },
    }),
  );
}

export function useRenameRecording() {
  const library = useLibraryStore();
  return useMutation({
    mutationFn: renameRecording,
    onSuccess: (recording) => library.putRecordings([recording]),
  });
}
