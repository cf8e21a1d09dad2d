import { bodyOf, cursorOf } from "@/shared/api/client";
import type { Api } from "@/shared/api/client";

import type { LibraryStore } from "./store";

async function loadUtterances(api: Api, library: LibraryStore, recordingId: string): Promise<void> {
  let cursor: string | null = null;
  do {
    const page = bodyOf(
      await api.GET("/api/v1/recordings/{recording_id}/utterances", {
        params: { path: { recording_id: recordingId }, query: cursor === null ? {} : { cursor } },
      }),
    );
    library.put({ utterances: page.results });
    cursor = cursorOf(page.next);
  } while (cursor !== null);
}

/** Reads every recording of a conversation and its captions into the library. */
export async function loadConversation(
  api: Api,
  library: LibraryStore,
  conversationId: string,
): Promise<void> {
  let cursor: string | null = null;
  do {
    const query = { conversation_id: conversationId, ...(cursor === null ? {} : { cursor }) };
    const page = bodyOf(await api.GET("/api/v1/recordings", { params: { query } }));
    library.put({ recordings: page.results });
    for (const { id } of page.results) await loadUtterances(api, library, id);
    cursor = cursorOf(page.next);
  } while (cursor !== null);
}
