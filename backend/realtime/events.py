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


class AnalysisError(TypedDict):
    code: str
    detail: str


class Analysis(TypedDict):
    id: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    progress: float
    processed_until_s: float
    attempt: int
    error: AnalysisError | None
    asr_engine: str
    emotion_engine: str
    low_accuracy: bool
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
    audio_url: str
    analysis: Analysis


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


class AnalysisProgress(TypedDict):
    """How far the running unit is. Carries no revision: a lost one is made good by the next."""

    type: Literal["analysis.progress"]
    recording_id: str
    analysis_id: str
    progress: float
    processed_until_s: float
    duration_s: float | None


PublishedEvent = RecordingChanged | RecordingDeleted | UtterancesStored | UtterancesChanged | AnalysisProgress
ServerEvent = Hello | Pong | PublishedEvent
