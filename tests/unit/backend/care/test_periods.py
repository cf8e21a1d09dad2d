"""Buckets, shares and bands."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from backend.care.periods import Band, Row, Step, band, bucket_end, bucket_start, buckets, percentile

MONDAY = date(2026, 3, 2)


def row(day: date, emotion: str, speech_s: float, *, uncertainty_s: float = 0.0) -> Row:
    return Row(
        day=day,
        emotion=emotion,
        utterance_count=1,
        speech_s=speech_s,
        strength_s=speech_s / 2,
        uncertainty_s=uncertainty_s,
    )


@pytest.mark.parametrize(
    ("step", "start", "end"),
    [
        (Step.DAY, date(2026, 3, 4), date(2026, 3, 4)),
        (Step.WEEK, date(2026, 3, 2), date(2026, 3, 8)),
        (Step.MONTH, date(2026, 3, 1), date(2026, 3, 31)),
    ],
)
def test_where_a_bucket_begins_and_ends(step: Step, start: date, end: date) -> None:
    assert bucket_start(date(2026, 3, 4), step) == start
    assert bucket_end(start, step) == end


def test_february_of_a_leap_year() -> None:
    assert bucket_end(date(2028, 2, 1), Step.MONTH) == date(2028, 2, 29)


def test_shares_leave_out_what_the_model_abstained_on() -> None:
    [week] = buckets(
        [
            row(MONDAY, "sad", 30.0, uncertainty_s=3.0),
            row(MONDAY + timedelta(days=6), "angry", 10.0, uncertainty_s=1.0),
            row(MONDAY, "unsure", 50.0, uncertainty_s=40.0),
            row(MONDAY, "", 7.0),
        ],
        Step.WEEK,
    )
    assert (week.speech_s, week.counted_s) == (97.0, 40.0)
    assert (week.share("sad"), week.share("sad", "angry"), week.share("happy")) == (0.75, 1.0, 0.0)
    assert week.uncertainty == 0.1
    assert week.of("unsure").utterance_count == 1


def test_a_day_on_which_nothing_counts_has_no_shares() -> None:
    [day] = buckets([row(MONDAY, "unsure", 5.0)], Step.DAY)
    assert (day.share("sad"), day.uncertainty, day.counted_s) == (0.0, None, 0.0)


def test_a_band_is_the_usual_range() -> None:
    days = [
        found
        for n in range(21)
        for found in (
            row(MONDAY + timedelta(days=n), "sad", 60.0 * n / 20),
            row(MONDAY + timedelta(days=n), "neutral", 60.0 - 60.0 * n / 20),
        )
    ]
    found = band(buckets(days, Step.DAY), ["sad", "fear"], Step.DAY)
    assert found == Band(
        start=MONDAY,
        end=MONDAY + timedelta(days=20),
        bucket_count=21,
        ranges={"sad": (pytest.approx(0.1), pytest.approx(0.9)), "fear": (0.0, 0.0)},
    )


def test_no_band_from_too_few_days_or_too_little_speech() -> None:
    short = [row(MONDAY + timedelta(days=n), "sad", 59.0) for n in range(30)]
    assert band(buckets(short, Step.DAY), ["sad"], Step.DAY) is None
    few = [row(MONDAY + timedelta(days=n), "sad", 60.0) for n in range(13)]
    assert band(buckets(few, Step.DAY), ["sad"], Step.DAY) is None


@pytest.mark.parametrize(("percent", "value"), [(0, 1.0), (10, 1.3), (50, 2.5), (90, 3.7), (100, 4.0)])
def test_percentiles(percent: float, value: float) -> None:
    assert percentile([1.0, 2.0, 3.0, 4.0], percent) == pytest.approx(value)
