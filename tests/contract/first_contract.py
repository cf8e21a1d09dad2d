"""The contract as the first workers knew it, to really speak with them. It stays as it is.

Beside it in the tests lives the present one: requests and results of both cross here in both directions.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from dataclasses import dataclass
from typing import Any, Self

CONTRACT_VERSION = 1

QUEUE_LIVE = "live"
QUEUE_INTERACTIVE = "interactive"
QUEUE_BULK = "bulk"
QUEUE_RESULTS = "results"
WORKER_QUEUES = (QUEUE_LIVE, QUEUE_INTERACTIVE, QUEUE_BULK)
"""Drained in this order."""

TASK_ANALYZE_UNIT = "inference.analyze_unit"
TASK_STORE_UNIT = "results.store_unit"
TASK_FAIL_UNIT = "results.fail_unit"
TASK_WORKER_HEARTBEAT = "results.worker_heartbeat"

UNIT_HARD_LIMIT_S = 900
"""A worker that is longer than this in one unit ends itself; the analysis is queued again."""
VISIBILITY_TIMEOUT_S = 3600
"""Redis hands out an unacknowledged message again after this time. The same in both Celery apps (with several
apps on one Redis the shortest wins) and above `UNIT_HARD_LIMIT_S`, so that no unit runs twice by itself."""

EMOTION_LABELS = ("neutral", "happy", "sad", "angry", "fear", "disgust", "surprise")


class ContractError(ValueError):
    """A payload that is not what its type says. `str()` names the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Base of everything that crosses the queue."""

    def to_json(self) -> dict[str, Any]:
        """This message as plain dicts, lists, strings and numbers."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, payload: object) -> Self:
        """Read a payload made by `to_json`.

        Raises `ContractError` for a wrong type, a missing field or another contract version.
        """
        if isinstance(payload, dict) and payload.get("version", CONTRACT_VERSION) != CONTRACT_VERSION:
            raise ContractError(
                f"{cls.__name__}: contract version {payload['version']!r}, this side speaks {CONTRACT_VERSION}"
            )
        return typing.cast(Self, _read(cls, payload, cls.__name__))


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


def _read(expected: Any, value: object, where: str) -> Any:
    """`value` as `expected`, which is a type annotation of this module."""
    if dataclasses.is_dataclass(expected) and isinstance(expected, type):
        return _read_dataclass(expected, value, where)
    origin, arguments = typing.get_origin(expected), typing.get_args(expected)
    if origin in (types.UnionType, typing.Union):
        return _read_union(arguments, value, where)
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise ContractError(f"{where}: a list is needed, not {type(value).__name__}")
        return tuple(_read(arguments[0], item, f"{where}[{i}]") for i, item in enumerate(value))
    if origin is dict:
        if not isinstance(value, dict):
            raise ContractError(f"{where}: an object is needed, not {type(value).__name__}")
        return {str(key): _read(arguments[1], item, f"{where}.{key}") for key, item in value.items()}
    if expected is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not expected:
        raise ContractError(f"{where}: {expected.__name__} is needed, not {type(value).__name__}")
    if expected is float and value != value:
        raise ContractError(f"{where}: not a number")
    return value


def _read_union(options: tuple[Any, ...], value: object, where: str) -> Any:
    if value is None:
        if types.NoneType in options:
            return None
        raise ContractError(f"{where}: must not be null")
    errors = []
    for option in options:
        if option is types.NoneType:
            continue
        try:
            return _read(option, value, where)
        except ContractError as error:
            errors.append(str(error))
    raise ContractError(errors[-1])


def _read_dataclass(expected: type, value: object, where: str) -> Any:
    if not isinstance(value, dict):
        raise ContractError(f"{where}: an object is needed, not {type(value).__name__}")
    hints = typing.get_type_hints(expected)
    given = {}
    for field in dataclasses.fields(expected):
        if field.name in value:
            given[field.name] = _read(hints[field.name], value[field.name], f"{where}.{field.name}")
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise ContractError(f"{where}.{field.name}: missing")
    return expected(**given)
