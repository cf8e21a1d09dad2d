import type { Changes, Recording, Utterance } from "@/shared/api/types";

/** What this app holds of the person's recordings. Never changed in place. */
export interface Library {
  recordings: ReadonlyMap<string, Recording>;
  /** By recording, then by utterance. */
  utterances: ReadonlyMap<string, ReadonlyMap<string, Utterance>>;
  /** Kept so that a late answer cannot bring a deleted recording back. */
  deletedIds: ReadonlySet<string>;
}

export const EMPTY_LIBRARY: Library = {
  recordings: new Map(),
  utterances: new Map(),
  deletedIds: new Set(),
};

export type ChangedParts = Pick<
  Changes,
  | "deleted_recording_ids"
  | "deleted_utterance_ids"
  | "trashed_conversation_ids"
  | "recordings"
  | "utterances"
>;

/** Everything that came in one answer. An older revision never replaces a newer one. */
export function putChanges(library: Library, changes: ChangedParts): Library {
  const deletedIds = new Set([...library.deletedIds, ...changes.deleted_recording_ids]);
  const recordings = new Map(library.recordings);
  const utterances = new Map(library.utterances);
  for (const id of changes.deleted_recording_ids) {
    recordings.delete(id);
    utterances.delete(id);
  }
  const trashed = new Set(changes.trashed_conversation_ids);
  for (const { id, conversation_id } of library.recordings.values()) {
    if (!trashed.has(conversation_id)) continue;
    recordings.delete(id);
    utterances.delete(id);
  }
  for (const recording of changes.recordings) {
    if (deletedIds.has(recording.id)) continue;
    if ((recordings.get(recording.id)?.revision ?? -1) > recording.revision) continue;
    recordings.set(recording.id, recording);
    forgetReplaced(utterances, recording);
  }
  const touched = new Map<string, Map<string, Utterance>>();
  for (const utterance of changes.utterances) {
    const id = utterance.recording_id;
    const from = recordings.get(id)?.analysis.utterances_from_revision ?? 0;
    if (deletedIds.has(id) || utterance.revision < from) continue;
    const held = touched.get(id) ?? new Map(utterances.get(id));
    if ((held.get(utterance.id)?.revision ?? -1) >= utterance.revision) continue;
    touched.set(id, held.set(utterance.id, utterance));
  }
  touched.forEach((held, id) => utterances.set(id, held));
  forgetMerged(utterances, new Set(changes.deleted_utterance_ids));
  return { recordings, utterances, deletedIds };
}

/** Lets go of utterances that were replaced when the recording was analysed anew. */
function forgetReplaced(
  utterances: Map<string, ReadonlyMap<string, Utterance>>,
  { id, analysis }: Recording,
): void {
  const held = utterances.get(id);
  if (held === undefined) return;
  const kept = [...held].filter(([, u]) => u.revision >= analysis.utterances_from_revision);
  if (kept.length < held.size) utterances.set(id, new Map(kept));
}

/** Lets go of utterances that went into another one. */
function forgetMerged(
  utterances: Map<string, ReadonlyMap<string, Utterance>>,
  deletedIds: ReadonlySet<string>,
): void {
  if (deletedIds.size === 0) return;
  for (const [id, held] of utterances) {
    const kept = [...held].filter(([utteranceId]) => !deletedIds.has(utteranceId));
    if (kept.length < held.size) utterances.set(id, new Map(kept));
  }
}

/** The moment at which a recording began; milliseconds since 1970. */
export function beganAt_ms(recording: Recording): number {
  return Date.parse(recording.recorded_at ?? recording.created_at);
}

/** One line of a conversation, with the moment at which it was said. */
export interface Line {
  utterance: Utterance;
  /** Milliseconds since 1970. */
  saidAt_ms: number;
}

/** All lines of a conversation in the order in which they were said, over all of its recordings. */
export function linesOf(library: Library, conversationId: string): Line[] {
  const lines: Line[] = [];
  for (const recording of library.recordings.values()) {
    if (recording.conversation_id !== conversationId) continue;
    const began_ms = beganAt_ms(recording);
    for (const utterance of library.utterances.get(recording.id)?.values() ?? []) {
      lines.push({ utterance, saidAt_ms: began_ms + utterance.start_s * 1000 });
    }
  }
  return lines.sort((a, b) => a.saidAt_ms - b.saidAt_ms || a.utterance.index - b.utterance.index);
}

/** Oldest first. */
export function recordingsOf(library: Library, conversationId: string): Recording[] {
  return [...library.recordings.values()]
    .filter((recording) => recording.conversation_id === conversationId)
    .sort((a, b) => beganAt_ms(a) - beganAt_ms(b));
}
