import fc from "fast-check";

import type { Recording, Utterance } from "@/shared/api/types";
import { EMPTY_LIBRARY, linesOf, putChanges } from "@/shared/library/library";
import type { ChangedParts, Library } from "@/shared/library/library";

import { recording, utterance } from "./utterances";

const NOTHING: ChangedParts = {
  deleted_recording_ids: [],
  deleted_utterance_ids: [],
  trashed_conversation_ids: [],
  recordings: [],
  utterances: [],
};

function put(library: Library, changes: Partial<ChangedParts>): Library {
  return putChanges(library, { ...NOTHING, ...changes });
}

const texts = (library: Library): string[] =>
  linesOf(library, "c1").map(({ utterance: { text } }) => text);

test("lines of several recordings come in the order in which they were said", () => {
  const library = put(EMPTY_LIBRARY, {
    recordings: [
      recording({ id: "r2", recorded_at: "2026-11-22T10:00:10Z" }),
      recording({ id: "r1", recorded_at: "2026-11-22T10:00:00Z" }),
    ],
    utterances: [
      utterance({ id: "c", recording_id: "r2", start_s: 0.5, text: "third" }),
      utterance({ id: "b", recording_id: "r1", start_s: 4, text: "second" }),
      utterance({ id: "a", recording_id: "r1", start_s: 1, text: "first" }),
    ],
  });
  expect(texts(library)).toEqual(["first", "second", "third"]);
});

test("an older revision never replaces a newer one", () => {
  const newer = put(EMPTY_LIBRARY, {
    recordings: [recording()],
    utterances: [utterance({ revision: 5, text: "new" })],
  });
  expect(texts(put(newer, { utterances: [utterance({ revision: 4, text: "old" })] }))).toEqual([
    "new",
  ]);
});

test("a recording that was analysed anew lets go of its old lines", () => {
  const before = put(EMPTY_LIBRARY, {
    recordings: [recording()],
    utterances: [utterance({ id: "old", revision: 1, text: "old" })],
  });
  const { analysis } = recording();
  const anew = recording({ revision: 8, analysis: { ...analysis, utterances_from_revision: 7 } });
  const after = put(before, {
    recordings: [anew],
    utterances: [utterance({ id: "new", revision: 8, text: "new" })],
  });
  expect(texts(after)).toEqual(["new"]);
  expect(texts(put(after, { utterances: [utterance({ id: "old", revision: 1 })] }))).toEqual([
    "new",
  ]);
});

test("what was deleted does not come back, and merged lines go", () => {
  const library = put(EMPTY_LIBRARY, {
    recordings: [recording()],
    utterances: [utterance({ id: "a" }), utterance({ id: "b", index: 1, text: "merged" })],
  });
  expect(texts(put(library, { deleted_utterance_ids: ["b"] }))).toEqual(["You said it first."]);
  const gone = put(library, { deleted_recording_ids: ["r1"] });
  expect(texts(put(gone, { recordings: [recording({ revision: 9 })] }))).toEqual([]);
});

test("answers that arrive in any order, and twice, end in the same library", () => {
  const versions: ({ recording: Recording } | { utterance: Utterance })[] = [
    { recording: recording({ revision: 1 }) },
    { recording: recording({ revision: 4, title: "named" }) },
    { utterance: utterance({ id: "a", revision: 2, text: "one" }) },
    { utterance: utterance({ id: "a", revision: 5, text: "one, corrected" }) },
    { utterance: utterance({ id: "b", revision: 3, start_s: 3, text: "two" }) },
  ];
  const order = fc.shuffledSubarray([...versions, ...versions], { minLength: 10, maxLength: 10 });
  fc.assert(
    fc.property(order, (answers) => {
      const end = answers.reduce(
        (library, answer) =>
          "recording" in answer
            ? put(library, { recordings: [answer.recording] })
            : put(library, { utterances: [answer.utterance] }),
        EMPTY_LIBRARY,
      );
      expect(texts(end)).toEqual(["one, corrected", "two"]);
      expect(end.recordings.get("r1")?.title).toBe("named");
    }),
  );
});
