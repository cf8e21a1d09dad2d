import { queryOptions } from "@tanstack/react-query";

import { api, bodyOf } from "./client";
import { queryKeys } from "./query-keys";
import type { Edit, EditResult, EmotionLabel } from "./types";

/** What was edited: `revision` is the one that the person saw. */
export interface Edited {
  id: string;
  revision: number;
}

export type Correction =
  { text: string } | { speaker: string | null } | { emotion: EmotionLabel | null };

export async function correctUtterance(
  { id, revision }: Edited,
  correction: Correction,
): Promise<EditResult> {
  return bodyOf(
    await api.PATCH("/api/v1/utterances/{utterance_id}", {
      params: { path: { utterance_id: id } },
      body: { revision, ...correction },
    }),
  );
}

/** `at_character` counts Unicode code points, not the units that JavaScript counts. */
export async function splitUtterance(
  { id, revision }: Edited,
  at_character: number,
): Promise<EditResult> {
  return bodyOf(
    await api.POST("/api/v1/utterances/{utterance_id}/split", {
      params: { path: { utterance_id: id } },
      body: { revision, at_character },
    }),
  );
}

export async function mergeUtterances(first: Edited, next: Edited): Promise<EditResult> {
  return bodyOf(
    await api.POST("/api/v1/utterances/{utterance_id}/merge", {
      params: { path: { utterance_id: first.id } },
      body: { revision: first.revision, next_id: next.id, next_revision: next.revision },
    }),
  );
}

export async function renameSpeakers(
  conversationId: string,
  speakers: (string | null)[],
  name: string,
): Promise<EditResult> {
  return bodyOf(
    await api.POST("/api/v1/conversations/{conversation_id}/speakers", {
      params: { path: { conversation_id: conversationId } },
      body: { speakers, name },
    }),
  );
}

export async function undoEdit(id: string): Promise<EditResult> {
  return bodyOf(
    await api.POST("/api/v1/edits/{edit_id}/undo", { params: { path: { edit_id: id } } }),
  );
}

export async function redoEdit(id: string): Promise<EditResult> {
  return bodyOf(
    await api.POST("/api/v1/edits/{edit_id}/redo", { params: { path: { edit_id: id } } }),
  );
}

/** The newest edits of a conversation. */
export function editsQuery(conversationId: string) {
  return queryOptions({
    queryKey: [...queryKeys.history, conversationId, "edits"],
    queryFn: async (): Promise<Edit[]> => {
      const page = await api.GET("/api/v1/conversations/{conversation_id}/edits", {
        params: { path: { conversation_id: conversationId } },
      });
      return bodyOf(page).results;
    },
    staleTime: 0,
  });
}
