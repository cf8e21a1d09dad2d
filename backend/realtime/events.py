"""Every event that is pushed over `/ws/events`. The one source: JSON Schema and TypeScript types are made of it.

Push is lossy by design; REST is the truth. Every revision of what a person owns is told in exactly one event, so
a client that holds N and sees `hello` or an event beyond N + 1 has missed something: it asks
`/api/v1/changes?since=N`. It merges by id and revision, never an older over a newer.
"""

from __future__ import annotations

from typing import Literal

# `typing.TypedDict` of Python 3.11 lacks what the schema export needs.
from typing_extensions import TypedDict


class Word(TypedDict):
    text: str
    start_s: float
    end_s: float
    confidence: float | None


EmotionLabel = Literal["neutral", "happy", "sad", "angry", "fear", "disgust", "surprise"]


class MachineEmotion(TypedDict):
    """What the model had said before a person corrected it."""

    label: EmotionLabel
    confident: bool


class Emotion(TypedDict):
    label: EmotionLabel
    confident: bool
    probabilities: dict[str, float]
    strength: float
    machine: MachineEmotion | None


class Cues(TypedDict):
    loudness_dbfs: float
    pitch_hz: float | None
    pitch_range_semitones: float | None
    final_semitones: float | None
    syllables_per_s: float | None
    whispered: bool
    words: list[
        Literal["whispered", "loud", "quiet", "rising", "fast", "slow", "high", "low", "lively", "flat"]
    ]


class Utterance(TypedDict):
    id: str
    recording_id: str
    conversation_id: str
    index: int
    start_s: float
    end_s: float
    text: str
    words: list[Word]
    confidence: float | None
    language: str | None
    speaker: str | None
    emotion: Emotion | None
    cues: Cues | None
    edited: bool
    revision: int


EmotionMode = Literal["on", "off", "work_or_study"]


class AnalysisError(TypedDict):
    code: str
    detail: str
    can_pass: bool


class NoSpeech(TypedDict):
    start_s: float
    end_s: float
    reason: str


class Analysis(TypedDict):
    id: str
    state: Literal["live", "queued", "running", "done", "failed", "cancelled"]
    progress: float
    processed_until_s: float
    attempt: int
    error: AnalysisError | None
    asr_engine: str
    emotion_engine: str
    low_accuracy: bool
    no_speech_s: float
    no_speech: list[NoSpeech]
    vocabulary_used: bool | None
    utterance_count: int
    utterances_from_revision: int
    created_at: str
    started_at: str | None
    finished_at: str | None


class Recording(TypedDict):
    id: str
    conversation_id: str
    title: str
    source: Literal["microphone", "file"]
    file_name: str
    content_type: str
    size_bytes: int
    duration_s: float | None
    language: str | None
    recorded_at: str | None
    created_at: str
    revision: int
    audio_url: str | None
    audio_removed_at: str | None
    text_removed_at: str | None
    emotion_mode: EmotionMode
    emotion_from_revision: int
    analysis: Analysis


class Display(TypedDict):
    caption_size_pt: int
    caption_lines: int
    text_size: Literal["normal", "large", "larger", "huge"]
    theme: Literal["system", "light", "dark", "black-on-white", "white-on-black", "yellow-on-black"]
    font: Literal["system", "hyperlegible", "opendyslexic"]
    line_spacing: Literal["normal", "relaxed", "wide"]
    motion: Literal["system", "reduced"]
    keep_awake: bool
    emotion_word: bool
    emotion_icon: bool
    emotion_colour: bool
    emotion_weight: bool
    show_cues: bool


class Limits(TypedDict):
    max_upload_bytes: int
    max_recording_s: float


class Me(TypedDict):
    id: str
    email: str
    ui_language: Literal["ko", "en"]
    speech_language: Literal["ko", "en"] | None
    emotion_enabled: bool
    emotion_from_revision: int
    at_work_or_study: bool
    time_zone: str
    audio_keep_days: int | None
    text_keep_days: int | None
    display: Display
    revision: int
    limits: Limits


class Conversation(TypedDict):
    id: str
    title: str
    notes: str
    tags: list[str]
    pinned: bool
    emotion_mode: EmotionMode
    emotion_from_revision: int
    started_at: str
    archived_at: str | None
    trashed_at: str | None
    created_at: str
    revision: int
    recording_count: int
    duration_s: float
    preview: str


class Hello(TypedDict):
    """The first event after the connection is made."""

    type: Literal["hello"]
    revision: int


class Pong(TypedDict):
    """The answer to `{"type": "ping"}`."""

    type: Literal["pong"]


class RecordingChanged(TypedDict):
    type: Literal["recording.changed"]
    revision: int
    recording: Recording


class RecordingDeleted(TypedDict):
    type: Literal["recording.deleted"]
    revision: int
    recording_id: str


class UtterancesStored(TypedDict):
    """A unit was stored: what it brought, maybe nothing, and the recording as it is now.

    `replaces_all`: forget the utterances older than the analysis' `utterances_from_revision`: it was done anew."""

    type: Literal["utterances.stored"]
    revision: int
    recording: Recording
    replaces_all: bool
    utterances: list[Utterance]


class UtterancesChanged(TypedDict):
    """A person edited utterances, or undid it.

    `complete` is false when there are too many to push: ask `/api/v1/changes` for them."""

    type: Literal["utterances.changed"]
    revision: int
    conversation_id: str
    utterances: list[Utterance]
    deleted_utterance_ids: list[str]
    complete: bool


class ConversationChanged(TypedDict):
    """Title, notes, tags, pin, archive or trash. With `trashed_at`: hide it with all of its recordings.

    `catch_up`: it came out of the trash; ask `/api/v1/changes` for its recordings and utterances."""

    type: Literal["conversation.changed"]
    revision: int
    conversation: Conversation
    catch_up: bool


class AnalysisProgress(TypedDict):
    """How far the running unit is. Carries no revision: a lost one is made good by the next."""

    type: Literal["analysis.progress"]
    recording_id: str
    analysis_id: str
    progress: float
    processed_until_s: float
    duration_s: float | None


class MeChanged(TypedDict):
    """What the person prefers was changed, on this device or another."""

    type: Literal["me.changed"]
    revision: int
    me: Me


class EmotionChanged(TypedDict):
    """Emotion was switched on or off for a conversation. Off: forget the emotion of all its utterances that are
    older than `revision`."""

    type: Literal["emotion.changed"]
    revision: int
    conversation_id: str
    emotion_mode: EmotionMode
    emotion_from_revision: int


class CareChanged(TypedDict):
    """Something about a care link changed; both of its sides are told. Carries no revision: whoever shows care links
    asks for them again, also after a reconnect."""

    type: Literal["care.changed"]
    topic: Literal["links", "notes", "alerts", "access"]
    link_id: str


class CareWatching(TypedDict):
    """Over `/ws/care/<link>`: the link is open and shares this much. Sent again whenever the owner changes it; when
    it is not open any more the socket is closed with 4403."""

    type: Literal["care.watching"]
    scopes: list[Literal["timeline", "transcript", "audio"]]


class CareStale(TypedDict):
    """Over `/ws/care/<link>`: a shared conversation changed; ask for it again."""

    type: Literal["care.stale"]
    conversation_id: str


PublishedEvent = (
    RecordingChanged
    | RecordingDeleted
    | UtterancesStored
    | UtterancesChanged
    | ConversationChanged
    | AnalysisProgress
    | MeChanged
    | EmotionChanged
    | CareChanged
)
ServerEvent = Hello | Pong | PublishedEvent | CareWatching | CareStale
