import { useMutation, useQueryClient } from "@tanstack/react-query";

import { ApiProblem } from "../problem";
import { queryKeys } from "../query-keys";

import { callAllauth } from "./allauth";
import type { Session } from "./get-session";
import { askPasskey } from "./second-factor";
import type { FactorType } from "./second-factor";

export interface Credentials {
  email: string;
  password: string;
}

const ALREADY_SIGNED_IN = 409;

interface Pending {
  flows?: { id: string; is_pending?: boolean; types?: FactorType[] }[];
}

const CODE_NEEDED = "mfa_code_needed";

/** The password is right, and one of these is asked for besides; null: something else went wrong. */
export function typesNeeded(error: unknown): FactorType[] | null {
  if (!(error instanceof ApiProblem) || error.code !== CODE_NEEDED) return null;
  return error.data.types as FactorType[];
}

/** `signUp` true makes a new account. Throws where the person has a second factor: see `typesNeeded`. */
export async function signIn(credentials: Credentials & { signUp: boolean }): Promise<Session> {
  const { signUp, ...payload } = credentials;
  try {
    const path = signUp ? "/auth/signup" : "/auth/login";
    const { status, body } = await callAllauth<Pending>("POST", path, payload);
    if (status === 200) return { signedIn: true };
    const second = body.data?.flows?.find((flow) => flow.id === "mfa_authenticate");
    if (second?.is_pending) {
      const types = second.types ?? ["totp", "recovery_codes"];
      throw new ApiProblem(401, { code: CODE_NEEDED, detail: "Enter your code.", data: { types } });
    }
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

/** What follows every way of signing in. */
export function useSignedIn(): () => void {
  const queries = useQueryClient();
  return () => queries.setQueryData<Session>(queryKeys.session, { signedIn: true });
}

/** The second step: a code of an app, or a recovery code. */
export async function signInByCode(code: string): Promise<void> {
  await callAllauth("POST", "/auth/2fa/authenticate", { code });
}

/** The second step: a passkey. */
export function signInBySecondPasskey(): Promise<void> {
  return askPasskey("/auth/webauthn/authenticate");
}

/** Without a password: the device knows who it is. */
export function useSignInPasskey() {
  const onSuccess = useSignedIn();
  return useMutation({ mutationFn: () => askPasskey("/auth/webauthn/login"), onSuccess });
}
