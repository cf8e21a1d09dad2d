/** One field that the server refused. */
export interface FieldProblem {
  field: string;
  code: string;
  detail: string;
}

export interface ProblemBody {
  code: string;
  detail: string;
  fields?: readonly FieldProblem[];
  data?: Readonly<Record<string, unknown>>;
}

/** The server answered with a refusal, or could not be reached (`status` 0, code `network`). */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  /** The server's own sentence; may be empty. */
  readonly detail: string;
  readonly fields: readonly FieldProblem[];
  readonly data: Readonly<Record<string, unknown>>;
  readonly retryAfter_s: number | null;

  constructor(status: number, body: ProblemBody, retryAfter_s: number | null = null) {
    super(body.detail);
    this.name = "ApiProblem";
    this.status = status;
    this.code = body.code;
    this.detail = body.detail;
    this.fields = body.fields ?? [];
    this.data = body.data ?? {};
    this.retryAfter_s = retryAfter_s;
  }
}

export function networkProblem(): ApiProblem {
  return new ApiProblem(0, { code: "network", detail: "The server could not be reached." });
}

/** Reads problem+json; anything else becomes `server_error` so that a proxy's HTML is never shown. */
export function problemFromText(status: number, text: string, retryAfter: string | null) {
  const retryAfter_s = retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) : null;
  const body = parseObject(text);
  const code = typeof body.code === "string" ? body.code : codeOfStatus(status);
  const detail = typeof body.detail === "string" ? body.detail : "";
  const fields = Array.isArray(body.errors) ? (body.errors as FieldProblem[]) : [];
  return new ApiProblem(status, { code, detail, fields, data: asRecord(body.data) }, retryAfter_s);
}

function codeOfStatus(status: number): string {
  if (status === 401) return "not_authenticated";
  if (status === 404) return "not_found";
  if (status === 413) return "recording_too_large";
  if (status === 429) return "throttled";
  return "server_error";
}

function parseObject(text: string): Record<string, unknown> {
  try {
    return asRecord(JSON.parse(text));
  } catch {
    return {};
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
