import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { listChanges } from "@/shared/api/list-changes";
import { networkProblem } from "@/shared/api/problem";
import type { Changes, ConversationChanged, UtterancesChanged } from "@/shared/api/types";
import { LibraryStore } from "@/shared/library/store";
import { Synchroniser } from "@/shared/sync/synchroniser";

import { aConversation, anAnalysis, anUtterance, aRecording } from "../../factories";

import { FakeSocket } from "./fake-socket";

vi.mock("@/shared/api/list-changes", () => ({ listChanges: vi.fn() }));

const asked = vi.mocked(listChanges);
const onMe = vi.fn();
let library: LibraryStore;
let synchroniser: Synchroniser;
const onHistoryChanged = vi.fn();

function changes(change: Partial<Changes>): Changes {
  return {
    revision: 0,
    recordings: [],
    utterances: [],
    deleted_recording_ids: [],
    deleted_utterance_ids: [],
    me: null,
    conversations: [],
    trashed_conversation_ids: [],
    more: false,
    ...change,
  };
}

const flush = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.spyOn(Math, "random").mockReturnValue(1);
  FakeSocket.all = [];
  asked.mockReset();
  onMe.mockReset();
  library = new LibraryStore();
  synchroniser = new Synchroniser(
    { library, revision: 10, onNotAuthenticated: vi.fn(), onHistoryChanged, onMe },
    "ws://test/ws/events",
  );
  synchroniser.start();
  FakeSocket.latest().open();
});

