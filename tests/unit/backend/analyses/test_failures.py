"""Failures: those that may pass are tried again, a bounded number of times; the others are final."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from backend.analyses.models import Analysis
from inference_worker import contract
from tests.conftest import CommittingClient
from tests.recorders import PushRecorder, SendRecorder
from tests.unit.backend import messages
from tests.unit.backend.analyses.conftest import fresh
from tests.unit.backend.conftest import stored_files

Deliver = Callable[[contract.Message], None]


def test_a_lasting_failure_is_final_and_keeps_the_audio(
    analysis: Analysis,
    deliver: Deliver,
    sent: SendRecorder,
    pushed: PushRecorder,
    owner_client: CommittingClient,
) -> None:
    sent.clear()
    pushed.clear()
    deliver(messages.failure(analysis))
    shown = owner_client.get(f"/api/v1/recordings/{analysis.recording_id}").json()
    assert shown["analysis"]["state"] == "failed"
    assert shown["analysis"]["error"] == {
        "code": "audio_unreadable",
        "detail": "The audio cannot be read. Record it again.",
        "can_pass": False,
    }
    assert pushed.events == [{"type": "recording.changed", "revision": 2, "recording": shown}]
    assert sent.requests == []
    assert stored_files() == [analysis.recording.audio.name]


def test_passing_failures_are_tried_three_times_at_growing_distances(
    analysis: Analysis, deliver: Deliver, sweep: Callable[[], None], sent: SendRecorder
) -> None:
    deliver(messages.failure(analysis, retryable=True))
    assert [(r.attempt, r.unit) for r in sent.requests] == [(1, 0), (2, 0)]

    before = timezone.now()
    deliver(messages.failure(fresh(analysis), retryable=True))
    after = fresh(analysis)
    assert (after.state, after.attempt, after.dispatched_at) == ("queued", 3, None)
    assert after.retry_at is not None
    assert timedelta(seconds=5) <= after.retry_at - before < timedelta(seconds=15)
    sweep()
    assert len(sent.requests) == 2
    Analysis.objects.update(retry_at=timezone.now())
    sweep()
    assert sent.requests[2].attempt == 3

    deliver(messages.failure(fresh(analysis), retryable=True, code="audio_unavailable"))
    assert (fresh(analysis).state, fresh(analysis).error_code) == ("failed", "audio_unavailable")
    assert fresh(analysis).error_can_pass is True
    assert len(sent.requests) == 3


def test_of_units_whose_gpu_was_lost_one_at_a_time_is_sent(
    analysis: Analysis,
    upload: Callable[..., Any],
    owner_client: CommittingClient,
    deliver: Deliver,
    sweep: Callable[[], None],
    sent: SendRecorder,
) -> None:
    """They shared its batch, and the one that ends workers must not take the tries of the others."""
    upload(owner_client)
    sent.clear()
    one, other = Analysis.objects.order_by("created_at")
    for each in (one, other):
        deliver(messages.failure(each, retryable=True, code=contract.CODE_WORKER_LOST))
    sweep()
    assert [fresh(each).is_suspect for each in (one, other)] == [True, True]
    assert [request.analysis_id for request in sent.requests] == [str(one.pk)]
    deliver(messages.unit_result(fresh(one)))
    assert not fresh(one).is_suspect
    sweep()
    assert str(other.pk) in [request.analysis_id for request in sent.requests]


def test_each_unit_has_its_own_tries(analysis: Analysis, deliver: Deliver) -> None:
    for _ in range(2):
        deliver(messages.failure(fresh(analysis), retryable=True))
    deliver(messages.unit_result(fresh(analysis)))
    for _ in range(2):
        deliver(messages.failure(fresh(analysis), retryable=True))
    assert (fresh(analysis).state, fresh(analysis).attempt) == ("queued", 5)


def test_a_retry_after_a_failure_goes_on_behind_the_last_stored_unit(
    analysis: Analysis, deliver: Deliver, sent: SendRecorder, owner_client: CommittingClient
) -> None:
    deliver(messages.unit_result(analysis))
    deliver(messages.failure(fresh(analysis)))
    sent.clear()
    response = owner_client.post(f"/api/v1/recordings/{analysis.recording_id}/retry")
    assert response.status_code == 202
    shown = response.json()["analysis"]
    assert (shown["state"], shown["error"], shown["attempt"]) == ("queued", None, 2)
    [request] = sent.requests
    assert (request.unit, request.start_s, request.attempt) == (1, 10.0, 2)
    deliver(messages.unit_result(fresh(analysis), is_last=True))
    path = f"/api/v1/recordings/{analysis.recording_id}/utterances"
    assert [u["text"] for u in owner_client.get(path).json()["results"]] == ["unit 0", "unit 1"]


def test_a_new_analysis_replaces_the_utterances_when_it_brings_some(
    analysis: Analysis,
    deliver: Deliver,
    pushed: PushRecorder,
    sent: SendRecorder,
    owner_client: CommittingClient,
) -> None:
    path = f"/api/v1/recordings/{analysis.recording_id}"
    for unit in range(2):
        deliver(messages.unit_result(fresh(analysis), is_last=unit == 1))
    sent.clear()
    pushed.clear()
    assert owner_client.post(f"{path}/retry").status_code == 202
    [request] = sent.requests
    assert (request.unit, request.start_s, request.attempt, request.max_audio_s) == (0, 0.0, 2, 10.0)
    old = [u["text"] for u in owner_client.get(f"{path}/utterances").json()["results"]]
    assert old == ["unit 0", "unit 1"]
    spoken = (messages.utterance("anew", 1.0, 2.0),)
    deliver(messages.unit_result(fresh(analysis), utterances=spoken, is_last=True))
    [new] = owner_client.get(f"{path}/utterances").json()["results"]
    assert (new["text"], new["index"]) == ("anew", 0)
    [event] = pushed.of_type("utterances.stored")
    assert (event["replaces_all"], event["utterances"]) == (True, [new])


def test_cancelling_keeps_what_is_there(
    analysis: Analysis, deliver: Deliver, sent: SendRecorder, owner_client: CommittingClient
) -> None:
    deliver(messages.unit_result(analysis))
    on_its_way = messages.unit_result(fresh(analysis))
    path = f"/api/v1/recordings/{analysis.recording_id}"
    response = owner_client.post(f"{path}/cancel")
    assert (response.status_code, response.json()["analysis"]["state"]) == (200, "cancelled")
    deliver(on_its_way)
    assert [u["text"] for u in owner_client.get(f"{path}/utterances").json()["results"]] == ["unit 0"]
    owner_client.post(f"{path}/retry")
    deliver(on_its_way)
    assert (fresh(analysis).state, fresh(analysis).next_unit, sent.requests[-1].unit) == ("queued", 1, 1)
