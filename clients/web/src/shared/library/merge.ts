import type {
  AnalysisProgress,
  Recording,
  Utterance,
  UtterancesChanged,
  UtterancesStored,
} from "@/shared/api/types";

import { withoutOldEmotion } from "./emotion";

/** What this client holds of the person's recordings. Never changed in place. */
export interface Library {
  recordings: ReadonlyMap<string, Recording>;
  /** By recording, then by utterance. */
  utterances: ReadonlyMap<string, ReadonlyMap<string, Utterance>>;
  /** Kept so that a late answer or event cannot bring a deleted recording back. */
  deletedIds: ReadonlySet<string>;
  /** Utterances that went into another one, with the revision of that: undoing it brings them back. */
  mergedAway: ReadonlyMap<string, number>;
  /** What is in these is kept, and not shown until they are restored. */
  trashedConversations: ReadonlySet<string>;
}

export const EMPTY_LIBRARY: Library = {
  recordings: new Map(),
  utterances: new Map(),
  deletedIds: new Set(),
  mergedAway: new Map(),
  trashedConversations: new Set(),
};

/**
 * Adds or updates recordings; an older revision never replaces a newer one. Lets go of utterances
 * that were replaced when the recording was analysed anew.
 */
export function putRecordings(library: Library, incoming: readonly Recording[]): Library {
  return incoming.reduce(putRecording, library);
}

function putRecording(library: Library, recording: Recording): Library {
  if (library.deletedIds.has(recording.id)) return library;
  const held = library.recordings.get(recording.id);
  if (held && held.revision > recording.revision) return library;
  const newest = held ? keepProgress(held, recording) : recording;
  const recordings = new Map(library.recordings).set(recording.id, newest);
  const kept = forgetReplaced({ ...library, recordings }, newest);
  return withoutOldEmotion(kept, newest.id, newest.emotion_from_revision);
}

function forgetReplaced(library: Library, { id, analysis }: Recording): Library {
  const held = [...(library.utterances.get(id)?.values() ?? [])];
  const replaced = held.filter(({ revision }) => revision < analysis.utterances_from_revision);
  return dropUtterances(
    library,
    id,
    replaced.map((utterance) => utterance.id),
  );
}

/** Progress is pushed without a revision: an answer of the same revision must not turn it back. */
function keepProgress(held: Recording, incoming: Recording): Recording {
  const [before, after] = [held.analysis, incoming.analysis];
  const sameRun = before.id === after.id && before.attempt === after.attempt;
  if (!sameRun || before.state !== "running" || after.state !== "running") return incoming;
  if (before.progress <= after.progress) return incoming;
  const { progress, processed_until_s } = before;
  return { ...incoming, analysis: { ...after, progress, processed_until_s } };
}

export function removeRecordings(library: Library, ids: readonly string[]): Library {
  if (ids.every((id) => library.deletedIds.has(id))) return library;
  const recordings = new Map(library.recordings);
  const utterances = new Map(library.utterances);
  for (const id of ids) {
    recordings.delete(id);
    utterances.delete(id);
  }
  return {
    ...library,
    recordings,
    utterances,
    deletedIds: new Set([...library.deletedIds, ...ids]),
  };
}

/** Adds or updates utterances of any recordings. */
export function putUtterances(library: Library, incoming: readonly Utterance[]): Library {
  const utterances = new Map(library.utterances);
  const copied = new Map<string, Map<string, Utterance>>();
  for (const utterance of incoming) {
    const recordingId = utterance.recording_id;
    if (library.deletedIds.has(recordingId)) continue;
    if (utterance.revision < replacedBelow(library, recordingId)) continue;
    if (utterance.revision <= (library.mergedAway.get(utterance.id) ?? -1)) continue;
    const ofRecording = copied.get(recordingId) ?? new Map(utterances.get(recordingId));
    const held = ofRecording.get(utterance.id);
    if (held && held.revision >= utterance.revision) continue;
    ofRecording.set(utterance.id, forgetOldEmotion(library, utterance));
    copied.set(recordingId, ofRecording);
    utterances.set(recordingId, ofRecording);
  }
  return copied.size > 0 ? { ...library, utterances } : library;
}

/** Lets go of utterances that were merged into others at `revision`. */
export function removeUtterances(
  library: Library,
  ids: readonly string[],
  revision: number,
): Library {
  if (ids.length === 0) return library;
  const gone = new Set(ids);
  const mergedAway = new Map(library.mergedAway);
  ids.forEach((id) => mergedAway.set(id, Math.max(revision, mergedAway.get(id) ?? 0)));
  const utterances = new Map(library.utterances);
  for (const [recordingId, held] of library.utterances) {
    const kept = [...held].filter(([id, line]) => !gone.has(id) || line.revision > revision);
    if (kept.length < held.size) utterances.set(recordingId, new Map(kept));
  }
  return { ...library, utterances, mergedAway };
}

/** What an edit did. */
export function changeUtterances(library: Library, event: UtterancesChanged): Library {
  const kept = removeUtterances(library, event.deleted_utterance_ids, event.revision);
  return putUtterances(kept, event.utterances);
}

export function setTrashed(library: Library, ids: readonly string[], trashed: boolean): Library {
  if (ids.every((id) => library.trashedConversations.has(id) === trashed)) return library;
  const trashedConversations = new Set(library.trashedConversations);
  for (const id of ids) {
    if (trashed) trashedConversations.add(id);
    else trashedConversations.delete(id);
  }
  return { ...library, trashedConversations };
}

export function dropUtterances(
  library: Library,
  recordingId: string,
  ids: readonly string[],
): Library {
  const held = library.utterances.get(recordingId);
  if (!held || ids.length === 0) return library;
  const kept = new Map(held);
  ids.forEach((id) => kept.delete(id));
  return { ...library, utterances: new Map(library.utterances).set(recordingId, kept) };
}

/** An answer that was under way while emotion was switched off brings it still. */
function forgetOldEmotion(library: Library, utterance: Utterance): Utterance {
  const from = library.recordings.get(utterance.recording_id)?.emotion_from_revision ?? 0;
  return utterance.revision < from ? { ...utterance, emotion: null } : utterance;
}

function replacedBelow(library: Library, recordingId: string): number {
  return library.recordings.get(recordingId)?.analysis.utterances_from_revision ?? 0;
}

/** One stored unit of an analysis. The recording in it tells what the unit replaces. */
export function storeUtterances(library: Library, event: UtterancesStored): Library {
  return putUtterances(putRecordings(library, [event.recording]), event.utterances);
}

/** Progress never goes back within one analysis, and never wakes a finished one. */
export function applyProgress(library: Library, event: AnalysisProgress): Library {
  const recording = library.recordings.get(event.recording_id);
  if (!recording) return library;
  const { analysis } = recording;
  const isActive = analysis.state === "queued" || analysis.state === "running";
  if (analysis.id !== event.analysis_id || !isActive) return library;
  if (analysis.state === "running" && event.progress < analysis.progress) return library;
  const updated: Recording = {
    ...recording,
    duration_s: event.duration_s ?? recording.duration_s,
    analysis: {
      ...analysis,
      state: "running",
      progress: event.progress,
      processed_until_s: event.processed_until_s,
    },
  };
  return { ...library, recordings: new Map(library.recordings).set(recording.id, updated) };
}
