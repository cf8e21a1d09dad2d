import { useMutation, useQueryClient } from "@tanstack/react-query";

import type { Session } from "./account/get-session";
import { api } from "./client";
import { queryKeys } from "./query-keys";

export async function deleteAccount(password: string): Promise<Session> {
  await api.POST("/api/v1/me/delete", { body: { password } });
  return { signedIn: false };
}

export function useDeleteAccount() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: deleteAccount,
    onSuccess: (session) => queries.setQueryData(queryKeys.session, session),
  });
}
