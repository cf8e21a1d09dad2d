import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, bodyOf } from "./client";
import { queryKeys } from "./query-keys";
import type { Me, MePatch } from "./types";

export async function updateMe(patch: MePatch): Promise<Me> {
  return bodyOf(await api.PATCH("/api/v1/me", { body: patch }));
}

/** Shows the choice at once and takes it back when the server refuses it. */
export function useUpdateMe() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: updateMe,
    onMutate: (patch) => {
      const before = queries.getQueryData<Me>(queryKeys.me);
      if (before) queries.setQueryData<Me>(queryKeys.me, { ...before, ...patch });
      return { before };
    },
    onError: (_error, _patch, context) => {
      if (context?.before) queries.setQueryData<Me>(queryKeys.me, context.before);
    },
    onSuccess: (me) => queries.setQueryData<Me>(queryKeys.me, me),
  });
}
