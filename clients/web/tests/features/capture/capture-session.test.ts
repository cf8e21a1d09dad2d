import { IDBFactory } from "fake-indexeddb";
import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { CaptureSession } from "@/features/capture/capture-session";
import { openChunkStore } from "@/features/capture/chunk-store";
import { ApiProblem } from "@/shared/api/problem";
import { uploadRecording } from "@/shared/api/upload-recording";

import { aRecording } from "../../factories";

vi.mock("@/shared/api/upload-recording", () => ({ uploadRecording: vi.fn() }));

const sent = vi.mocked(uploadRecording);
const onStored = vi.fn();
let session: CaptureSession;

async function leaveBehind(id: string, ownerId: string, chunks: string[]): Promise<void> {
  const store = await openChunkStore(indexedDB);
  const kept = { id, ownerId, source: "microphone", fileName: "a.webm", contentType: "audio/webm" };
  await store.begin({ ...kept, language: "ko", recordedAt: "2026-11-22T10:00:00Z" } as never);
  for (const [index, chunk] of chunks.entries()) {
    await store.append(id, index, new TextEncoder().encode(chunk).buffer);
  }
}

const leftBehind = async () => (await openChunkStore(indexedDB)).list("me");

function newSession(): CaptureSession {
  return new CaptureSession({
    ownerId: "me",
    language: () => null,
    onStored,
    onFinished: () => undefined,
  });
}

beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  sent.mockReset();
  onStored.mockReset();
});

afterEach(() => {
  session.stop();
  vi.unstubAllGlobals();
});

it("sends what a crashed visit left behind, with its id, and then lets it go", async () => {
  await leaveBehind("crashed", "me", ["one", "two"]);
  sent.mockResolvedValue(aRecording({ id: "crashed" }));
  session = newSession();
  session.start();
  await vi.waitFor(() => expect(onStored).toHaveBeenCalledTimes(1));
  const [upload, audio] = sent.mock.calls[0] ?? [];
  expect(upload).toMatchObject({ id: "crashed", language: "ko", recovered: true });
  expect(audio?.size).toBe(6);
  await vi.waitFor(async () => expect(await leftBehind()).toEqual([]));
});

it("keeps the copy when the server refuses", async () => {
  await leaveBehind("large", "me", ["one"]);
  sent.mockRejectedValue(new ApiProblem(413, { code: "recording_too_large", detail: "" }));
  session = newSession();
  session.start();
  await vi.waitFor(() => expect(session.queue.snapshot()[0]?.state).toBe("refused"));
  expect((await leftBehind()).map(({ id }) => id)).toEqual(["large"]);
  session.queue.discard("large");
  await vi.waitFor(async () => expect(await leftBehind()).toEqual([]));
});

it("does not touch what belongs to somebody else", async () => {
  await leaveBehind("theirs", "somebody", ["one"]);
  session = newSession();
  session.start();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(sent).not.toHaveBeenCalled();
  expect(await (await openChunkStore(indexedDB)).list("somebody")).toHaveLength(1);
});

it("forgets a recording of which nothing was kept", async () => {
  await leaveBehind("empty", "me", []);
  session = newSession();
  session.start();
  await vi.waitFor(async () => expect(await leftBehind()).toEqual([]));
  expect(sent).not.toHaveBeenCalled();
});

const leave = () => {
  const event = new Event("beforeunload", { cancelable: true });
  window.dispatchEvent(event);
  return event.defaultPrevented;
};
const aFile = () => new File(["sound"], "talk.mp3", { type: "audio/mpeg", lastModified: 1000 });

it("copies files while it sends them, and asks before the page is left until they are copied", async () => {
  sent.mockReturnValue(new Promise(() => undefined));
  session = newSession();
  session.start();
  expect(leave()).toBe(false);
  session.addFiles([aFile()]);
  expect(leave()).toBe(true);
  expect(sent.mock.calls[0]?.[0]).toMatchObject({
    source: "file",
    fileName: "talk.mp3",
    recordedAt: "1970-01-01T00:00:01.000Z",
  });
  await vi.waitFor(async () => expect(await leftBehind()).toHaveLength(1));
  await vi.waitFor(() => expect(leave()).toBe(false));
});

it("goes on with a file that a closed tab left, under the same id", async () => {
  sent.mockReturnValue(new Promise(() => undefined));
  session = newSession();
  session.start();
  session.addFiles([aFile()]);
  await vi.waitFor(async () => expect(await leftBehind()).toHaveLength(1));
  const id = sent.mock.calls[0]?.[0].id ?? "";
  session.stop();
  sent.mockReset().mockResolvedValue(aRecording({ id }));
  session = newSession();
  session.start();
  await vi.waitFor(() => expect(onStored).toHaveBeenCalledTimes(1));
  const [upload, audio] = sent.mock.calls[0] ?? [];
  expect(upload).toMatchObject({ id, source: "file", fileName: "talk.mp3" });
  expect([audio?.size, audio?.type]).toEqual([5, "audio/mpeg"]);
  await vi.waitFor(async () => expect(await leftBehind()).toEqual([]));
});

it("keeps no copy of a file that was sent before it was copied", async () => {
  sent.mockImplementation(({ id }) => Promise.resolve(aRecording({ id })));
  session = newSession();
  session.start();
  session.addFiles([aFile()]);
  await vi.waitFor(() => expect(onStored).toHaveBeenCalledTimes(1));
  await new Promise((resolve) => setTimeout(resolve, 50));
  const store = await openChunkStore(indexedDB);
  expect([await store.list("me"), await store.listOrphans()]).toEqual([[], []]);
});

it("sends a file for which there is no room here, and asks before the page is left", async () => {
  vi.stubGlobal("indexedDB", {
    open: () => {
      throw new DOMException("no room", "QuotaExceededError");
    },
  });
  sent.mockReturnValue(new Promise(() => undefined));
  session = newSession();
  session.start();
  session.addFiles([aFile()]);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(sent).toHaveBeenCalledTimes(1);
  expect(leave()).toBe(true);
});

it("removes the beginning of a copy that was interrupted, and does not send it", async () => {
  const request = (_: string, _options: object, take: (lock: object) => Promise<void>) => take({});
  vi.stubGlobal("navigator", { onLine: true, locks: { request } });
  const store = await openChunkStore(indexedDB);
  await store.append("half", 0, new TextEncoder().encode("half of it").buffer);
  session = newSession();
  session.start();
  await vi.waitFor(async () => expect(await store.listOrphans()).toEqual([]));
  expect(sent).not.toHaveBeenCalled();
});
