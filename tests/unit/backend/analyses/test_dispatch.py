"""What is sent, and how much at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from backend.analyses import dispatch
from backend.analyses.models import Analysis
from backend.conversations.models import Recording
from inference_worker import contract
from tests.recorders import SendRecorder
from tests.unit.backend import messages
from tests.unit.backend.analyses.conftest import fresh, put


@pytest.mark.parametrize(
    ("speed", "duration_s", "expected"),
    [
        (None, None, ("interactive", 10.0)),
        (None, 7200.0, ("interactive", 10.0)),
        (0.1, 30.0, ("interactive", 10.0)),
        (2.0, 30.0, ("interactive", 30.0)),
        (4.0, 600.0, ("interactive", 60.0)),
        (100.0, None, ("interactive", 60.0)),
        (2.0, 601.0, ("bulk", 30.0)),
        (100.0, 7200.0, ("bulk", 300.0)),
    ],
)
def test_unit_size(speed: float | None, duration_s: float | None, expected: tuple[str, float]) -> None:
    analysis = Analysis(speed=speed, recording=Recording(duration_s=duration_s))
    assert dispatch.unit_size(analysis) == expected


def test_a_long_recording_moves_to_the_bulk_queue(
    analysis: Analysis, deliver: Callable[..., None], sent: SendRecorder
) -> None:
    deliver(messages.unit_result(analysis, duration_s=3600.0, decode_s=0.1, inference_s=0.1))
    assert sent.queues == ["interactive", "bulk"]
    assert sent.requests[1].max_audio_s == 300.0
    assert fresh(analysis).queue == "bulk"


@pytest.mark.parametrize("state", ["done", "failed", "cancelled"])
def test_nothing_is_sent_for_what_is_finished(analysis: Analysis, sent: SendRecorder, state: str) -> None:
    put(analysis, state, dispatched_at=None)
    sent.clear()
    dispatch.dispatch_unit(analysis)
    assert sent.requests == []


def test_a_unit_is_sent_once(analysis: Analysis, sent: SendRecorder) -> None:
    dispatch.dispatch_unit(analysis)
    assert len(sent.requests) == 1


def test_the_signature_names_only_the_recording(recording: dict[str, Any]) -> None:
    token = dispatch.sign_audio(Recording.objects.get().pk)
    assert str(dispatch.unsign_audio(token)) == recording["id"]


def test_the_request_goes_under_the_name_of_the_contract(analysis: Analysis, sent: SendRecorder) -> None:
    assert sent.task_ids == [f"{analysis.pk}:1:0"]
    assert contract.TASK_ANALYZE_UNIT == "inference.analyze_unit"


def test_the_speakers_of_a_unit_are_told_to_the_next(
    analysis: Analysis, deliver: Callable[..., None], sent: SendRecorder
) -> None:
    anchors = (contract.SpeakerAnchor(speaker="speaker_1", start_s=1.0, end_s=4.5, clarity=2.5),)
    assert sent.requests[0].speakers == ()
    deliver(messages.unit_result(analysis, speakers=anchors))
    assert sent.requests[1].speakers == anchors
