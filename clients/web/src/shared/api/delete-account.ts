import { useMutation, useQueryClient } from "@tanstack/react-query";

import type { Session } from "./account/get-session";
import { api } from "./client";
import { ApiProblem } from "./problem";
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

/** The password was right; the person has a second factor that is asked for, too. */
export function needsSecondFactor(error: unknown): boolean {
  return error instanceof ApiProblem && error.code === "second_factor_needed";
}
