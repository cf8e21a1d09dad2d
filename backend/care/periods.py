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
    """Utterances, and seconds of speech: all, times strength, times uncertainty."""

    utterance_count: int = 0
    speech_s: float = 0.0
    strength_s: float = 0.0
    uncertainty_s: float = 0.0

    def add(self, row: Row) -> None:
        self.utterance_count += row.utterance_count
        self.speech_s += row.speech_s
        self.strength_s += row.strength_s
        self.uncertainty_s += row.uncertainty_s


@dataclass(slots=True)
class Bucket:
    """A day, week or month in which somebody spoke."""

    start: date
    sums: dict[str, Sums] = field(default_factory=dict)

    def of(self, emotion: str) -> Sums:
        return self.sums.get(emotion) or Sums()

    @property
    def counted(self) -> Mapping[str, Sums]:
        """Utterances with an emotion that the model was sure of: what shares are shares of."""
        return {label: s for label, s in self.sums.items() if label not in (UNSURE, NOT_ASKED)}

    @property
    def counted_s(self) -> float:
        return sum([sums.speech_s for label, sums in self.sums.items() if label not in (UNSURE, NOT_ASKED)])

    def shares(self, labels: Iterable[str]) -> dict[str, float]:
        """`share` of each, with the counted seconds summed once: a year has hundreds of buckets."""
        counted_s = self.counted_s
        known = self.sums
        return {
            label: known[label].speech_s / counted_s if counted_s and label in known else 0.0
            for label in labels
        }

    @property
    def speech_s(self) -> float:
        return sum(sums.speech_s for sums in self.sums.values())

    def share(self, *emotions: str) -> float:
        """0 to 1 of the counted seconds; 0 where nothing counts."""
        counted_s = self.counted_s
        return sum(self.of(emotion).speech_s for emotion in emotions) / counted_s if counted_s else 0.0

    @property
    def uncertainty(self) -> float | None:
        """One minus the probability of the label, on average over counted seconds; None where nothing counts."""
        counted_s = self.counted_s
        if not counted_s:
            return None
        return sum(sums.uncertainty_s for sums in self.counted.values()) / counted_s


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
            of_bucket = found.setdefault(start, Bucket(start)).sums
        sums = of_bucket.get(row.emotion)
        if sums is None:
            of_bucket[row.emotion] = Sums(
                row.utterance_count, row.speech_s, row.strength_s, row.uncertainty_s
            )
        else:
            sums.add(row)
    return [found[start] for start in sorted(found)]


def band(found: Sequence[Bucket], labels: Iterable[str], step: Step) -> Band | None:
    """The usual range over `found`, or None when too few buckets rest on enough speech."""
    good = [bucket for bucket in found if bucket.counted_s >= LEAST_COUNTED_S]
    if len(good) < BASELINES[step].least_buckets:
        return None
    shares: dict[str, list[float]] = {label: [] for label in labels}
    for bucket in good:
        for label, share in bucket.shares(shares).items():
            shares[label].append(share)
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
