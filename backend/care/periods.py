"""Days put together to weeks and months, the share of each emotion in them, and a person's usual range."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

UNSURE = "unsure"
NOT_ASKED = ""


class Step(StrEnum):
    """How long a bucket is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Row(NamedTuple):
    """What one day adds for one emotion: a label, `unsure`, or empty where no emotion was asked for. A tuple, because
    a year has thousands of them."""

    day: date
    emotion: str
    utterance_count: int
    speech_s: float
    strength_s: float
    uncertainty_s: float


@dataclass(slots=True)
class Sums:
    """Utterances, and seconds of speech: all, and times strength."""

    utterance_count: int = 0
    speech_s: float = 0.0
    strength_s: float = 0.0


@dataclass(slots=True)
class Bucket:
    """A day, week or month in which somebody spoke. Only `add` changes it: what is asked of it again and again is
    summed on the way, because a year has hundreds of buckets."""

    start: date
    sums: dict[str, Sums] = field(default_factory=dict)
    speech_s: float = 0.0
    """All speech."""
    counted_s: float = 0.0
    """Speech with an emotion that the model was sure of: what shares are shares of."""
    _uncertainty_s: float = 0.0
    """Of what counts."""

    def add(self, row: Row) -> None:
        """Of the same day, week or month."""
        _, emotion, utterance_count, speech_s, strength_s, uncertainty_s = row
        self.speech_s += speech_s
        if emotion not in (UNSURE, NOT_ASKED):
            self.counted_s += speech_s
            self._uncertainty_s += uncertainty_s
        sums = self.sums.get(emotion)
        if sums is None:
            self.sums[emotion] = Sums(utterance_count, speech_s, strength_s)
        else:
            sums.utterance_count += utterance_count
            sums.speech_s += speech_s
            sums.strength_s += strength_s

    def of(self, emotion: str) -> Sums:
        return self.sums.get(emotion) or Sums()

    def share(self, *emotions: str) -> float:
        """0 to 1 of the counted seconds; 0 where nothing counts."""
        return (
            sum(self.of(emotion).speech_s for emotion in emotions) / self.counted_s if self.counted_s else 0.0
        )

    @property
    def uncertainty(self) -> float | None:
        """One minus the probability of the label, on average over counted seconds; None where nothing counts."""
        return self._uncertainty_s / self.counted_s if self.counted_s else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What a band is computed from, for one step."""

    days: int
    """How far it looks back."""
    least_buckets: int
    """With fewer there is no band: it would say more than is known."""


BASELINES: Mapping[Step, Baseline] = {
    Step.DAY: Baseline(days=90, least_buckets=14),
    Step.WEEK: Baseline(days=26 * 7, least_buckets=8),
    Step.MONTH: Baseline(days=2 * 365, least_buckets=6),
}
LEAST_COUNTED_S = 60.0
"""A bucket with less counted speech says little: it is no part of a band, and no alert rests on it."""
LOW_PERCENTILE, HIGH_PERCENTILE = 10, 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A person's own usual range of shares: 10th to 90th percentile over `bucket_count` buckets."""

    start: date
    end: date
    bucket_count: int
    ranges: Mapping[str, tuple[float, float]]


def bucket_start(day: date, step: Step) -> date:
    """Weeks begin on Monday (ISO 8601)."""
    if step is Step.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step is Step.MONTH else day


def bucket_end(start: date, step: Step) -> date:
    """The last day of a bucket."""
    if step is Step.DAY:
        return start
    if step is Step.WEEK:
        return start + timedelta(days=6)
    return (start.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def buckets(rows: Iterable[Row], step: Step) -> list[Bucket]:
    """In order of time; without those in which nobody spoke."""
    found: dict[date, Bucket] = {}
    day: date | None = None
    for row in rows:
        # A year has thousands of rows, several of each day one after the other.
        if row.day != day:
            day = row.day
            start = bucket_start(day, step)
            bucket = found.setdefault(start, Bucket(start))
        bucket.add(row)
    return [found[start] for start in sorted(found)]


def band(found: Sequence[Bucket], labels: Iterable[str], step: Step) -> Band | None:
    """The usual range over `found`, or None when too few buckets rest on enough speech."""
    good = [bucket for bucket in found if bucket.counted_s >= LEAST_COUNTED_S]
    if len(good) < BASELINES[step].least_buckets:
        return None
    shares: dict[str, list[float]] = {label: [] for label in labels}
    for bucket in good:
        for label, of_label in shares.items():
            of_label.append(bucket.share(label))
    return Band(
        start=good[0].start,
        end=bucket_end(good[-1].start, step),
        bucket_count=len(good),
        ranges={
            label: (percentile(values, LOW_PERCENTILE), percentile(values, HIGH_PERCENTILE))
            for label, values in ((label, sorted(unsorted)) for label, unsorted in shares.items())
        },
    )


def percentile(ordered: Sequence[float], percent: float) -> float:
    """Linear between the closest ranks (Hyndman and Fan 1996, definition 7). `ordered` must not be empty."""
    position = (len(ordered) - 1) * percent / 100
    low = math.floor(position)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (position - low)
