"""Analyses in any state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from backend.analyses import dispatch
from backend.analyses.models import Analysis, AnalysisState


def fresh(analysis: Analysis) -> Analysis:
    return Analysis.objects.select_related("recording").get(pk=analysis.pk)


def put(analysis: Analysis, state: str, **fields: Any) -> Analysis:
    """Write a state as if it had come about; `running` is held by `gpu-1`, whom we have just heard of."""
    held = (
        {"worker": "gpu-1", "worker_boot_id": "boot-1", "heartbeat_at": timezone.now()}
        if state == AnalysisState.RUNNING
        else {}
    )
    error = {"error_code": "audio_unreadable", "error_message": "…"} if state == AnalysisState.FAILED else {}
    Analysis.objects.filter(pk=analysis.pk).update(state=state, **{**held, **error, **fields})
    return fresh(analysis)


def seconds_ago(seconds: float) -> Any:
    return timezone.now() - timedelta(seconds=seconds)


@pytest.fixture
def queue_lengths(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """What waits in the queues; empty unless a test says otherwise."""
    lengths: dict[str, int] = {}
    asked: Callable[[str], int] = lambda queue: lengths.get(queue, 0)  # noqa: E731
    monkeypatch.setattr(dispatch, "queue_length", asked)
    return lengths
