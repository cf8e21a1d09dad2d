import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, bodyOf } from "../client";
import { queryKeys } from "../query-keys";

/** What a code offers; it stays good. */
export function useReadInvitation() {
  return useMutation({
    mutationFn: async (code: string) =>
      bodyOf(await api.POST("/api/v1/care/invitation", { body: { code } })),
  });
}

export function useAcceptInvitation() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (code: string) =>
      bodyOf(await api.POST("/api/v1/care/invitation/accept", { body: { code } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: queryKeys.people }),
  });
}
