"""What timelines are: stretches of days, and lanes along a conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from backend.care.periods import Band, Bucket, Step
from backend.conversations.models import Conversation, Recording, Utterance


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Days, both included."""

    start: date
    end: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    span: Span
    step: Step
    time_zone: str
    buckets: Sequence[Bucket]
    band: Band | None
    speakers: Sequence[tuple[str, float]]
    """Who spoke in these days and for how many seconds, the longest first; empty: nobody knows who."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A recording with its place in the conversation: recordings are put one behind the other."""

    recording: Recording
    offset_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lanes:
    conversation: Conversation
    recordings: Sequence[Placed]
    lanes: Sequence[tuple[str, Sequence[tuple[float, Utterance]]]]
    """A speaker (empty: unknown) with their utterances, each with its start in the conversation in seconds."""
