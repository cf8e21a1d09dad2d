// The few calls to django-allauth's headless API (app flavour). They are not in our OpenAPI document.
import { ApiProblem, networkProblem } from "./problem";

const PATH = "/_allauth/app/v1/auth";

interface Body {
  meta?: { session_token?: string };
  errors?: { code: string; param?: string; message: string }[];
}

export interface Credentials {
  email: string;
  password: string;
}

/** Signs in, or makes a new account. Resolves with the session token; rejects with an `ApiProblem`. */
export async function signIn(
  server: string,
  credentials: Credentials,
  options: { signUp: boolean; language: string },
): Promise<string> {
  const { status, body } = await call(server, options.signUp ? "/signup" : "/login", {
    method: "POST",
    headers: { "Content-Type": "application/json", "Accept-Language": options.language },
    body: JSON.stringify(credentials),
  });
  const token = body.meta?.session_token;
  if (status === 200 && token !== undefined) return token;
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
