import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { queryKeys } from "../query-keys";

import { callAllauth, callAsMyself } from "./allauth";

export type FactorType = "totp" | "recovery_codes" | "webauthn";

/** One way in beside the password. */
export interface Authenticator {
  type: FactorType;
  /** Of a passkey. */
  id?: number;
  name?: string;
  /** Of recovery codes. */
  unused_code_count?: number;
}

export interface TotpOffer {
  secret: string;
  totp_url: string;
}

export function useAuthenticators() {
  return useQuery({
    queryKey: queryKeys.authenticators,
    queryFn: async () =>
      (await callAsMyself<Authenticator[]>("GET", "/account/authenticators")).data ?? [],
  });
}

/** With what the person can confirm: codes that are all used are none. */
export function usableTypes(own: readonly Authenticator[]): FactorType[] {
  return own.filter(({ unused_code_count }) => unused_code_count !== 0).map(({ type }) => type);
}

export async function offerTotp(): Promise<TotpOffer> {
  const { meta } = await callAllauth<never>(
    "GET",
    "/account/authenticators/totp",
    undefined,
    [404],
  ).then(({ body }) => body);
  return { secret: meta?.secret ?? "", totp_url: meta?.totp_url ?? "" };
}

export async function recoveryCodes(): Promise<string[]> {
  const body = await callAsMyself<{ unused_codes?: string[] }>(
    "GET",
    "/account/authenticators/recovery-codes",
  );
  return body.data?.unused_codes ?? [];
}

export async function confirmPassword(password: string): Promise<void> {
  await callAllauth("POST", "/auth/reauthenticate", { password });
}

/** A code of an app, or a recovery code. */
export async function confirmCode(code: string): Promise<void> {
  await callAllauth("POST", "/auth/2fa/reauthenticate", { code });
}

/** The device says who it is. Throws what the browser throws where the person declines. */
export async function askPasskey(
  path: "/auth/webauthn/login" | "/auth/webauthn/authenticate" | "/auth/webauthn/reauthenticate",
): Promise<void> {
  const { body } = await callAllauth<{
    request_options: { publicKey: PublicKeyCredentialRequestOptionsJSON };
  }>("GET", path);
  const options = body.data?.request_options.publicKey ?? { challenge: "" };
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const credential = await navigator.credentials.get({ publicKey });
  await callAllauth("POST", path, { credential });
}

export function confirmPasskey(): Promise<void> {
  return askPasskey("/auth/webauthn/reauthenticate");
}

function useChange<T>(mutationFn: (given: T) => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () => queries.invalidateQueries({ queryKey: queryKeys.authenticators }),
  });
}

export function useActivateTotp() {
  return useChange((code: string) =>
    callAsMyself("POST", "/account/authenticators/totp", { code }),
  );
}

export function useDeactivateTotp() {
  return useChange(() => callAsMyself("DELETE", "/account/authenticators/totp"));
}

export function useAddPasskey() {
  return useChange(async (name: string) => {
    const body = await callAsMyself<{
      creation_options: { publicKey: PublicKeyCredentialCreationOptionsJSON };
    }>("GET", "/account/authenticators/webauthn?passwordless");
    if (body.data === undefined) return;
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
      body.data.creation_options.publicKey,
    );
    const credential = await navigator.credentials.create({ publicKey });
    await callAsMyself("POST", "/account/authenticators/webauthn", { name, credential });
  });
}

export function useRemovePasskey() {
  return useChange((id: number) =>
    callAsMyself("DELETE", "/account/authenticators/webauthn", { authenticators: [id] }),
  );
}

/** Whether this browser, at this address, can make passkeys. */
export function hasPasskeys(): boolean {
  return "PublicKeyCredential" in window && "parseCreationOptionsFromJSON" in PublicKeyCredential;
}
