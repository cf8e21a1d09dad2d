"""What is counted, and that it is counted once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from prometheus_client import REGISTRY

from backend.analyses import selectors
from backend.analyses.models import Analysis
from tests.unit.backend import messages


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


@pytest.fixture
def counted() -> Callable[..., float]:
    """How much a counter has grown since it was first asked for in this test."""
    before: dict[str, float] = {}

    def grown(name: str, **labels: str) -> float:
        now = value(name, **labels)
        return now - before.setdefault(f"{name}{sorted(labels.items())}", now)

    return grown


def test_a_stored_unit_counts_once_with_its_seconds(
    analysis: Analysis, deliver: Callable[..., None], counted: Callable[..., float]
) -> None:
    def now() -> list[float]:
        return [
            counted("rh_units_total", outcome="stored"),
            counted("rh_units_total", outcome="dropped"),
            counted("rh_audio_seconds_total"),
            counted("rh_unit_run_seconds_sum"),
            counted("rh_analyses_total", state="done", code=""),
        ]

    assert now() == [0, 0, 0, 0, 0]
    result = messages.unit_result(
        analysis, is_last=True, processed_until_s=30.0, decode_s=0.5, inference_s=1.5
    )
    deliver(result)
    assert now() == [1, 0, 30, 2, 1]
    deliver(result)
    assert now() == [1, 1, 30, 2, 1]


def test_a_failure_counts_with_its_code(
    analysis: Analysis, deliver: Callable[..., None], counted: Callable[..., float]
) -> None:
    labels = {"state": "failed", "code": "audio_unreadable"}
    assert counted("rh_analyses_total", **labels) == 0
    deliver(messages.failure(analysis, code="audio_unreadable", retryable=False))
    assert counted("rh_analyses_total", **labels) == 1


def test_what_is_open(analysis: Analysis) -> None:
    assert selectors.open_analyses() == {"queued": 1, "running": 0}
    Analysis.objects.update(created_at=timezone.now() - timedelta(seconds=90))
    assert selectors.oldest_open_age_s() == pytest.approx(90, abs=30)
    Analysis.objects.update(state="done")
    assert selectors.open_analyses() == {"queued": 0, "running": 0}
    assert selectors.oldest_open_age_s() == 0.0


def test_answers_are_counted_by_route_never_by_address(
    analysis: Analysis, owner_client: object, counted: Callable[..., float]
) -> None:
    labels = {"method": "GET", "route": "api/v1/recordings/<uuid:recording_id>", "status": "200"}
    assert counted("rh_request_seconds_count", **labels) == 0
    owner_client.get(f"/api/v1/recordings/{analysis.recording_id}")  # type: ignore[attr-defined]
    assert counted("rh_request_seconds_count", **labels) == 1
