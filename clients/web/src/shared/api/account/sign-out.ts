import { useMutation, useQueryClient } from "@tanstack/react-query";

import { queryKeys } from "../query-keys";

import { callAllauth } from "./allauth";
import type { Session } from "./get-session";

export async function signOut(): Promise<Session> {
  await callAllauth("DELETE", "/auth/session");
  return { signedIn: false };
}

export function useSignOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: signOut,
    onSuccess: (session) => queries.setQueryData(queryKeys.session, session),
  });
}
