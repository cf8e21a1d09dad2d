import i18next from "i18next";
import { describe, expect, it } from "vitest";

import { ApiProblem, networkProblem, problemFromText } from "@/shared/api/problem";
import { errorText, thrownText } from "@/shared/errors/error-text";

/** Every code that backend and worker can answer with. */
const SERVER_CODES = [
  "analysis_state",
  "audio_checksum_mismatch",
  "audio_damaged",
  "audio_empty",
  "audio_no_sound_track",
  "audio_too_long",
  "audio_unavailable",
  "audio_unreadable",
  "audio_url_expired",
  "cannot_split",
  "checksum_algorithm",
  "care_code_wrong",
  "care_link_exists",
  "care_link_state",
  "care_own_link",
  "contract_mismatch",
  "edit_superseded",
  "inference_failed",
  "live_interrupted",
  "malformed_frame",
  "malformed_message",
  "share_ended",
  "slow_reader",
  "sound_missing",
  "stream_busy",
  "stream_ended",
  "stream_replaced",
  "too_many_streams",
  "unsupported_sound",
  "not_authenticated",
  "no_emotion",
  "not_found",
  "not_neighbours",
  "out_of_memory",
  "permission_denied",
  "quota_exceeded",
  "recording_deleted",
  "recording_id_reused",
  "recording_too_large",
  "storage_full",
  "throttled",
  "too_many_uploads",
  "tus_version",
  "unit_timed_out",
  "utterance_changed",
  "upload_busy",
  "upload_checksum_mismatch",
  "upload_idle",
  "upload_in_pieces",
  "upload_offset",
  "upload_too_long",
  "worker_lost",
  "push_address",
  "webhook_address",
  "too_many_webhooks",
];

describe.each(["en", "ko"] as const)("in %s", (language) => {
  const t = i18next.getFixedT(language);

  it.each(SERVER_CODES)("%s has words of our own", (code) => {
    const text = errorText(t, { code, detail: "The server's own sentence." });
    expect(text).not.toBe("The server's own sentence.");
    expect(text).not.toContain("errors.");
    expect(/[가-힣]/.test(text)).toBe(language === "ko");
  });

  it("falls back to the server's sentence, then to a general one", () => {
    expect(errorText(t, { code: "new_code", detail: "Do this." })).toBe("Do this.");
    expect(errorText(t, { code: "new_code", detail: "" })).toBe(t("errors.unknown"));
    expect(errorText(t, { code: "toString", detail: "" })).toBe(t("errors.unknown"));
    expect(thrownText(t, new TypeError("x"))).toBe(t("errors.unknown"));
    expect(thrownText(t, networkProblem())).toBe(t("errors.network"));
  });
});

describe("problems", () => {
  it("are read from problem+json", () => {
    const body = {
      code: "recording_too_large",
      detail: "Too large.",
      data: { max_bytes: 5 },
      errors: [{ field: "audio", code: "invalid", detail: "No." }],
    };
    const problem = problemFromText(413, JSON.stringify(body), "7");
    expect(problem).toBeInstanceOf(ApiProblem);
    expect(problem).toMatchObject({
      status: 413,
      code: "recording_too_large",
      detail: "Too large.",
      data: { max_bytes: 5 },
      fields: body.errors,
      retryAfter_s: 7,
    });
  });

  it.each([
    [413, "recording_too_large"],
    [429, "throttled"],
    [401, "not_authenticated"],
    [404, "not_found"],
    [502, "server_error"],
  ])("of a proxy that answers %d with HTML get a code", (status, code) => {
    expect(problemFromText(status, "<html>", null).code).toBe(code);
  });
});
