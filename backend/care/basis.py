"""On what an alert about how somebody sounded rests: days with share and minutes, never spoken words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from backend.care.models import AlertRule
from backend.care.periods import LEAST_COUNTED_S, UNSURE, Bucket


def is_over(rule: AlertRule, day: Bucket) -> bool:
    return day.counted_s >= LEAST_COUNTED_S and 100 * day.share(*rule.emotions) > rule.percent


def days_over(rule: AlertRule, days: Sequence[Bucket]) -> list[dict[str, Any]]:
    """Those on which the rule's emotions are over its share, as the alert keeps them."""
    return [_day(rule, day) for day in days if is_over(rule, day)]


def days_named(basis: dict[str, Any]) -> list[date]:
    return [date.fromisoformat(day["day"]) for day in basis.get("days", [])]


def _day(rule: AlertRule, day: Bucket) -> dict[str, Any]:
    return {
        "day": day.start.isoformat(),
        "percent": round(100 * day.share(*rule.emotions)),
        "counted_min": round(day.counted_s / 60, 1),
        "unsure_utterances": day.of(UNSURE).utterance_count,
    }
