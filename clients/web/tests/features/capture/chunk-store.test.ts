import { IDBFactory } from "fake-indexeddb";
import "fake-indexeddb/auto";
import { beforeEach, expect, it } from "vitest";

import { openChunkStore } from "@/features/capture/chunk-store";
import type { ChunkStore, KeptRecording } from "@/features/capture/chunk-store";

const kept = (id: string, ownerId = "me", recordedAt = "2026-11-22T10:00:00Z"): KeptRecording => ({
  id,
  ownerId,
  source: "microphone",
  fileName: `${id}.webm`,
  contentType: "audio/webm",
  language: null,
  recordedAt,
});
const bytes = (text: string) => new TextEncoder().encode(text).buffer;

let factory: IDBFactory;
let store: ChunkStore;

beforeEach(async () => {
  factory = new IDBFactory();
  store = await openChunkStore(factory);
});

it("gives the chunks back in order, also after a restart, and past ten of them", async () => {
  await store.begin(kept("a"));
  for (const index of [0, 2, 1, 10, 9]) await store.append("a", index, bytes(`<${index}>`));
  const reopened = await openChunkStore(factory);
  const [found] = await reopened.list("me");
  expect(found).toEqual(kept("a"));
  const audio = await reopened.readAudio(kept("a"));
  expect(audio.type).toBe("audio/webm");
  expect(audio.size).toBe("<0><1><2><9><10>".length);
  expect(await textOf(audio)).toBe("<0><1><2><9><10>");
});

it("shows each person their own, oldest first", async () => {
  await store.begin(kept("late", "me", "2026-11-22T12:00:00Z"));
  await store.begin(kept("early", "me", "2026-11-22T09:00:00Z"));
  await store.begin(kept("other", "somebody"));
  expect((await store.list("me")).map(({ id }) => id)).toEqual(["early", "late"]);
});

it("removes one recording with all its chunks, and no other", async () => {
  for (const id of ["a", "b"]) {
    await store.begin(kept(id));
    await store.append(id, 0, bytes(id));
  }
  await store.remove("a");
  expect((await store.list("me")).map(({ id }) => id)).toEqual(["b"]);
  expect((await store.readAudio(kept("a"))).size).toBe(0);
  expect((await store.readAudio(kept("b"))).size).toBe(1);
});

function textOf(blob: Blob): Promise<string> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.readAsText(blob);
  });
}
