import { bodyOf } from "@/shared/api/client";
import type { EmotionLabel, Utterance } from "@/shared/api/types";
import type { Services } from "@/shared/services/context";

/** Tells the server how it sounded to the person. Rejects with an `ApiProblem`. */
export async function correctEmotion(
  { api, library }: Pick<Services, "api" | "library">,
  { id, revision }: Utterance,
  emotion: EmotionLabel,
): Promise<void> {
  const { utterances, deleted_utterance_ids } = bodyOf(
    await api.PATCH("/api/v1/utterances/{utterance_id}", {
      params: { path: { utterance_id: id } },
      body: { emotion, revision },
    }),
  );
  library.put({ utterances, deleted_utterance_ids });
}
