import type {
  Analysis,
  Conversation,
  Cues,
  Emotion,
  Me,
  Recording,
  Utterance,
} from "@/shared/api/types";
import { DEFAULT_DISPLAY } from "@/shared/preferences/display";

export function anAnalysis(change: Partial<Analysis> = {}): Analysis {
  return {
    id: "analysis-1",
    state: "done",
    progress: 1,
    processed_until_s: 0,
    attempt: 1,
    error: null,
    asr_engine: "pocketsphinx/en-us",
    emotion_engine: "own",
    low_accuracy: false,
    no_speech_s: 0,
    no_speech: [],
    vocabulary_used: null,
    utterance_count: 0,
    utterances_from_revision: 0,
    created_at: "2026-11-22T10:00:00Z",
    started_at: null,
    finished_at: null,
    ...change,
  };
}

export function aMe(change: Partial<Me> = {}): Me {
  return {
    id: "person-1",
    email: "owner@example.org",
    ui_language: "en",
    speech_language: "en",
    emotion_enabled: true,
    emotion_from_revision: 0,
    at_work_or_study: false,
    time_zone: "Asia/Seoul",
    audio_keep_days: null,
    text_keep_days: null,
    display: DEFAULT_DISPLAY,
    revision: 1,
    limits: { max_upload_bytes: 1_000_000_000, max_recording_s: 21_600 },
    ...change,
  };
}

export function aRecording(change: Partial<Recording> = {}): Recording {
  return {
    id: "recording-1",
    conversation_id: "conversation-1",
    title: "",
    source: "microphone",
    file_name: "recording.webm",
    content_type: "audio/webm",
    size_bytes: 1000,
    duration_s: 30,
    language: null,
    recorded_at: null,
    created_at: "2026-11-22T10:00:00Z",
    revision: 1,
    audio_url: "/api/v1/recordings/recording-1/audio",
    audio_removed_at: null,
    text_removed_at: null,
    emotion_mode: "on",
    emotion_from_revision: 0,
    analysis: anAnalysis(),
    ...change,
  };
}

export function anEmotion(change: Partial<Emotion> = {}): Emotion {
  return {
    label: "angry",
    confident: true,
    probabilities: {
      neutral: 0.1,
      happy: 0,
      sad: 0.05,
      angry: 0.8,
      fear: 0.05,
      disgust: 0,
      surprise: 0,
    },
    strength: 0.7,
    machine: null,
    ...change,
  };
}

export function theCues(change: Partial<Cues> = {}): Cues {
  return {
    loudness_dbfs: -18.5,
    pitch_hz: 210,
    pitch_range_semitones: 8,
    final_semitones: null,
    syllables_per_s: 5.5,
    whispered: false,
    words: ["loud", "fast", "rising"],
    ...change,
  };
}

export function anUtterance(change: Partial<Utterance> = {}): Utterance {
  return {
    id: "utterance-1",
    recording_id: "recording-1",
    conversation_id: "conversation-1",
    index: 0,
    start_s: 0,
    end_s: 1.5,
    text: "You said it first.",
    words: [],
    confidence: 0.82,
    language: "en",
    speaker: null,
    emotion: anEmotion(),
    cues: null,
    edited: false,
    revision: 1,
    ...change,
  };
}

export function aConversation(change: Partial<Conversation> = {}): Conversation {
  return {
    id: "conversation-1",
    title: "",
    notes: "",
    tags: [],
    pinned: false,
    emotion_mode: "on",
    emotion_from_revision: 0,
    started_at: "2026-11-22T10:00:00Z",
    archived_at: null,
    trashed_at: null,
    created_at: "2026-11-22T10:00:00Z",
    revision: 1,
    recording_count: 1,
    duration_s: 30,
    preview: "You said it first.",
    ...change,
  };
}
