// The few calls to django-allauth's headless API (browser flavour). They are not in our OpenAPI document.
import { csrfToken } from "../csrf";
import { ApiProblem, networkProblem } from "../problem";

const BASE_PATH = "/_allauth/browser/v1";

interface AllauthError {
  code: string;
  param?: string;
  message: string;
}

export interface AllauthBody<T> {
  data?: T;
  meta?: { is_authenticated?: boolean; secret?: string; totp_url?: string };
  errors?: AllauthError[];
}

export interface AllauthAnswer<T> {
  status: number;
  body: AllauthBody<T>;
}

/** Throws an `ApiProblem` for 400, 403, 409, 429 and server errors; 200, 401 and `alsoAnswers` are answers. */
export async function callAllauth<T>(
  method: "GET" | "POST" | "DELETE",
  path: `/auth/${string}` | `/account/${string}`,
  payload?: unknown,
  alsoAnswers: readonly number[] = [],
): Promise<AllauthAnswer<T>> {
  const response = await send(method, path, payload);
  const body = (await response.json().catch(() => ({}))) as AllauthBody<T>;
  if ([200, 401, ...alsoAnswers].includes(response.status))
    return { status: response.status, body };
  throw problemOf(response, body.errors ?? []);
}

const NEEDS_PASSWORD = new ApiProblem(401, {
  code: "reauthentication_required",
  detail: "Enter the password again.",
});

/** Throws `reauthentication_required` where the person has to say again who they are. */
export async function callAsMyself<T>(...given: Parameters<typeof callAllauth>) {
  const answer = await callAllauth<T>(...given);
  if (answer.status === 401) throw NEEDS_PASSWORD;
  return answer.body;
}

export function needsPassword(error: unknown): boolean {
  return error instanceof ApiProblem && error.code === NEEDS_PASSWORD.code;
}

async function send(method: string, path: string, payload: unknown): Promise<Response> {
  const headers: Record<string, string> = {
    Accept: "application/json",
    // A new account begins with the language that was chosen here, not with the browser's.
    "Accept-Language": document.documentElement.lang,
  };
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken();
  if (payload !== undefined) headers["Content-Type"] = "application/json";
  const body = payload === undefined ? null : JSON.stringify(payload);
  try {
    return await fetch(BASE_PATH + path, { method, headers, body, credentials: "same-origin" });
  } catch {
    throw networkProblem();
  }
}

function problemOf(response: Response, errors: AllauthError[]): ApiProblem {
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
