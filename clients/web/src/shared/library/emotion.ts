import type { EmotionChanged, Utterance } from "@/shared/api/types";

import type { Library } from "./merge";

/** Forgets how utterances of a recording sounded that are older than `fromRevision`. */
export function withoutOldEmotion(
  library: Library,
  recordingId: string,
  fromRevision: number,
): Library {
  const held = library.utterances.get(recordingId);
  const isOld = ({ emotion, revision }: Utterance) => emotion !== null && revision < fromRevision;
  if (!held || ![...held.values()].some(isOld)) return library;
  const kept = new Map(
    [...held].map(([id, one]) => [id, isOld(one) ? { ...one, emotion: null } : one]),
  );
  return { ...library, utterances: new Map(library.utterances).set(recordingId, kept) };
}

/** The person has switched emotion off for good. */
export function withoutAnyOldEmotion(library: Library, fromRevision: number): Library {
  return [...library.utterances.keys()].reduce(
    (kept, id) => withoutOldEmotion(kept, id, fromRevision),
    library,
  );
}

/** Emotion was switched on or off for a conversation. */
export function applyEmotionChanged(library: Library, event: EmotionChanged): Library {
  const { conversation_id, revision, emotion_mode, emotion_from_revision } = event;
  const recordings = new Map(library.recordings);
  const changed = [...recordings.values()].filter(
    (one) => one.conversation_id === conversation_id && one.revision < revision,
  );
  for (const one of changed) {
    recordings.set(one.id, { ...one, revision, emotion_mode, emotion_from_revision });
  }
  return changed.reduce<Library>(
    (kept, { id }) => withoutOldEmotion(kept, id, emotion_from_revision),
    { ...library, recordings },
  );
}
