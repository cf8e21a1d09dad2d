import { useMutation, useQueryClient } from "@tanstack/react-query";

import { ApiProblem } from "../problem";
import { queryKeys } from "../query-keys";

import { callAllauth } from "./allauth";
import type { Session } from "./get-session";

export interface Credentials {
  email: string;
  password: string;
}

const ALREADY_SIGNED_IN = 409;

/** `signUp` true makes a new account. */
export async function signIn(credentials: Credentials & { signUp: boolean }): Promise<Session> {
  const { signUp, ...payload } = credentials;
  try {
    const { status } = await callAllauth("POST", signUp ? "/signup" : "/login", payload);
    if (status === 200) return { signedIn: true };
  } catch (error) {
    if (error instanceof ApiProblem && error.status === ALREADY_SIGNED_IN)
      return { signedIn: true };
    throw error;
  }
  // 401: the credentials are right, but a further step is pending.
  throw new ApiProblem(401, { code: "email_verification_pending", detail: "Check your e-mail." });
}

export function useSignIn() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: signIn,
    onSuccess: (session) => queries.setQueryData(queryKeys.session, session),
  });
}
