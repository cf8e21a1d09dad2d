import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { getRecording } from "@/shared/api/get-recording";
import { uploadRecording } from "@/shared/api/upload-recording";

import { aRecording } from "../../factories";

interface SentOptions {
  uploadUrl: string;
  headers: Record<string, string>;
  onProgress: (sent_bytes: number) => void;
  onSuccess: () => void;
  onError: (error: unknown) => void;
}
const uploads: { options: SentOptions; start: () => void; abort: () => Promise<void> }[] = [];
const abort = vi.fn(() => Promise.resolve());

vi.mock("tus-js-client", () => ({
  Upload: class {
    options: SentOptions;
    start = vi.fn();
    abort = abort;
    constructor(_: Blob, options: SentOptions) {
      this.options = options;
      uploads.push(this);
    }
  },
}));
vi.mock("@/shared/api/get-recording", () => ({ getRecording: vi.fn() }));

const LENGTH = 1_000_001;
const audio = new Blob(["x".repeat(LENGTH)], { type: "audio/webm" });
const upload = {
  id: "one",
  source: "microphone" as const,
  fileName: "회의.webm",
  language: "ko",
  recordedAt: null,
};
const onSent = vi.fn();
const answer = vi.fn<(request: Request) => Promise<Response>>();

function begun(offset: number): Response {
  const headers = { Location: "/api/v1/uploads/u", "Upload-Offset": String(offset) };
  return new Response(null, { status: 201, headers });
}

function send(signal = new AbortController().signal) {
  return uploadRecording(upload, audio, { onSent, signal });
}

function failed(status: number, body = "") {
  return {
    originalResponse: { getStatus: () => status, getBody: () => body, getHeader: () => "3" },
  };
}

beforeEach(() => {
  uploads.length = 0;
  [onSent, answer, abort].forEach((mock) => mock.mockClear());
  vi.stubGlobal("fetch", answer);
  vi.mocked(getRecording).mockResolvedValue(aRecording({ id: "one" }));
});

afterEach(() => vi.unstubAllGlobals());

it("goes on where the server is, and ends with the recording", async () => {
  answer.mockResolvedValue(begun(600));
  const sending = send();
  await vi.waitFor(() => expect(uploads).toHaveLength(1));
  const request = answer.mock.calls[0]?.[0];
  expect(request?.headers.get("Upload-Length")).toBe(String(LENGTH));
  const values = Object.fromEntries(
    (request?.headers.get("Upload-Metadata") ?? "").split(",").map((pair) => {
      const [key = "", value = ""] = pair.split(" ");
      return [key, new TextDecoder().decode(Uint8Array.from(atob(value), (c) => c.charCodeAt(0)))];
    }),
  );
  expect(values).toEqual({
    recording_id: "one",
    filename: "회의.webm",
    filetype: "audio/webm",
    source: "microphone",
    language: "ko",
  });
  expect(onSent).toHaveBeenLastCalledWith(600);
  expect(uploads[0]?.options.uploadUrl).toBe("/api/v1/uploads/u");
  uploads[0]?.options.onProgress(900);
  expect(onSent).toHaveBeenLastCalledWith(900);
  uploads[0]?.options.onSuccess();
  expect(await sending).toEqual(aRecording({ id: "one" }));
});

it("sends nothing of what the server has whole", async () => {
  answer.mockResolvedValue(begun(LENGTH));
  expect(await send()).toEqual(aRecording({ id: "one" }));
  expect(uploads).toHaveLength(0);
});

it.each([
  [
    "a refusal",
    409,
    '{"code": "recording_id_reused"}',
    { status: 409, code: "recording_id_reused" },
  ],
  ["a proxy's page", 502, "<html>", { status: 502, code: "server_error" }],
])("tells of %s at the beginning", async (_, status, body, expected) => {
  answer.mockResolvedValue(new Response(body, { status }));
  await expect(send()).rejects.toMatchObject(expected);
});

it("takes a lost connection at the beginning as one", async () => {
  answer.mockRejectedValue(new TypeError("failed"));
  await expect(send()).rejects.toMatchObject({ status: 0, code: "network" });
});

it.each([
  [failed(409, '{"code": "upload_offset"}'), { status: 409, code: "upload_offset" }],
  [failed(423), { status: 423, retryAfter_s: 3 }],
  [failed(404), { status: 0, code: "network" }],
  [new Error("cut"), { status: 0, code: "network" }],
])("tells what went wrong on the way: %o", async (error, expected) => {
  answer.mockResolvedValue(begun(0));
  const sending = send();
  await vi.waitFor(() => expect(uploads).toHaveLength(1));
  uploads[0]?.options.onError(error);
  await expect(sending).rejects.toMatchObject(expected);
});

it("can be stopped", async () => {
  answer.mockResolvedValue(begun(0));
  const stop = new AbortController();
  const sending = send(stop.signal);
  await vi.waitFor(() => expect(uploads).toHaveLength(1));
  stop.abort();
  await expect(sending).rejects.toMatchObject({ code: "network" });
  expect(abort).toHaveBeenCalledTimes(1);
});
