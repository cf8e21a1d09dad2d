"""Results of units: stored once, in order, or dropped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from backend.analyses import tasks
from backend.analyses.models import Analysis
from backend.conversations.models import Utterance
from inference_worker import contract
from tests.conftest import CommittingClient
from tests.recorders import PushRecorder, SendRecorder
from tests.unit.backend import messages
from tests.unit.backend.analyses.conftest import fresh

Deliver = Callable[[contract.Message], None]


def texts(analysis: Analysis) -> list[tuple[int, str]]:
    found = Utterance.objects.filter(recording=analysis.recording_id).order_by("index")
    return list(found.values_list("index", "text"))


def test_a_unit_is_stored_and_the_next_is_sent(
    analysis: Analysis,
    deliver: Deliver,
    sent: SendRecorder,
    pushed: PushRecorder,
    owner_client: CommittingClient,
) -> None:
    sent.clear()
    pushed.clear()
    deliver(messages.unit_result(analysis, processed_until_s=9.5))
    after = fresh(analysis)
    assert (after.state, after.attempt, after.next_unit) == ("running", 1, 1)
    assert (after.processed_until_s, after.utterance_count, after.speed) == (9.5, 1, 9.5 / 5.0)
    assert (after.asr_engine, after.emotion_engine) == (messages.ASR_ENGINE, messages.EMOTION_ENGINE)
    assert after.recording.duration_s == 30.0
    assert after.started_at is not None
    [request] = sent.requests
    assert (request.unit, request.attempt, request.start_s, request.max_audio_s) == (1, 1, 9.5, 28.5)
    path = f"/api/v1/recordings/{analysis.recording_id}"
    shown = owner_client.get(path).json()
    assert shown["analysis"]["progress"] == 9.5 / 30.0
    assert shown["analysis"]["low_accuracy"] is True
    assert pushed.events == [
        {
            "type": "utterances.stored",
            "revision": 2,
            "recording": shown,
            "replaces_all": True,
            "utterances": owner_client.get(f"{path}/utterances").json()["results"],
        }
    ]


def test_units_until_the_last(
    analysis: Analysis, deliver: Deliver, sent: SendRecorder, pushed: PushRecorder
) -> None:
    for unit in range(3):
        deliver(messages.unit_result(fresh(analysis), is_last=unit == 2))
    after = fresh(analysis)
    assert (after.state, after.next_unit, after.utterance_count) == ("done", 3, 3)
    assert after.finished_at is not None
    assert texts(analysis) == [(0, "unit 0"), (1, "unit 1"), (2, "unit 2")]
    assert [request.unit for request in sent.requests] == [0, 1, 2]
    assert [event["replaces_all"] for event in pushed.of_type("utterances.stored")] == [True, False, False]
    assert pushed.events[-1]["recording"]["analysis"]["progress"] == 1.0


def test_silence_is_done_with_no_utterances(
    analysis: Analysis, deliver: Deliver, pushed: PushRecorder
) -> None:
    deliver(messages.unit_result(analysis, is_last=True, utterances=()))
    assert fresh(analysis).state == "done"
    assert texts(analysis) == []
    assert [event["utterances"] for event in pushed.of_type("utterances.stored")] == [[]]


def _wrong(analysis: Analysis) -> dict[str, contract.Message]:
    """What must be dropped by an analysis that waits for unit 1 of attempt 1."""
    return {
        "a copy": messages.unit_result(analysis, unit=0, start_s=0.0, processed_until_s=10.0),
        "a unit to come": messages.unit_result(analysis, unit=2),
        "an older attempt": messages.unit_result(analysis, attempt=0),
        "an attempt to come": messages.unit_result(analysis, attempt=2),
        "a late failure": messages.failure(analysis, unit=0),
        "a failure of an older attempt": messages.failure(analysis, attempt=0),
        "another analysis": messages.unit_result(
            analysis, analysis_id="00000000-0000-4000-8000-000000000000"
        ),
        "a heartbeat of a unit that is stored": messages.heartbeat(messages.running(analysis, unit=0)),
        "a heartbeat of an older attempt": messages.heartbeat(messages.running(analysis, attempt=0)),
    }


@pytest.mark.parametrize("what", list(_wrong(Analysis())))
def test_dropped(
    analysis: Analysis,
    deliver: Deliver,
    sent: SendRecorder,
    pushed: PushRecorder,
    owner_client: CommittingClient,
    what: str,
) -> None:
    deliver(messages.unit_result(analysis))
    before = Analysis.objects.values().get()
    shown = owner_client.get("/api/v1/changes?since=0").json()
    sent.clear()
    pushed.clear()
    deliver(_wrong(fresh(analysis))[what])
    assert Analysis.objects.values().get() == before
    assert owner_client.get("/api/v1/changes?since=0").json() == shown
    assert (sent.requests, pushed.sends) == ([], [])


def test_a_unit_that_brings_nothing_costs_an_attempt(analysis: Analysis, deliver: Deliver) -> None:
    for attempt in (1, 2):
        deliver(messages.unit_result(fresh(analysis), processed_until_s=0.0, utterances=()))
        assert (fresh(analysis).state, fresh(analysis).attempt) == ("queued", attempt + 1)
    deliver(messages.unit_result(fresh(analysis), processed_until_s=0.0, utterances=()))
    assert (fresh(analysis).state, fresh(analysis).error_code) == ("failed", "inference_failed")


def test_a_stored_unit_forgives_the_losses_before_it(analysis: Analysis, deliver: Deliver) -> None:
    deliver(messages.failure(analysis, retryable=True))
    assert fresh(analysis).losses == 1
    deliver(messages.unit_result(fresh(analysis)))
    assert (fresh(analysis).losses, fresh(analysis).attempt) == (0, 2)


@pytest.mark.parametrize(
    "payload",
    [None, [], "text", {}, {"version": 99}, {"analysis_id": 1}],
)
def test_a_payload_that_is_none_is_dropped_with_a_log_line(
    analysis: Analysis, payload: Any, caplog: pytest.LogCaptureFixture
) -> None:
    before = Analysis.objects.values().get()
    for task in (tasks.store_unit, tasks.fail_unit, tasks.worker_heartbeat):
        task(payload)
    assert Analysis.objects.values().get() == before
    assert [record.levelname for record in caplog.records] == ["ERROR"] * 3


def test_a_result_that_the_database_refuses_fails_the_analysis(analysis: Analysis, deliver: Deliver) -> None:
    backwards = messages.utterance("backwards", 2.0, 1.0)
    result = replace(messages.unit_result(analysis, processed_until_s=9.5), utterances=(backwards,))
    deliver(result)
    after = fresh(analysis)
    assert (after.state, after.error_code, after.utterance_count) == ("failed", "contract_mismatch", 0)
    assert texts(analysis) == []
