import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { isWorthRetrying, UploadQueue } from "@/features/capture/upload-queue";
import { ApiProblem, networkProblem } from "@/shared/api/problem";
import type { uploadRecording } from "@/shared/api/upload-recording";

import { aRecording } from "../../factories";

const send = vi.fn<typeof uploadRecording>();
const onStored = vi.fn();
const onDiscarded = vi.fn();
const audio = new Blob(["x".repeat(100)]);
let online = true;
let queue: UploadQueue;

const upload = (id = "one") => ({
  id,
  source: "microphone" as const,
  fileName: "recording.webm",
  language: null,
  recordedAt: null,
});
const refusal = (status: number, code = "code", retryAfter_s: number | null = null) =>
  new ApiProblem(status, { code, detail: "" }, retryAfter_s);
const states = () => queue.snapshot().map(({ id, state }) => [id, state]);
const flush = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(1);
  [send, onStored, onDiscarded].forEach((mock) => mock.mockReset());
  online = true;
  queue = new UploadQueue({ send, onStored, onDiscarded, isOnline: () => online });
  queue.start();
});

afterEach(() => {
  queue.stop();
  vi.useRealTimers();
});

it("sends, tells how far it is, and lets go only when the server has it", async () => {
  let finish: (recording: ReturnType<typeof aRecording>) => void = () => undefined;
  send.mockReturnValueOnce(new Promise((resolve) => (finish = resolve)));
  queue.add(upload(), audio);
  expect(states()).toEqual([["one", "uploading"]]);
  send.mock.calls[0]?.[2].onSent(40);
  expect(queue.snapshot()[0]?.sent_bytes).toBe(40);
  send.mock.calls[0]?.[2].onSent(400);
  expect(queue.snapshot()[0]?.sent_bytes).toBe(100);
  expect(onStored).not.toHaveBeenCalled();
  finish(aRecording({ id: "one" }));
  await flush();
  expect(onStored).toHaveBeenCalledExactlyOnceWith(aRecording({ id: "one" }));
  expect(states()).toEqual([]);
});

it("takes the same recording once", async () => {
  send.mockReturnValue(new Promise(() => undefined));
  queue.add(upload(), audio);
  queue.add(upload(), audio);
  await flush();
  expect(states()).toEqual([["one", "uploading"]]);
  expect(send).toHaveBeenCalledTimes(1);
});

it("sends one after the other", async () => {
  send.mockResolvedValue(aRecording());
  queue.add(upload("one"), audio);
  queue.add(upload("two"), audio);
  expect(states()).toEqual([
    ["one", "uploading"],
    ["two", "waiting"],
  ]);
  await flush();
  expect(send.mock.calls.map(([{ id }]) => id)).toEqual(["one", "two"]);
  expect(states()).toEqual([]);
});

describe("without a connection", () => {
  it("tries again with the same id and longer and longer pauses", async () => {
    send.mockRejectedValueOnce(networkProblem()).mockRejectedValueOnce(networkProblem());
    send.mockResolvedValueOnce(aRecording());
    queue.add(upload(), audio);
    await flush();
    expect(queue.snapshot()[0]).toMatchObject({ state: "waiting", failures: 1 });
    await vi.advanceTimersByTimeAsync(499);
    expect(send).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(send).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(1000);
    expect(send.mock.calls.map(([{ id }]) => id)).toEqual(["one", "one", "one"]);
    expect(onStored).toHaveBeenCalledTimes(1);
  });

  it("waits while the device is offline, and goes on at once when it is back", async () => {
    online = false;
    queue.add(upload(), audio);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(send).not.toHaveBeenCalled();
    online = true;
    send.mockResolvedValueOnce(aRecording());
    window.dispatchEvent(new Event("online"));
    await flush();
    expect(onStored).toHaveBeenCalledTimes(1);
  });

  it("does not hold up the others", async () => {
    send.mockRejectedValueOnce(networkProblem()).mockResolvedValueOnce(aRecording({ id: "two" }));
    queue.add(upload("one"), audio);
    queue.add(upload("two"), audio);
    await flush();
    expect(states()).toEqual([["one", "waiting"]]);
  });
});

describe("a refusal", () => {
  it.each([
    [413, "recording_too_large"],
    [400, "audio_empty"],
    [409, "recording_id_reused"],
    [507, "storage_full"],
  ])("%d is shown, and not tried again by itself", async (status, code) => {
    send.mockRejectedValueOnce(refusal(status, code));
    queue.add(upload(), audio);
    await vi.advanceTimersByTimeAsync(600_000);
    window.dispatchEvent(new Event("online"));
    expect(send).toHaveBeenCalledTimes(1);
    expect(queue.snapshot()[0]).toMatchObject({ state: "refused", problem: { code } });
    expect(onStored).not.toHaveBeenCalled();
    expect(onDiscarded).not.toHaveBeenCalled();
  });

  it("can be sent again by the person", async () => {
    send.mockRejectedValueOnce(refusal(507, "storage_full")).mockResolvedValueOnce(aRecording());
    queue.add(upload(), audio);
    await flush();
    queue.sendAgain("one");
    await flush();
    expect(states()).toEqual([]);
  });

  it("can be given up, and only then is the copy let go", async () => {
    send.mockRejectedValueOnce(refusal(413));
    queue.add(upload(), audio);
    await flush();
    queue.discard("one");
    expect(onDiscarded).toHaveBeenCalledExactlyOnceWith("one");
    expect(states()).toEqual([]);
  });

  it("for too many requests waits as long as the server asks", async () => {
    send.mockRejectedValueOnce(refusal(429, "throttled", 7)).mockResolvedValueOnce(aRecording());
    queue.add(upload(), audio);
    await vi.advanceTimersByTimeAsync(6_999);
    expect(send).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(send).toHaveBeenCalledTimes(2);
  });

  it.each([
    [0, true],
    [401, true],
    [403, true],
    [408, true],
    [429, true],
    [500, true],
    [502, true],
    [503, true],
    [400, false],
    [409, false],
    [413, false],
    [415, false],
    [507, false],
  ])("of status %d is worth another try: %s", (status, expected) => {
    expect(isWorthRetrying(refusal(status))).toBe(expected);
  });
});

it.each([
  [409, "upload_offset", true],
  [422, "audio_damaged", true],
  [409, "recording_id_reused", false],
  [422, "invalid", false],
])("%d %s: tried again by itself is %s", (status, code, expected) => {
  expect(isWorthRetrying(refusal(status, code))).toBe(expected);
});

it("stops for good when it is stopped while sending", async () => {
  let signal: AbortSignal | undefined;
  send.mockImplementationOnce((_upload, _audio, options) => {
    signal = options.signal;
    return new Promise((_resolve, reject) => {
      options.signal.addEventListener("abort", () => reject(networkProblem()));
    });
  });
  queue.add(upload(), audio);
  queue.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(signal?.aborted).toBe(true);
  expect(send).toHaveBeenCalledTimes(1);
});

it("drops what comes back for a discarded recording", async () => {
  send.mockImplementationOnce(
    (_upload, _audio, { signal }) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener("abort", () => reject(networkProblem())),
      ),
  );
  queue.add(upload(), audio);
  queue.discard("one");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(send).toHaveBeenCalledTimes(1);
  expect(states()).toEqual([]);
});
