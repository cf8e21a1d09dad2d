"""Measured cues: stored and shown, and what is usual in a recording goes on to its next unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from backend.analyses.models import Analysis
from inference_worker import contract
from tests.conftest import CommittingClient
from tests.recorders import PushRecorder, SendRecorder
from tests.unit.backend import messages
from tests.unit.backend.analyses.conftest import fresh

Deliver = Callable[[contract.Message], None]

CUES = contract.Cues(
    loudness_dbfs=-18.5,
    pitch_hz=210.0,
    pitch_range_semitones=8.0,
    final_semitones=None,
    syllables_per_s=5.5,
    whispered=False,
    words=("loud", "fast"),
)
BASELINE = contract.CueBaseline(loudness_db=contract.Moments(count=4, mean=-25.0, squares=8.0))


def test_cues_are_stored_shown_and_pushed(
    analysis: Analysis, deliver: Deliver, pushed: PushRecorder, owner_client: CommittingClient
) -> None:
    result = messages.unit_result(analysis)
    spoken = replace(result.utterances[0], cues=CUES)
    deliver(replace(result, utterances=(spoken,)))
    path = f"/api/v1/recordings/{analysis.recording_id}/utterances"
    [shown] = owner_client.get(path).json()["results"]
    expected = CUES.to_json() | {"words": ["loud", "fast"]}
    assert shown["cues"] == expected
    [event] = pushed.of_type("utterances.stored")
    assert event["utterances"][0]["cues"] == expected


def test_without_cues_there_are_none(
    analysis: Analysis, deliver: Deliver, owner_client: CommittingClient
) -> None:
    deliver(messages.unit_result(analysis))
    path = f"/api/v1/recordings/{analysis.recording_id}/utterances"
    assert [item["cues"] for item in owner_client.get(path).json()["results"]] == [None]


def test_the_next_unit_knows_what_is_usual(analysis: Analysis, deliver: Deliver, sent: SendRecorder) -> None:
    deliver(replace(messages.unit_result(analysis), cue_baseline=BASELINE))
    deliver(messages.unit_result(fresh(analysis)))
    assert [request.cue_baseline for request in sent.requests] == [None, BASELINE, None]


def test_a_new_analysis_begins_without_it(
    analysis: Analysis, deliver: Deliver, sent: SendRecorder, owner_client: CommittingClient
) -> None:
    deliver(replace(messages.unit_result(analysis, is_last=True), cue_baseline=BASELINE))
    sent.clear()
    answer = owner_client.post(f"/api/v1/recordings/{analysis.recording_id}/retry")
    assert answer.status_code in (200, 202), answer.content
    assert [request.cue_baseline for request in sent.requests] == [None]
