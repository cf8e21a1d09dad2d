"""What backend and workers say to each other: queue and task names, requests and results.

Standard library only, so that the backend can import it without any inference library. Everything crosses
the queue as JSON (never pickle). Readers are tolerant: unknown keys are ignored, so that an old worker and a
new backend (or the other way round) can run side by side while `CONTRACT_VERSION` is the same; else units wait.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from inference_worker.contract_reading import CONTRACT_VERSION as CONTRACT_VERSION
from inference_worker.contract_reading import ContractError as ContractError
from inference_worker.contract_reading import Message as Message
from inference_worker.contract_reading import unit_of as unit_of

CODE_MISMATCH = "contract_mismatch"
CODE_WORKER_LOST = "worker_lost"
"""The unit, or one beside it, ended its worker."""

QUEUE_LIVE = "live"
QUEUE_INTERACTIVE = "interactive"
QUEUE_BULK = "bulk"
QUEUE_RESULTS = "results"
UNIT_QUEUES = (QUEUE_INTERACTIVE, QUEUE_BULK)
"""Drained in this order. `live` has a lane of its own in every worker: it waits for no unit."""

TASK_ANALYZE_UNIT = "inference.analyze_unit"
TASK_LISTEN = "inference.listen"
TASK_STORE_UNIT = "results.store_unit"
TASK_FAIL_UNIT = "results.fail_unit"
TASK_STORE_HEARD = "results.store_heard"
TASK_ADAPT_EMOTION = "inference.adapt_emotion"
TASK_STORE_ADAPTATION = "results.store_adaptation"
TASK_WORKER_HEARTBEAT = "results.worker_heartbeat"

UNIT_HARD_LIMIT_S = 900
"""A worker that is longer than this in one unit ends itself; the analysis is queued again."""
VISIBILITY_TIMEOUT_S = 3600
"""Redis hands out an unacknowledged message again after this time. The same in both Celery apps (with several
apps on one Redis the shortest wins) and above `UNIT_HARD_LIMIT_S`, so that no unit runs twice by itself."""

LIVE_MAX_AUDIO_S = 30.0
"""More is never sent in one `LiveRequest`; a worker refuses it."""

CUE_WORDS = ("whispered", "loud", "quiet", "rising", "fast", "slow", "high", "low", "lively", "flat")
NO_SPEECH_STEADY = "steady"
"""A siren, a tone, a machine: speech never keeps one level."""
NO_SPEECH_TONAL = "tonal"
"""Notes."""
NO_SPEECH_SHORT = "short"
"""Less than a syllable, and nothing that is surely a voice."""
NO_SPEECH_UNSURE = "unsure"
"""Neither the voice detector nor the engine was sure that somebody spoke."""
NO_SPEECH_REASONS = (NO_SPEECH_STEADY, NO_SPEECH_TONAL, NO_SPEECH_SHORT, NO_SPEECH_UNSURE)

EMOTION_LABELS = ("neutral", "happy", "sad", "angry", "fear", "disgust", "surprise")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments(Message):
    """Running count, mean and sum of squared distances from the mean (Welford 1962)."""

    count: int = 0
    mean: float = 0.0
    squares: float = 0.0

    def joined(self, other: Moments) -> Moments:
        """Of both together, in any order (Chan, Golub and LeVeque 1979)."""
        count, step = self.count + other.count, other.mean - self.mean
        share = other.count / max(1, count)
        squares = self.squares + other.squares + step * step * self.count * share
        return Moments(count=count, mean=self.mean + step * share, squares=squares)


@dataclass(frozen=True, slots=True, kw_only=True)
class CueBaseline(Message):
    """What is usual in a recording so far. Travels with each unit, because workers keep nothing."""

    loudness_db: Moments = Moments()
    pitch_semitones: Moments = Moments()
    """Above 1 Hz."""
    pitch_range_semitones: Moments = Moments()
    syllables_per_s: Moments = Moments()

    def joined(self, other: CueBaseline) -> CueBaseline:
        """Of the utterances of both."""
        names = [field.name for field in dataclasses.fields(self)]
        return CueBaseline(**{name: getattr(self, name).joined(getattr(other, name)) for name in names})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues(Message):
    """What was measured of how an utterance is spoken. None: could not be measured."""

    loudness_dbfs: float
    """Active-speech level against full scale: depends on the microphone."""
    pitch_hz: float | None
    """Median of the voiced parts."""
    pitch_range_semitones: float | None
    """From the lowest to the highest tenth."""
    final_semitones: float | None
    """Movement at the end; positive is rising."""
    syllables_per_s: float | None
    """Pauses left out."""
    whispered: bool
    words: tuple[str, ...]
    """Those of `CUE_WORDS` that set it apart from the rest of the recording, the most telling first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmotionAdaptation(Message):
    """A correction of the emotion model for one person's recordings, learnt from their own corrections."""

    engine: str
    """The model that it belongs to; another one ignores it."""
    width: int
    table: str
    """Base64 of `(width + 1, labels)` float16, little-endian: a linear head and, in the last row, its constant."""
    samples: int
    """Corrected utterances that it was learnt from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerAnchor(Message):
    """Where a speaker of the recording is heard clearly and alone. Travels with each unit, as workers keep nothing."""

    speaker: str
    """`speaker_1`, …: numbered in the order of their first words."""
    start_s: float
    end_s: float
    clarity: float
    """Seconds, weighted by how sure it is who speaks: a better stretch replaces it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisRequest(Message):
    """Backend to worker: analyse one unit of a recording."""

    version: int = CONTRACT_VERSION
    analysis_id: str
    recording_id: str
    attempt: int
    """Counts the tries of the whole analysis, from 1. Results of an older attempt are dropped."""
    unit: int
    """Counts the units of the analysis, from 0."""
    audio_url: str
    """Signed and short-lived; `http`, `https` or `file`."""
    audio_sha256: str
    audio_size_bytes: int
    language: str | None
    """BCP 47 primary tag of the speech (`ko`, `en`); None lets the engine decide."""
    start_s: float
    """Where this unit begins in the recording."""
    max_audio_s: float
    """The worker takes at most this much audio."""
    max_duration_s: float
    """A recording longer than this is refused with `audio_too_long`."""
    want_emotion: bool = True
    cue_baseline: CueBaseline | None = None
    """As the unit before returned it; None for the first."""
    vocabulary: tuple[str, ...] = ()
    """Names and terms of the owner: likelier words, where the engine can do that."""
    speakers: tuple[SpeakerAnchor, ...] = ()
    """As the unit before returned them."""
    emotion_adaptation: EmotionAdaptation | None = None
    """The owner's; None: the model answers as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word(Message):
    text: str
    start_s: float
    """Counted from the start of the recording, as all times in results."""
    end_s: float
    confidence: float | None
    """A probability in [0, 1]; None where the engine has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmotionEstimate(Message):
    """How an utterance sounds; never what a person feels."""

    label: str
    """The most probable of `EMOTION_LABELS`, also when `confident` is False."""
    confident: bool
    """False: the model abstains, and the screen says "unsure"."""
    probabilities: dict[str, float]
    """Every label of `EMOTION_LABELS`; sums to 1."""
    strength: float
    """How strongly it is expressed, in [0, 1]: 0 calm and flat, 1 as strong as speech gets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance(Message):
    """One stretch of speech."""

    start_s: float
    end_s: float
    text: str
    words: tuple[Word, ...]
    confidence: float | None
    language: str | None
    emotion: EmotionEstimate | None
    """None when emotion was not asked for."""
    speaker: str | None = None
    cues: Cues | None = None
    """None when emotion was not asked for, or by a worker that does not measure them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSpeech(Message):
    """A stretch that was taken for speech at first, and is no utterance because it is none."""

    start_s: float
    end_s: float
    reason: str
    """One of `NO_SPEECH_REASONS`; readers must bear others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitResult(Message):
    """Worker to backend: what one unit brought."""

    version: int = CONTRACT_VERSION
    analysis_id: str
    attempt: int
    unit: int
    start_s: float
    processed_until_s: float
    """The next unit starts here. May be before the asked-for end: the worker does not cut an utterance in two
    and stops early when it is asked to shut down."""
    duration_s: float
    """Of the whole recording."""
    is_last: bool
    utterances: tuple[Utterance, ...]
    asr_engine: str
    """Engine and checkpoint, such as `pocketsphinx/en-us`."""
    emotion_engine: str | None
    decode_s: float
    """Seconds of the worker's time spent on fetching and decoding audio and on segmentation."""
    inference_s: float
    """Seconds of the worker's time spent in recognition and emotion."""
    cue_baseline: CueBaseline | None = None
    """To be sent with the next unit."""
    no_speech: tuple[NoSpeech, ...] = ()
    """What was left out, in the order of time. Workers before it do not say."""
    vocabulary_used: bool | None = None
    """Whether the engine made use of the request's `vocabulary`. None: there was none, or the worker does not say."""
    speakers: tuple[SpeakerAnchor, ...] = ()
    """To be sent with the next unit. Empty without a diarizer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFailure(Message):
    """Worker to backend: this unit could not be done."""

    version: int = CONTRACT_VERSION
    analysis_id: str
    attempt: int
    unit: int
    code: str
    """Stable, such as `audio_unreadable`."""
    message: str
    """One English sentence for people that says what to do. Clients translate by `code`."""
    retryable: bool
    """True: another try may succeed (network, memory, a lost worker)."""
    data: dict[str, str | int | float]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveRequest(Message):
    """Backend to worker: listen to an utterance of a live stream, as far as it has been spoken."""

    version: int = CONTRACT_VERSION
    stream_id: str
    utterance: int
    """Counts the utterances of the stream, from 0."""
    revision: int
    """Grows with every request for this utterance: the newest wins."""
    final: bool
    """The utterance has ended. False: an interim, which may be left out when there is too much to do."""
    language: str | None
    start_s: float
    """Where `audio` begins in the stream."""
    audio: str
    """Base64 of 16 kHz mono 16-bit little-endian PCM, at most `LIVE_MAX_AUDIO_S`."""
    want_emotion: bool = True
    probabilities: tuple[float, ...] = ()
    """How likely each 32 ms of `audio` hold speech; empty: unknown."""
    vocabulary: tuple[str, ...] = ()
    """As in `AnalysisRequest`."""
    cue_baseline: CueBaseline | None = None
    """What is usual in the talk so far; None: not known, or an interim."""
    emotion_adaptation: EmotionAdaptation | None = None
    """As in `AnalysisRequest`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveResult(Message):
    """Worker to backend: what was heard in a `LiveRequest`."""

    version: int = CONTRACT_VERSION
    stream_id: str
    utterance: int
    revision: int
    final: bool
    heard: Utterance | None
    """None: it could not be done, `failure` says why, or it is no speech, `no_speech` says why not."""
    failure: str | None
    """A stable code, such as `inference_failed`."""
    retryable: bool
    """True: the same request may succeed another time."""
    asr_engine: str
    emotion_engine: str | None
    inference_s: float
    """Seconds of the worker's time, shared with the utterances of the same batch."""
    no_speech: str | None = None
    """One of `NO_SPEECH_REASONS`; readers must bear others."""
    cue_step: CueBaseline | None = None
    """What this utterance alone adds to the baseline of the talk. None: nothing was measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledSpan(Message):
    """An utterance with the label that it should have had."""

    start_s: float
    end_s: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdaptationRecording(Message):
    """One recording with utterances to learn from; the audio as in `AnalysisRequest`."""

    recording_id: str
    audio_url: str
    audio_sha256: str
    audio_size_bytes: int
    spans: tuple[LabelledSpan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdaptationRequest(Message):
    """Backend to worker: learn one person's correction of the emotion model."""

    version: int = CONTRACT_VERSION
    request_id: str
    recordings: tuple[AdaptationRecording, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdaptationResult(Message):
    """Worker to backend: what was learnt."""

    version: int = CONTRACT_VERSION
    request_id: str
    adaptation: EmotionAdaptation | None = None
    """None: it would not help, `reason` says why."""
    failed: bool = False
    """True: nothing is known; what was learnt before stays, and it is worth another try."""
    samples: int = 0
    recall_before: float = 0.0
    """Share of the utterances of each emotion that are found, in cross-validation on them, without it and with it."""
    recall_after: float = 0.0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningUnit(Message):
    analysis_id: str
    attempt: int
    unit: int
    position_s: float
    """How far the worker is, counted from the start of the recording."""
    duration_s: float | None
    """Of the whole recording; None until it is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerHeartbeat(Message):
    """Worker to backend, at start, every few seconds, and whenever a running unit moves on."""

    version: int = CONTRACT_VERSION
    worker: str
    """Name of the worker, the same after a restart."""
    boot_id: str
    """Another one after each restart: units that an earlier boot had are lost."""
    sent_at: float
    """Seconds since 1970-01-01 UTC."""
    asr_engine: str
    emotion_engine: str | None
    running: tuple[RunningUnit, ...]
    asr_device: str = ""
    """Where it recognises speech: `cpu`, or a GPU such as `cuda:0 (NVIDIA H200)`; empty: it is too old to say."""
