import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { useLibraryStore } from "@/shared/library/context";

import { api, bodyOf } from "./client";
import { cursorOf } from "./pagination";
import { queryKeys } from "./query-keys";
import type { Conversation, Tag } from "./types";

export const SHELVES = ["current", "pinned", "archive", "trash"] as const;
export type Shelf = (typeof SHELVES)[number];

/** Conversations of a shelf; `tag` null: whatever their tags. */
export function conversationsQuery(shelf: Shelf, tag: string | null) {
  return infiniteQueryOptions({
    queryKey: [...queryKeys.history, "list", shelf, tag],
    queryFn: async ({ pageParam }) => {
      const query = {
        ...(pageParam === null ? {} : { cursor: pageParam }),
        ...(tag === null ? {} : { tag }),
        ...(shelf === "pinned" ? { pinned: true } : {}),
        ...(shelf === "archive" ? { archived: true } : {}),
        ...(shelf === "trash" ? { trashed: true } : {}),
      };
      const page = bodyOf(await api.GET("/api/v1/conversations", { params: { query } }));
      return { conversations: page.results, next: cursorOf(page.next) };
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
}

/** The tags in use, the most used first. */
export function tagsQuery() {
  return queryOptions({
    queryKey: [...queryKeys.history, "tags"],
    queryFn: async (): Promise<Tag[]> => bodyOf(await api.GET("/api/v1/tags")),
  });
}

export function conversationQuery(id: string) {
  return queryOptions({
    queryKey: [...queryKeys.history, id],
    queryFn: async (): Promise<Conversation> =>
      bodyOf(
        await api.GET("/api/v1/conversations/{conversation_id}", {
          params: { path: { conversation_id: id } },
        }),
      ),
  });
}

/** All recordings of a conversation, put into the library. */
export function useConversationRecordingsQuery(id: string) {
  const library = useLibraryStore();
  return queryOptions({
    queryKey: [...queryKeys.history, id, "recordings"],
    queryFn: async () => {
      let cursor: string | null = null;
      do {
        const query: { conversation_id: string; cursor?: string } = { conversation_id: id };
        if (cursor !== null) query.cursor = cursor;
        const page = bodyOf(await api.GET("/api/v1/recordings", { params: { query } }));
        library.putRecordings(page.results);
        cursor = cursorOf(page.next);
      } while (cursor !== null);
      return id;
    },
  });
}

export interface ConversationChange {
  title?: string;
  notes?: string;
  tags?: string[];
  pinned?: boolean;
  archived?: boolean;
}

export async function updateConversation(
  id: string,
  body: ConversationChange,
): Promise<Conversation> {
  return bodyOf(
    await api.PATCH("/api/v1/conversations/{conversation_id}", {
      params: { path: { conversation_id: id } },
      body,
    }),
  );
}

export async function trashConversation(id: string): Promise<Conversation> {
  return bodyOf(
    await api.POST("/api/v1/conversations/{conversation_id}/trash", {
      params: { path: { conversation_id: id } },
    }),
  );
}

export async function restoreConversation(id: string): Promise<Conversation> {
  return bodyOf(
    await api.POST("/api/v1/conversations/{conversation_id}/restore", {
      params: { path: { conversation_id: id } },
    }),
  );
}

export async function deleteConversation(id: string): Promise<void> {
  await api.DELETE("/api/v1/conversations/{conversation_id}", {
    params: { path: { conversation_id: id } },
  });
}
