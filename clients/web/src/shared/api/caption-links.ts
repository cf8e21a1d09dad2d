import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { components } from "@api/openapi.gen";

import { api, bodyOf } from "./client";

export type CaptionLink = components["schemas"]["CaptionLink"];
export type SharedLine = components["schemas"]["SharedLine"];
export type SharedCaptions = components["schemas"]["SharedCaptions"];

const KEY = ["caption-links"];

const linksQuery = queryOptions({
  queryKey: KEY,
  queryFn: async () => bodyOf(await api.GET("/api/v1/links")).results,
});

/** Open links of one conversation, newest first. */
export function useCaptionLinks(conversationId: string): CaptionLink[] {
  const { data } = useQuery(linksQuery);
  return (data ?? []).filter(({ conversation_id }) => conversation_id === conversationId);
}

export function useMakeCaptionLink(conversationId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (body: { days: number; with_emotion: boolean }) => {
      const params = { path: { conversation_id: conversationId } };
      return bodyOf(
        await api.POST("/api/v1/conversations/{conversation_id}/links", { params, body }),
      );
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}

export function useEndCaptionLink() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (id: string) => {
      await api.DELETE("/api/v1/links/{caption_link_id}", {
        params: { path: { caption_link_id: id } },
      });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}

/** Everything that a code opens, page by page. */
export async function readSharedCaptions(code: string): Promise<SharedCaptions> {
  const read = async (after: string | null) =>
    bodyOf(await api.POST("/api/v1/shared", { body: { code, after } }));
  let page = await read(null);
  const lines = [...page.lines];
  while (page.more) {
    page = await read(lines.at(-1)?.id ?? null);
    lines.push(...page.lines);
  }
  return { ...page, lines };
}
