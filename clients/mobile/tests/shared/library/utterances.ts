import type { Recording, Utterance } from "@/shared/api/types";
import type { Line } from "@/shared/library/library";

export function recording(change: Partial<Recording> = {}): Recording {
  return {
    id: "r1",
    conversation_id: "c1",
    title: "",
    source: "microphone",
    file_name: "a.wav",
    content_type: "audio/wav",
    size_bytes: 1,
    duration_s: 10,
    language: null,
    recorded_at: "2026-11-22T10:00:00Z",
    created_at: "2026-11-22T10:05:00Z",
    revision: 1,
    audio_url: "/audio",
    analysis: {
      id: "a1",
      state: "done",
      progress: 1,
      processed_until_s: 10,
      attempt: 1,
      error: null,
      asr_engine: "",
      emotion_engine: "",
      low_accuracy: false,
      utterance_count: 1,
      utterances_from_revision: 0,
      created_at: "2026-11-22T10:05:00Z",
      started_at: null,
      finished_at: null,
    },
    ...change,
  } as Recording;
}

export function utterance(change: Partial<Utterance> = {}): Utterance {
  return {
    id: "u1",
    recording_id: "r1",
    conversation_id: "c1",
    index: 0,
    start_s: 1,
    end_s: 2,
    text: "You said it first.",
    words: [],
    confidence: null,
    language: "en",
    speaker: null,
    emotion: null,
    cues: null,
    edited: false,
    revision: 1,
    ...change,
  };
}

export function line(change: Partial<Utterance> = {}, saidAt_ms = 0): Line {
  return { utterance: utterance(change), saidAt_ms };
}
