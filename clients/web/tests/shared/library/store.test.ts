import { expect, it, vi } from "vitest";

import { LibraryStore } from "@/shared/library/store";

import { anUtterance, aRecording } from "../../factories";

it("sorts recordings newest first and utterances as spoken", () => {
  const store = new LibraryStore();
  store.putRecordings([
    aRecording({ id: "old", created_at: "2026-01-01T00:00:00Z" }),
    aRecording({ id: "new", created_at: "2026-02-01T00:00:00Z" }),
  ]);
  store.putUtterances([
    anUtterance({ id: "late", start_s: 5, index: 1 }),
    anUtterance({ id: "early", start_s: 1 }),
  ]);
  expect(store.recordings().map(({ id }) => id)).toEqual(["new", "old"]);
  expect(store.utterances("recording-1").map(({ id }) => id)).toEqual(["early", "late"]);
});

it("gives the same arrays and tells nobody as long as nothing changed", () => {
  const store = new LibraryStore();
  store.putRecordings([aRecording({ revision: 2 })]);
  store.putUtterances([anUtterance()]);
  const listener = vi.fn();
  store.subscribe(listener);
  const [recordings, utterances] = [store.recordings(), store.utterances("recording-1")];
  store.putRecordings([aRecording({ revision: 1 })]);
  store.putUtterances([anUtterance()]);
  expect(listener).not.toHaveBeenCalled();
  expect(store.recordings()).toBe(recordings);
  expect(store.utterances("recording-1")).toBe(utterances);
  expect(store.utterances("none")).toBe(store.utterances("none"));
});
