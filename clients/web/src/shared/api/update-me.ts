import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { QueryClient } from "@tanstack/react-query";

import { api, bodyOf } from "./client";
import { queryKeys } from "./query-keys";
import type { Display, Me, MePatch } from "./types";

type DisplayPatch = Partial<Display>;
const MUTATION_KEY = ["update-me"];

export async function updateMe(patch: MePatch): Promise<Me> {
  return bodyOf(await api.PATCH("/api/v1/me", { body: patch }));
}

/** The server's newest word, unless it is older than what is held or a choice is still on its way. */
export function takeOverMe(queries: QueryClient, me: Me): void {
  if (queries.isMutating({ mutationKey: MUTATION_KEY }) > 0) return;
  const held = queries.getQueryData<Me>(queryKeys.me);
  if (!held || held.revision <= me.revision) queries.setQueryData<Me>(queryKeys.me, me);
}

function merged(me: Me, patch: MePatch): Me {
  const { display, ...rest } = patch;
  return { ...me, ...rest, display: { ...me.display, ...display } };
}

/** Shows the choice at once, and asks for the truth when the server refuses it. One at a time, in order. */
export function useUpdateMe() {
  const queries = useQueryClient();
  const mutation = useMutation({
    mutationKey: MUTATION_KEY,
    scope: { id: "update-me" },
    mutationFn: updateMe,
    // The last one of several tells the whole truth; the others would turn it back for a moment.
    onSuccess: (me) => {
      if (queries.isMutating({ mutationKey: MUTATION_KEY }) === 1) {
        queries.setQueryData<Me>(queryKeys.me, me);
      }
    },
    onError: () => queries.invalidateQueries({ queryKey: queryKeys.me }),
  });
  const mutate = (patch: MePatch) => {
    const before = queries.getQueryData<Me>(queryKeys.me);
    if (before) queries.setQueryData<Me>(queryKeys.me, merged(before, patch));
    mutation.mutate(patch);
  };
  return { ...mutation, mutate };
}

export function useUpdateDisplay() {
  const { mutate, ...rest } = useUpdateMe();
  return { ...rest, choose: (display: DisplayPatch) => mutate({ display }) };
}
