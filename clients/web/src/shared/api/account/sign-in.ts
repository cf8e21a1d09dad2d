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

interface Pending {
  flows?: { id: string; is_pending?: boolean }[];
}

/** The password is right, and a code is asked for besides: see `useSignInCode`. */
export const CODE_NEEDED = "mfa_code_needed";

/** `signUp` true makes a new account. Throws `CODE_NEEDED` where the person has a second factor. */
export async function signIn(credentials: Credentials & { signUp: boolean }): Promise<Session> {
  const { signUp, ...payload } = credentials;
  try {
    const path = signUp ? "/auth/signup" : "/auth/login";
    const { status, body } = await callAllauth<Pending>("POST", path, payload);
    if (status === 200) return { signedIn: true };
    if (body.data?.flows?.some(({ id, is_pending }) => id === "mfa_authenticate" && is_pending))
      throw new ApiProblem(401, { code: CODE_NEEDED, detail: "Enter the code of your app." });
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

/** The second step: a code of an app, or a recovery code. */
export function useSignInCode() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (code: string): Promise<Session> => {
      await callAllauth("POST", "/auth/2fa/authenticate", { code });
      return { signedIn: true };
    },
    onSuccess: (session) => queries.setQueryData(queryKeys.session, session),
  });
}

/** Without a password: the device knows who it is. */
export function useSignInPasskey() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (): Promise<Session> => {
      const { body } = await callAllauth<{
        request_options: { publicKey: PublicKeyCredentialRequestOptionsJSON };
      }>("GET", "/auth/webauthn/login");
      const options = body.data?.request_options.publicKey ?? { challenge: "" };
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
      const credential = await navigator.credentials.get({ publicKey });
      await callAllauth("POST", "/auth/webauthn/login", { credential });
      return { signedIn: true };
    },
    onSuccess: (session) => queries.setQueryData(queryKeys.session, session),
  });
}
