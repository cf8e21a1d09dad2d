"""Every message of `/ws/live` and `/ws/captions`. The one source: JSON Schema and TypeScript types are made of it.

Sound goes as binary frames (`backend.live.frames`). Positions in the stream are counted in samples (16 000 a second)
from its beginning; times in seconds from there, too.
"""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from backend.realtime.events import Cues, Emotion


class Start(TypedDict):
    """The first message of a connection: begin a stream, or go on with it after the connection was lost."""

    type: Literal["start"]
    stream_id: str
    """A random UUID made by the client; the recording of the talk has the same id."""
    sample_rate_hz: Literal[16000]
    language: str | None
    """What is spoken (`ko`, `en`); null: the engine decides."""
    conversation_id: NotRequired[str | None]
    """The recording joins this conversation; left out: one of its own."""
    pause_s: NotRequired[float]
    """A silence this long ends an utterance: 0.3 to 2; left out: 0.6."""
    improve: NotRequired[bool]
    """Analyse the talk once more at full quality when it has ended: better words, and who spoke. Left out: no."""
    finals_from: NotRequired[int]
    """Send again the finals from this utterance on: what the client has not seen of them. Left out: none."""


class Stop(TypedDict):
    """The talk is over. `samples`: how many were recorded, so that none is left behind."""

    type: Literal["stop"]
    samples: int


class Gap(TypedDict):
    """The client has lost the sound up to this sample; it becomes silence, so that all times stay right."""

    type: Literal["gap"]
    until: int


class Ping(TypedDict):
    """Says nothing; keeps the connection open where something between closes quiet ones."""

    type: Literal["ping"]


class Watch(TypedDict):
    """The only message of a second screen, over `/ws/captions`."""

    type: Literal["watch"]
    code: str


ClientMessage = Start | Stop | Gap | Ping | Watch


class Ready(TypedDict):
    """Send what comes after `received` samples."""

    type: Literal["ready"]
    stream_id: str
    recording_id: str
    conversation_id: str
    received: int
    """Samples that are on the server's disk."""
    utterances: int
    """Those before are cut. Of them, what is not final here, not sent again now and not in `waiting` is no more."""
    waiting: list[int]
    """Their finals still come."""
    low_accuracy: bool
    """Only the small offline engine listens, which knows English alone."""
    forms: NotRequired[list[Literal["pcm", "opus"]]]
    """The forms of sound that this server takes; servers that do not say take `pcm`."""
    lag_s: float


class Ack(TypedDict):
    """So many samples are on the server's disk: the client may forget them."""

    type: Literal["ack"]
    received: int
    lag_s: float


class Speaking(TypedDict):
    """Somebody has begun to speak, or nobody speaks any more."""

    type: Literal["speaking"]
    speaking: bool
    at_s: float
    lag_s: float


class CaptionWord(TypedDict):
    text: str
    start_s: float
    end_s: float
    confidence: float | None
    stable: bool
    """Will not change any more."""


class Caption(TypedDict):
    """An utterance as far as it is known. A newer `revision` replaces an older one."""

    type: Literal["caption"]
    utterance: str
    """Stable id, also of the stored utterance."""
    index: int
    revision: int
    final: bool
    retracted: bool
    """It was no speech after all: take it off the screen."""
    start_s: float
    end_s: float
    stable: str
    """Text that does not change any more; of a final, all of it."""
    unstable: str
    """Text that may still change; empty in a final."""
    words: list[CaptionWord]
    emotion: Emotion | None
    """How it sounds; provisional until `final`."""
    cues: NotRequired[Cues | None]
    """How it is spoken, measured beside the rest of the talk; only of finals."""
    speaker: str | None
    language: str | None
    lag_s: float
    """How far this caption is behind the sound that has arrived, in seconds."""


class Overload(TypedDict):
    """`thinned`: changing text comes more seldom. `finals_only`: only finished utterances come. `none`: over."""

    type: Literal["overload"]
    level: Literal["none", "thinned", "finals_only"]
    interim_interval_s: float
    lag_s: float


class LiveError(TypedDict):
    """`fatal`: the connection is closed after it. The stream itself stays, and can be gone on with."""

    type: Literal["error"]
    code: str
    detail: str
    fatal: bool
    data: dict[str, str | int | float]
    lag_s: float


class Ended(TypedDict):
    """Everything is stored; the recording is like any other now."""

    type: Literal["ended"]
    recording_id: str
    duration_s: float
    lag_s: float


class Watching(TypedDict):
    """The first message to a second screen."""

    type: Literal["watching"]
    title: str
    lag_s: float


ServerMessage = Ready | Ack | Speaking | Caption | Overload | LiveError | Ended | Watching


class LiveProtocol(TypedDict):
    """Both directions, for the schema."""

    client: ClientMessage
    server: ServerMessage
