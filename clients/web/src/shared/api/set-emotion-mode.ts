import { useMutation } from "@tanstack/react-query";

import { useLibraryStore } from "@/shared/library/context";

import { api, bodyOf } from "./client";
import type { EmotionMode } from "./types";

interface Choice {
  conversationId: string;
  mode: EmotionMode;
}

export async function setEmotionMode({ conversationId, mode }: Choice) {
  return bodyOf(
    await api.PUT("/api/v1/conversations/{conversation_id}/emotion", {
      params: { path: { conversation_id: conversationId } },
      body: { emotion_mode: mode },
    }),
  );
}

/** Switches it for a whole conversation; what is held here obeys at once, before push tells of it. */
export function useSetEmotionMode() {
  const library = useLibraryStore();
  return useMutation({
    mutationFn: setEmotionMode,
    onSuccess: ({ id, revision, emotion_mode, emotion_from_revision }) =>
      library.applyEmotionChanged({
        type: "emotion.changed",
        revision,
        conversation_id: id,
        emotion_mode,
        emotion_from_revision,
      }),
  });
}
