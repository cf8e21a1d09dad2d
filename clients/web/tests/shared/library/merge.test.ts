import { describe, expect, it } from "vitest";

import type { Utterance, UtterancesStored } from "@/shared/api/types";
import * as merge from "@/shared/library/merge";
import type { Library } from "@/shared/library/merge";

import { anAnalysis, anUtterance, aRecording } from "../../factories";

const { EMPTY_LIBRARY } = merge;

/** `from`: utterances of an older revision are replaced. */
function stored(revision: number, utterances: Utterance[], from = 0): UtterancesStored {
  const analysis = anAnalysis({ utterances_from_revision: from });
  return {
    type: "utterances.stored",
    revision,
    recording: aRecording({ revision, analysis }),
    replaces_all: from === revision,
    utterances,
  };
}

function texts(library: Library): string[] {
  return [...(library.utterances.get("recording-1")?.values() ?? [])].map(({ text }) => text);
}

describe("recordings", () => {
  it("takes a newer revision and leaves an older one", () => {
    const newer = merge.putRecordings(EMPTY_LIBRARY, [aRecording({ revision: 5, title: "new" })]);
    const after = merge.putRecordings(newer, [aRecording({ revision: 4, title: "old" })]);
    expect(after).toBe(newer);
    expect(after.recordings.get("recording-1")?.title).toBe("new");
  });

  it("gives the same result in every order of arrival", () => {
    const versions = [1, 2, 3].map((revision) => aRecording({ revision, title: `v${revision}` }));
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
    ]) {
      const library = order.reduce(
        (held, index) => merge.putRecordings(held, versions.slice(index, index + 1)),
        EMPTY_LIBRARY,
      );
      expect(library.recordings.get("recording-1")?.title).toBe("v3");
    }
  });

  it("does not bring a deleted recording back", () => {
    const held = merge.putUtterances(merge.putRecordings(EMPTY_LIBRARY, [aRecording()]), [
      anUtterance(),
    ]);
    const deleted = merge.removeRecordings(held, ["recording-1"]);
    const late = merge.putUtterances(merge.putRecordings(deleted, [aRecording({ revision: 99 })]), [
      anUtterance({ revision: 99 }),
    ]);
    expect(late).toBe(deleted);
    expect(late.recordings.size).toBe(0);
    expect(late.utterances.size).toBe(0);
  });

  it("deletes twice without a change", () => {
    const deleted = merge.removeRecordings(EMPTY_LIBRARY, ["recording-1"]);
    expect(merge.removeRecordings(deleted, ["recording-1"])).toBe(deleted);
  });
});

describe("progress", () => {
  const running = aRecording({ analysis: anAnalysis({ state: "running", progress: 0.2 }) });
  const event = {
    type: "analysis.progress",
    recording_id: "recording-1",
    analysis_id: "analysis-1",
    progress: 0.5,
    processed_until_s: 15,
    duration_s: 30,
  } as const;
  const held = merge.putRecordings(EMPTY_LIBRARY, [running]);
  const analysisOf = (library: Library) => library.recordings.get("recording-1")?.analysis;

  it("moves on, and not back", () => {
    const half = merge.applyProgress(held, event);
    expect(analysisOf(half)?.progress).toBe(0.5);
    expect(analysisOf(half)?.processed_until_s).toBe(15);
    expect(merge.applyProgress(half, { ...event, progress: 0.3 })).toBe(half);
  });

  it("is not turned back by an answer of the same revision", () => {
    const half = merge.applyProgress(held, event);
    expect(analysisOf(merge.putRecordings(half, [running]))?.progress).toBe(0.5);
  });

  it("begins anew with another attempt", () => {
    const half = merge.applyProgress(held, event);
    const again = aRecording({
      revision: 2,
      analysis: anAnalysis({ state: "running", progress: 0, attempt: 2 }),
    });
    expect(analysisOf(merge.putRecordings(half, [again]))?.progress).toBe(0);
  });

  it("does not wake a finished analysis, and ignores another one", () => {
    const done = merge.putRecordings(EMPTY_LIBRARY, [aRecording()]);
    expect(merge.applyProgress(done, event)).toBe(done);
    expect(merge.applyProgress(held, { ...event, analysis_id: "other" })).toBe(held);
    expect(merge.applyProgress(held, { ...event, recording_id: "other" })).toBe(held);
  });
});

describe("utterances", () => {
  const first = anUtterance({ id: "a", text: "one", revision: 2 });
  const second = anUtterance({ id: "b", text: "two", revision: 3, start_s: 2 });

  it("come together from several units, twice or out of order", () => {
    const events = [stored(3, [second]), stored(2, [first]), stored(3, [second])];
    const library = events.reduce(merge.storeUtterances, EMPTY_LIBRARY);
    expect(texts(library).sort()).toEqual(["one", "two"]);
    expect(library.recordings.get("recording-1")?.revision).toBe(3);
  });

  it("keeps the newer text of the same line", () => {
    const edited = { ...first, revision: 9, text: "edited" };
    const library = merge.putUtterances(merge.putUtterances(EMPTY_LIBRARY, [edited]), [first]);
    expect(texts(library)).toEqual(["edited"]);
  });

  it("replaces all older ones when analysed anew", () => {
    const before = merge.putUtterances(EMPTY_LIBRARY, [first, second]);
    const anew = anUtterance({ id: "c", text: "anew", revision: 7 });
    const after = merge.storeUtterances(before, stored(7, [anew], 7));
    expect(texts(after)).toEqual(["anew"]);
    expect(texts(merge.putUtterances(after, [second]))).toEqual(["anew"]);
  });

  it("does not lose a later unit to a replacement that comes late or twice", () => {
    const anew = anUtterance({ id: "c", text: "anew", revision: 7 });
    const later = anUtterance({ id: "d", text: "later", revision: 8, start_s: 3 });
    const replacement = stored(7, [anew], 7);
    const events = [stored(8, [later], 7), replacement, replacement];
    const library = events.reduce(merge.storeUtterances, EMPTY_LIBRARY);
    expect(texts(library).sort()).toEqual(["anew", "later"]);
  });

  it("come back when a merge is undone, and not from an old answer", () => {
    const held = merge.putUtterances(EMPTY_LIBRARY, [first, second]);
    const merged = merge.removeUtterances(held, ["b"], 5);
    expect(texts(merged)).toEqual(["one"]);
    expect(texts(merge.putUtterances(merged, [second]))).toEqual(["one"]);
    const restored = merge.putUtterances(merged, [{ ...second, revision: 6 }]);
    expect(texts(restored)).toEqual(["one", "two"]);
    expect(texts(merge.removeUtterances(restored, ["b"], 5))).toEqual(["one", "two"]);
  });

  it("drops what the server no longer has", () => {
    const held = merge.putUtterances(EMPTY_LIBRARY, [first, second]);
    expect(texts(merge.dropUtterances(held, "recording-1", ["a"]))).toEqual(["two"]);
    expect(merge.dropUtterances(held, "other", ["a"])).toBe(held);
  });
});
