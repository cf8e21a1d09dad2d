import { ApiProblem } from "@/shared/api/problem";
import { NO_SPACE_WAIT_MS, verdictOn, waitAfter_ms } from "@/shared/queue/transport";
import type { Verdict } from "@/shared/queue/transport";

function problem(status: number, code: string, retryAfter_s: number | null = null): ApiProblem {
  return new ApiProblem(status, { code, detail: "" }, retryAfter_s);
}

/** The table of docs/uploads.md, row by row. */
test.each<[number, string, Verdict]>([
  [0, "network", "failedForNow"],
  [401, "not_authenticated", "failedForNow"],
  [404, "not_found", "uploadGone"],
  [408, "upload_idle", "failedForNow"],
  [409, "upload_offset", "failedForNow"],
  [409, "recording_id_reused", "refused"],
  [410, "recording_deleted", "deletedOnServer"],
  [413, "recording_too_large", "refused"],
  [413, "upload_too_long", "refused"],
  [422, "audio_damaged", "checksumMismatch"],
  [423, "upload_busy", "failedForNow"],
  [429, "too_many_uploads", "failedForNow"],
  [429, "throttled", "failedForNow"],
  [460, "upload_checksum_mismatch", "checksumMismatch"],
  [500, "server_error", "failedForNow"],
  [502, "server_error", "failedForNow"],
  [507, "storage_full", "failedForNow"],
  [507, "quota_exceeded", "failedForNow"],
])("%d %s of a begun upload: %s", (status, code, verdict) => {
  expect(verdictOn(problem(status, code), true)).toBe(verdict);
});

test("a 404 before an upload was begun is a server that is not ready, not a lost upload", () => {
  expect(verdictOn(problem(404, "not_found"), false)).toBe("failedForNow");
});

test("the server's wish comes first; without space it waits for minutes", () => {
  expect(waitAfter_ms(problem(429, "throttled", 30))).toBe(30_000);
  expect(waitAfter_ms(problem(507, "quota_exceeded"))).toBe(NO_SPACE_WAIT_MS);
  expect(waitAfter_ms(problem(503, "server_error"))).toBeNull();
});
