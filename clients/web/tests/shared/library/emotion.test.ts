import { expect, it } from "vitest";

import { LibraryStore } from "@/shared/library/store";

import { aRecording, anUtterance } from "../../factories";

function library(): LibraryStore {
  const store = new LibraryStore();
  store.putRecordings([
    aRecording({ id: "r1", revision: 1 }),
    aRecording({ id: "r2", revision: 1, conversation_id: "conversation-2" }),
  ]);
  store.putUtterances([
    anUtterance({ id: "u1", recording_id: "r1", revision: 1 }),
    anUtterance({ id: "u2", recording_id: "r2", revision: 1, conversation_id: "conversation-2" }),
  ]);
  return store;
}

const off = {
  type: "emotion.changed",
  revision: 5,
  conversation_id: "conversation-1",
  emotion_mode: "off",
  emotion_from_revision: 5,
} as const;

it("forgets how a conversation sounded when emotion is switched off for it, and keeps the words", () => {
  const store = library();
  store.applyEmotionChanged(off);
  expect(store.recording("r1")).toMatchObject({ emotion_mode: "off", revision: 5 });
  expect(store.utterances("r1")).toMatchObject([{ id: "u1", emotion: null }]);
  expect(store.utterances("r1")[0]?.text).toBe("You said it first.");
  expect(store.recording("r2")).toMatchObject({ emotion_mode: "on", revision: 1 });
  expect(store.utterances("r2")[0]?.emotion).not.toBeNull();
});

it("does not let a late answer bring it back", () => {
  const store = library();
  store.applyEmotionChanged(off);
  store.putUtterances([anUtterance({ id: "u3", recording_id: "r1", revision: 4 })]);
  expect(store.utterances("r1").map(({ emotion }) => emotion)).toEqual([null, null]);
  store.putRecordings([aRecording({ id: "r1", revision: 2 })]);
  expect(store.recording("r1")?.emotion_mode).toBe("off");
});

it("takes what comes after it was switched on again", () => {
  const store = library();
  store.applyEmotionChanged(off);
  store.applyEmotionChanged({ ...off, revision: 6, emotion_mode: "on" });
  store.putUtterances([anUtterance({ id: "u3", recording_id: "r1", revision: 7 })]);
  expect(store.utterances("r1").map(({ emotion }) => emotion?.label)).toEqual([undefined, "angry"]);
});

it("forgets all of it when emotion is switched off for good", () => {
  const store = library();
  store.forgetEmotionBefore(9);
  expect([...store.utterances("r1"), ...store.utterances("r2")].map((one) => one.emotion)).toEqual([
    null,
    null,
  ]);
});

it("obeys a recording that says so after this client was away", () => {
  const store = library();
  store.putRecordings([
    aRecording({ id: "r1", revision: 5, emotion_mode: "off", emotion_from_revision: 5 }),
  ]);
  expect(store.utterances("r1")[0]?.emotion).toBeNull();
});
