"""No analysis stays unfinished because a worker or a message got lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from backend.analyses.models import Analysis
from inference_worker import contract
from tests.conftest import CommittingClient
from tests.recorders import SendRecorder
from tests.unit.backend import messages
from tests.unit.backend.analyses.conftest import fresh, put, seconds_ago

Deliver = Callable[[contract.Message], None]


@pytest.fixture(autouse=True)
def _empty_queues(queue_lengths: dict[str, int]) -> None:
    """No real queue is asked."""


def test_a_silent_worker_loses_its_unit(
    analysis: Analysis, sweep: Callable[[], None], sent: SendRecorder
) -> None:
    put(analysis, "running", heartbeat_at=seconds_ago(settings.ENVIRONMENT.worker_silent_s - 5))
    sweep()
    assert (fresh(analysis).state, fresh(analysis).attempt) == ("running", 1)
    put(analysis, "running", heartbeat_at=seconds_ago(settings.ENVIRONMENT.worker_silent_s + 1))
    sweep()
    after = fresh(analysis)
    assert (after.state, after.attempt, after.worker, after.worker_boot_id) == ("queued", 2, "", "")
    assert [request.attempt for request in sent.requests] == [1, 2]


def test_the_last_silent_worker_fails_it(analysis: Analysis, sweep: Callable[[], None]) -> None:
    for attempt in range(settings.ENVIRONMENT.max_attempts):
        assert fresh(analysis).attempt == attempt + 1
        put(analysis, "running", heartbeat_at=seconds_ago(60))
        sweep()
    after = fresh(analysis)
    assert (after.state, after.error_code) == ("failed", "worker_lost")
    assert after.error_message == (
        "The machine that analysed it stopped several times. Try again; the audio is kept."
    )


def test_a_lost_message_is_sent_again(
    analysis: Analysis, sweep: Callable[[], None], sent: SendRecorder
) -> None:
    Analysis.objects.update(dispatched_at=seconds_ago(25))
    sweep()
    assert len(sent.requests) == 1
    Analysis.objects.update(dispatched_at=seconds_ago(31))
    sweep()
    assert [(request.attempt, request.unit) for request in sent.requests] == [(1, 0), (2, 0)]
    assert fresh(analysis).state == "queued"
    sweep()
    assert len(sent.requests) == 2


def test_a_message_that_waits_is_not_sent_again(
    analysis: Analysis, sweep: Callable[[], None], sent: SendRecorder, queue_lengths: dict[str, int]
) -> None:
    queue_lengths["interactive"] = 1
    Analysis.objects.update(dispatched_at=seconds_ago(3600))
    sweep()
    assert (len(sent.requests), fresh(analysis).attempt) == (1, 1)


def test_a_lost_message_of_a_later_unit(
    analysis: Analysis, deliver: Deliver, sweep: Callable[[], None], sent: SendRecorder
) -> None:
    deliver(messages.unit_result(analysis))
    Analysis.objects.update(dispatched_at=seconds_ago(31))
    sweep()
    assert [(request.attempt, request.unit) for request in sent.requests] == [(1, 0), (1, 1), (2, 1)]


@pytest.mark.parametrize("state", ["done", "failed", "cancelled"])
def test_what_is_finished_is_left_alone(
    analysis: Analysis, sweep: Callable[[], None], sent: SendRecorder, state: str
) -> None:
    put(analysis, state, dispatched_at=None, heartbeat_at=seconds_ago(3600), worker="gpu-1")
    before = Analysis.objects.values().get()
    sweep()
    assert Analysis.objects.values().get() == before
    assert len(sent.requests) == 1


def test_a_unit_whose_messages_vanish_again_and_again_fails(
    analysis: Analysis, sweep: Callable[[], None]
) -> None:
    """So does one that ends its worker before the worker can say that it has it."""
    for _ in range(10):
        Analysis.objects.update(dispatched_at=seconds_ago(31), retry_at=None)
        sweep()
    after = fresh(analysis)
    assert (after.state, after.error_code, after.attempt) == ("failed", "worker_lost", 3)


def test_of_units_that_may_have_ended_their_worker_one_at_a_time_is_sent(
    analysis: Analysis,
    upload: Callable[..., Any],
    owner_client: CommittingClient,
    sweep: Callable[[], None],
    deliver: Deliver,
    sent: SendRecorder,
) -> None:
    upload(owner_client)
    one, other = Analysis.objects.order_by("created_at")
    for each in (one, other):
        put(each, "running", heartbeat_at=seconds_ago(60))
    sweep()
    sweep()
    assert [fresh(each).is_suspect for each in (one, other)] == [True, True]
    out = [each for each in (one, other) if fresh(each).dispatched_at is not None]
    assert len(out) == 1
    assert [request.attempt for request in sent.requests] == [1, 1, 2]
    # What is new does not wait for them.
    upload(owner_client)
    assert len(sent.requests) == 4
    deliver(messages.unit_result(fresh(out[0])))
    assert not fresh(out[0]).is_suspect
    sweep()
    assert all(fresh(each).dispatched_at is not None for each in (one, other))


@pytest.mark.parametrize("state", ["queued", "running"])
def test_a_clock_that_was_put_back_keeps_nothing_waiting(
    analysis: Analysis, sweep: Callable[[], None], sent: SendRecorder, state: str
) -> None:
    ahead = seconds_ago(-3600)
    put(analysis, state, dispatched_at=None, retry_at=ahead)
    sweep()
    assert [request.attempt for request in sent.requests] == [1, 1]
    put(analysis, state, dispatched_at=ahead)
    Analysis.objects.filter(worker="gpu-1").update(heartbeat_at=ahead)
    sweep()
    after = fresh(analysis)
    assert after.dispatched_at is not None
    assert after.dispatched_at < ahead
    assert after.heartbeat_at is None or after.heartbeat_at < ahead
