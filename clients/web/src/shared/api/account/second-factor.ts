import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { ApiProblem } from "../problem";
import { queryKeys } from "../query-keys";

import { callAllauth } from "./allauth";

/** One way in beside the password. */
export interface Authenticator {
  type: "totp" | "recovery_codes" | "webauthn";
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

const NEEDS_PASSWORD = new ApiProblem(401, {
  code: "reauthentication_required",
  detail: "Enter the password again.",
});

/** Throws `reauthentication_required` where the person has to say again who they are. */
async function call<T>(...given: Parameters<typeof callAllauth>) {
  const answer = await callAllauth<T>(...given);
  if (answer.status === 401) throw NEEDS_PASSWORD;
  return answer.body;
}

export function useAuthenticators() {
  return useQuery({
    queryKey: queryKeys.authenticators,
    queryFn: async () => (await call<Authenticator[]>("GET", "/account/authenticators")).data ?? [],
  });
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
  const body = await call<{ unused_codes?: string[] }>(
    "GET",
    "/account/authenticators/recovery-codes",
  );
  return body.data?.unused_codes ?? [];
}

export async function confirmPassword(password: string): Promise<void> {
  await callAllauth("POST", "/auth/reauthenticate", { password });
}

function useChange<T>(mutationFn: (given: T) => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () => queries.invalidateQueries({ queryKey: queryKeys.authenticators }),
  });
}

export function useActivateTotp() {
  return useChange((code: string) => call("POST", "/account/authenticators/totp", { code }));
}

export function useDeactivateTotp() {
  return useChange(() => call("DELETE", "/account/authenticators/totp"));
}

export function useAddPasskey() {
  return useChange(async (name: string) => {
    const body = await call<{
      creation_options: { publicKey: PublicKeyCredentialCreationOptionsJSON };
    }>("GET", "/account/authenticators/webauthn?passwordless");
    if (body.data === undefined) throw NEEDS_PASSWORD;
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
      body.data.creation_options.publicKey,
    );
    const credential = await navigator.credentials.create({ publicKey });
    await call("POST", "/account/authenticators/webauthn", { name, credential });
  });
}

export function useRemovePasskey() {
  return useChange((id: number) =>
    call("DELETE", "/account/authenticators/webauthn", { authenticators: [id] }),
  );
}

/** Whether this browser, at this address, can make passkeys. */
export function hasPasskeys(): boolean {
  return "PublicKeyCredential" in window && "parseCreationOptionsFromJSON" in PublicKeyCredential;
}
