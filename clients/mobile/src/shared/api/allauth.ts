// The few calls to django-allauth's headless API (app flavour). They are not in our OpenAPI document.
import { ApiProblem, networkProblem } from "./problem";

const PATH = "/_allauth/app/v1/auth";
const SECOND_FACTOR = "mfa_authenticate";

interface Body {
  data?: { flows?: { id: string; is_pending?: boolean }[] };
  meta?: { session_token?: string };
  errors?: { code: string; param?: string; message: string }[];
}

export interface Credentials {
  email: string;
  password: string;
}

/** `needsCode`: the password is right, and the code of the second factor is asked for; the token is for that only. */
export interface SignInAnswer {
  token: string;
  needsCode: boolean;
}

/** Signs in, or makes a new account. Rejects with an `ApiProblem`. */
export async function signIn(
  server: string,
  credentials: Credentials,
  options: { signUp: boolean; language: string },
): Promise<SignInAnswer> {
  const answer = await call(server, options.signUp ? "/signup" : "/login", {
    method: "POST",
    headers: { "Content-Type": "application/json", "Accept-Language": options.language },
    body: JSON.stringify(credentials),
  });
  return signInAnswer(answer);
}

/** The second step: a code of the authenticator app, or a recovery code. Rejects with an `ApiProblem`. */
export async function sendCode(server: string, token: string, code: string): Promise<SignInAnswer> {
  const answer = await call(server, "/2fa/authenticate", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Session-Token": token },
    body: JSON.stringify({ code: code.trim() }),
  });
  // The session keeps its token when it becomes a whole one.
  return { token: answer.body.meta?.session_token ?? token, needsCode: answer.status !== 200 };
}

function signInAnswer({ status, body }: { status: number; body: Body }): SignInAnswer {
  const token = body.meta?.session_token;
  if (status === 200 && token !== undefined) return { token, needsCode: false };
  const flows = body.data?.flows ?? [];
  const isAsked = flows.some(({ id, is_pending }) => id === SECOND_FACTOR && is_pending === true);
  if (token !== undefined && isAsked) return { token, needsCode: true };
  // 401: the credentials are right, but a further step is pending.
  throw new ApiProblem(401, { code: "email_verification_pending", detail: "Check your e-mail." });
}

/** Ends the session on the server. */
export async function signOut(server: string, token: string): Promise<void> {
  await call(server, "/session", { method: "DELETE", headers: { "X-Session-Token": token } });
}

async function call(server: string, path: string, init: RequestInit) {
  const headers = { Accept: "application/json", ...(init.headers as Record<string, string>) };
  let response: Response;
  try {
    response = await fetch(server + PATH + path, { ...init, headers, credentials: "omit" });
  } catch {
    throw networkProblem();
  }
  const body = (await response.json().catch(() => ({}))) as Body;
  if (response.status === 200 || response.status === 401) return { status: response.status, body };
  throw problemOf(response, body.errors ?? []);
}

function problemOf(response: Response, errors: NonNullable<Body["errors"]>): ApiProblem {
  const fields = errors.map(({ param, code, message }) => ({
    field: param ?? "",
    code,
    detail: message,
  }));
  const fallback = response.status === 429 ? "throttled" : "server_error";
  return new ApiProblem(response.status, {
    code: fields[0]?.code ?? fallback,
    detail: fields[0]?.detail ?? "",
    fields,
  });
}
