import { useMutation, useQueryClient } from "@tanstack/react-query";

import {
  deleteConversation,
  restoreConversation,
  trashConversation,
  updateConversation,
} from "@/shared/api/conversations";
import type { ConversationChange } from "@/shared/api/conversations";
import { queryKeys } from "@/shared/api/query-keys";
import { useLibraryStore } from "@/shared/library/context";

/** What can be done with a conversation; lists are read again afterwards. */
export function useOrganise(id: string) {
  const queries = useQueryClient();
  const library = useLibraryStore();
  const onSettled = () => queries.invalidateQueries({ queryKey: queryKeys.history });
  const update = useMutation({
    mutationFn: (change: ConversationChange) => updateConversation(id, change),
    onSettled,
  });
  const trash = useMutation({
    mutationFn: () => trashConversation(id),
    onSuccess: () => library.setTrashed([id], true),
    onSettled,
  });
  const restore = useMutation({
    mutationFn: () => restoreConversation(id),
    onSuccess: () => library.setTrashed([id], false),
    onSettled,
  });
  const remove = useMutation({ mutationFn: () => deleteConversation(id), onSettled });
  return { update, trash, restore, remove };
}
