import type { AnalysisProgress, Recording, Utterance, UtterancesStored } from "@/shared/api/types";

/** What this client holds of the person's recordings. Never changed in place. */
export interface Library {
  recordings: ReadonlyMap<string, Recording>;
  /** By recording, then by utterance. */
  utterances: ReadonlyMap<string, ReadonlyMap<string, Utterance>>;
  /** Kept so that a late answer or event cannot bring a deleted recording back. */
  deletedIds: ReadonlySet<string>;
  /** By recording: the revision at which all earlier utterances were replaced. */
  replacedAt: ReadonlyMap<string, number>;
}

export const EMPTY_LIBRARY: Library = {
  recordings: new Map(),
  utterances: new Map(),
  deletedIds: new Set(),
  replacedAt: new Map(),
};

/** Adds or updates recordings. An older revision never replaces a newer one. */
export function putRecordings(library: Library, incoming: readonly Recording[]): Library {
  const recordings = new Map(library.recordings);
  let changed = false;
  for (const recording of incoming) {
    if (library.deletedIds.has(recording.id)) continue;
    const held = recordings.get(recording.id);
    if (held && held.revision > recording.revision) continue;
    recordings.set(recording.id, held ? keepProgress(held, recording) : recording);
    changed = true;
  }
  return changed ? { ...library, recordings } : library;
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
    if (utterance.revision < (library.replacedAt.get(recordingId) ?? 0)) continue;
    const ofRecording = copied.get(recordingId) ?? new Map(utterances.get(recordingId));
    const held = ofRecording.get(utterance.id);
    if (held && held.revision >= utterance.revision) continue;
    ofRecording.set(utterance.id, utterance);
    copied.set(recordingId, ofRecording);
    utterances.set(recordingId, ofRecording);
  }
  return copied.size > 0 ? { ...library, utterances } : library;
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

/** One stored unit of an analysis. `replaces_all`: it was analysed anew, older utterances go. */
export function storeUtterances(library: Library, event: UtterancesStored): Library {
  const recordingId = event.recording.id;
  const withRecording = putRecordings(library, [event.recording]);
  const fresh = event.replaces_all
    ? forgetUtterances(withRecording, recordingId, event.revision)
    : withRecording;
  return putUtterances(fresh, event.utterances);
}

/** Lets go of what is older than `revision`, now and when it comes late. */
function forgetUtterances(library: Library, recordingId: string, revision: number): Library {
  if (revision <= (library.replacedAt.get(recordingId) ?? 0)) return library;
  const held = [...(library.utterances.get(recordingId)?.values() ?? [])];
  const outdated = held.filter((utterance) => utterance.revision < revision).map(({ id }) => id);
  const replacedAt = new Map(library.replacedAt).set(recordingId, revision);
  return dropUtterances({ ...library, replacedAt }, recordingId, outdated);
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