afterEach(() => {
  synchroniser.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("conversations", () => {
  const changed = (trashed_at: string | null, revision: number, catch_up = false) =>
    ({
      type: "conversation.changed",
      revision,
      conversation: aConversation({ trashed_at, revision }),
      catch_up,
    }) satisfies ConversationChanged;

  it("in the trash are hidden with their recordings until they are restored", async () => {
    library.putRecordings([aRecording()]);
    FakeSocket.latest().receive(changed("2026-11-22T10:00:00Z", 11));
    await flush();
    expect(library.recordings()).toEqual([]);
    expect(library.recording("recording-1")).toBeUndefined();
    library.putRecordings([aRecording({ revision: 12 })]);
    expect(library.recordings()).toEqual([]);
    expect(onHistoryChanged).toHaveBeenCalled();
    expect(asked).not.toHaveBeenCalled();
    const recordings = [aRecording({ revision: 13 })];
    asked.mockResolvedValueOnce(changes({ revision: 13, recordings }));
    FakeSocket.latest().receive(changed(null, 13, true));
    await flush();
    expect(library.recordings().map(({ revision }) => revision)).toEqual([13]);
  });
});

describe("edits", () => {
  const edited = {
    type: "utterances.changed" as const,
    revision: 11,
    conversation_id: "conversation-1",
    utterances: [anUtterance({ revision: 11, text: "edited" })],
    deleted_utterance_ids: ["utterance-2"],
    complete: true,
  } satisfies UtterancesChanged;

  it("come with what they changed", async () => {
    library.putUtterances([anUtterance(), anUtterance({ id: "utterance-2" })]);
    FakeSocket.latest().receive(edited);
    await flush();
    expect(library.utterances("recording-1").map(({ text }) => text)).toEqual(["edited"]);
    expect(asked).not.toHaveBeenCalled();
  });

  it("that are too large to push are asked for", async () => {
    const utterances = [anUtterance({ revision: 11, text: "fetched" })];
    asked.mockResolvedValueOnce(changes({ revision: 11, utterances }));
    FakeSocket.latest().receive({
      ...edited,
      utterances: [],
      deleted_utterance_ids: [],
      complete: false,
    });
    await flush();
    expect(asked).toHaveBeenCalledExactlyOnceWith(10);
    expect(library.utterances("recording-1").map(({ text }) => text)).toEqual(["fetched"]);
  });
});

describe("catching up", () => {
  it("asks for nothing when nothing was missed", async () => {
    FakeSocket.latest().receive({ type: "hello", revision: 10 });
    await flush();
    expect(asked).not.toHaveBeenCalled();
  });

  it("reads page after page until there is no more", async () => {
    asked
      .mockResolvedValueOnce(
        changes({ revision: 12, more: true, recordings: [aRecording({ revision: 11 })] }),
      )
      .mockResolvedValueOnce(
        changes({ revision: 14, utterances: [anUtterance({ revision: 13 })] }),
      );
    FakeSocket.latest().receive({ type: "hello", revision: 14 });
    await flush();
    expect(asked.mock.calls).toEqual([[10], [12]]);
    expect(library.recordings()).toHaveLength(1);
    expect(library.utterances("recording-1")).toHaveLength(1);
  });

  it("takes deletions and keeps a newer push over an older answer", async () => {
    library.putRecordings([aRecording({ id: "gone" }), aRecording({ revision: 20, title: "new" })]);
    asked.mockResolvedValueOnce(
      changes({
        revision: 14,
        deleted_recording_ids: ["gone"],
        recordings: [aRecording({ revision: 13, title: "old" })],
      }),
    );
    FakeSocket.latest().receive({ type: "hello", revision: 14 });
    await flush();
    expect(library.recordings().map(({ title }) => title)).toEqual(["new"]);
  });

  it("tries again with growing pauses when the server does not answer", async () => {
    asked.mockRejectedValueOnce(networkProblem()).mockRejectedValueOnce(networkProblem());
    asked.mockResolvedValueOnce(changes({ revision: 11 }));
    FakeSocket.latest().receive({ type: "hello", revision: 11 });
    await flush();
    await vi.advanceTimersByTimeAsync(500);
    expect(asked).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked.mock.calls).toEqual([[10], [10], [10]]);
  });

  it("happens after a reconnect, from where it was", async () => {
    FakeSocket.latest().break();
    expect(synchroniser.connection()).toBe("reconnecting");
    await vi.advanceTimersByTimeAsync(500);
    asked.mockResolvedValueOnce(changes({ revision: 15 }));
    FakeSocket.latest().open();
    FakeSocket.latest().receive({ type: "hello", revision: 15 });
    await flush();
    expect(asked.mock.calls).toEqual([[10]]);
    expect(synchroniser.connection()).toBe("open");
  });

  it("lets go of utterances that were replaced meanwhile", async () => {
    library.putRecordings([aRecording()]);
    library.putUtterances([anUtterance({ id: "old", revision: 5 })]);
    const analysis = anAnalysis({ attempt: 2, utterances_from_revision: 11 });
    asked.mockResolvedValueOnce(
      changes({
        revision: 11,
        recordings: [aRecording({ revision: 11, analysis })],
        utterances: [anUtterance({ id: "new", revision: 11 })],
      }),
    );
    FakeSocket.latest().receive({ type: "hello", revision: 11 });
    await flush();
    expect(library.utterances("recording-1").map(({ id }) => id)).toEqual(["new"]);
  });
});

describe("pushed events", () => {
  const changed = (revision: number) =>
    ({ type: "recording.changed", revision, recording: aRecording({ revision }) }) as const;

  it("that follow each other need no question", async () => {
    FakeSocket.latest().receive(changed(11));
    FakeSocket.latest().receive(changed(12));
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked).not.toHaveBeenCalled();
    FakeSocket.latest().receive({ type: "hello", revision: 12 });
    await flush();
    expect(asked).not.toHaveBeenCalled();
    expect(library.recording("recording-1")?.revision).toBe(12);
  });

  it("with a gap between them are shown at once, and the gap is filled", async () => {
    asked.mockResolvedValueOnce(changes({ revision: 13 }));
    FakeSocket.latest().receive(changed(13));
    expect(library.recording("recording-1")?.revision).toBe(13);
    await vi.advanceTimersByTimeAsync(300);
    expect(asked.mock.calls).toEqual([[10]]);
  });

  it("may stay out while an analysis runs: then it asks by itself", async () => {
    asked.mockResolvedValue(changes({ revision: 10 }));
    await vi.advanceTimersByTimeAsync(30_000);
    expect(asked).not.toHaveBeenCalled();
    library.putRecordings([aRecording({ analysis: anAnalysis({ state: "running" }) })]);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(asked).toHaveBeenCalledTimes(1);
  });
});
