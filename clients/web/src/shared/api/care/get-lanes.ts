import { useQuery } from "@tanstack/react-query";

import { api, bodyOf } from "../client";
import type { Lanes } from "../types";

import { sourceKey } from "./source";
import type { Source } from "./source";

async function getLanes(source: Source, conversationId: string): Promise<Lanes> {
  if (source.kind === "own") {
    return bodyOf(
      await api.GET("/api/v1/conversations/{conversation_id}/timeline", {
        params: { path: { conversation_id: conversationId } },
      }),
    );
  }
  return bodyOf(
    await api.GET("/api/v1/care/people/{link_id}/conversations/{conversation_id}/timeline", {
      params: { path: { link_id: source.linkId, conversation_id: conversationId } },
    }),
  );
}

export function useLanes(source: Source, conversationId: string) {
  return useQuery({
    queryKey: [...sourceKey(source), "lanes", conversationId],
    queryFn: () => getLanes(source, conversationId),
  });
}
