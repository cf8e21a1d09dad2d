"""What timelines are asked with."""

from __future__ import annotations

from datetime import date
from typing import Any

from rest_framework import serializers

from backend.care.periods import Step
from backend.care.spans import Span

MOST_DAYS = 5 * 366
_FIRST_DAY, _LAST_DAY = date(1980, 1, 1), date(2200, 1, 1)


class DayField(serializers.DateField):
    """A day that can be counted back and forth from."""

    def to_internal_value(self, value: Any) -> date:
        day = super().to_internal_value(value)
        if not _FIRST_DAY <= day <= _LAST_DAY:
            raise serializers.ValidationError("Choose a day between 1980 and 2200.", code="out_of_range")
        return day


class TimelineQuery(serializers.Serializer[Any]):
    start = DayField()
    end = DayField(help_text="Included. At most five years after start.")
    step = serializers.ChoiceField(choices=[step.value for step in Step], default=Step.DAY.value)
    speaker = serializers.CharField(required=False, max_length=64, help_text="Only this speaker.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        span = _span(attrs["start"], attrs["end"], "end")
        return {"span": span, "step": Step(attrs["step"]), "speaker": attrs.get("speaker")}


class ComparisonQuery(serializers.Serializer[Any]):
    first_start = DayField()
    first_end = DayField()
    second_start = DayField()
    second_end = DayField()
    speaker = serializers.CharField(required=False, max_length=64, help_text="Only this speaker.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        spans = (
            _span(attrs["first_start"], attrs["first_end"], "first_end"),
            _span(attrs["second_start"], attrs["second_end"], "second_end"),
        )
        return {"spans": spans, "speaker": attrs.get("speaker")}


def _span(start: date, end: date, field: str) -> Span:
    if not 0 <= (end - start).days < MOST_DAYS:
        raise serializers.ValidationError({field: "Choose a day up to five years after the first."})
    return Span(start=start, end=end)
