import type { ApiProblem } from "@/shared/api/problem";

import type { QueueItem } from "./item";

/** What the server says of one recording. */
export type ServerSays = { found: false } | { found: true; analysisDone: boolean };

export interface SendOptions {
  /** Where an earlier try had got to; null: begin anew. */
  uploadUrl: string | null;
  /** Awaited before the first byte is sent. */
  onUrl: (url: string) => Promise<void>;
  onSent: (sent_bytes: number) => void;
  signal: AbortSignal;
}

/** The way to the server. Everything rejects with an `ApiProblem`. */
export interface Transport {
  look(id: string): Promise<ServerSays>;
  send(item: QueueItem, file: Uint8Array<ArrayBuffer>, options: SendOptions): Promise<void>;
}

export type Verdict =
  "failedForNow" | "uploadGone" | "checksumMismatch" | "refused" | "deletedOnServer";

const CHECKSUM_MISMATCH = 460;
const NO_SPACE = 507;
/** Space and quota come back when something is deleted, not within seconds. */
export const NO_SPACE_WAIT_MS = 10 * 60_000;
const GONE = new Set([404, 410]);
const RETRIED = new Set([0, 401, 403, 408, 409, 423, 425, 429, NO_SPACE]);
const REFUSED_CODES = new Set(["recording_id_reused"]);
const CHECKSUM_CODES = new Set(["upload_checksum_mismatch", "audio_damaged"]);
const NO_SPACE_CODES = new Set(["storage_full", "quota_exceeded"]);

/** What a refusal means for the recording. When in doubt it is tried again: nothing is lost by that. */
export function verdictOn(problem: ApiProblem, hadUploadUrl: boolean): Verdict {
  if (problem.code === "recording_deleted") return "deletedOnServer";
  if (problem.status === CHECKSUM_MISMATCH || CHECKSUM_CODES.has(problem.code)) {
    return "checksumMismatch";
  }
  if (GONE.has(problem.status) && hadUploadUrl) return "uploadGone";
  if (REFUSED_CODES.has(problem.code)) return "refused";
  if (RETRIED.has(problem.status) || problem.status >= 500 || isNoSpace(problem)) {
    return "failedForNow";
  }
  return GONE.has(problem.status) ? "failedForNow" : "refused";
}

function isNoSpace(problem: ApiProblem): boolean {
  return problem.status === NO_SPACE || NO_SPACE_CODES.has(problem.code);
}

/** How long the server wants to be left alone; null: our own delay. */
export function waitAfter_ms(problem: ApiProblem): number | null {
  if (problem.retryAfter_s !== null) return problem.retryAfter_s * 1000;
  return isNoSpace(problem) ? NO_SPACE_WAIT_MS : null;
}
