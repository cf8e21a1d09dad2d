"""Signs of life of inference workers."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from backend.analyses import selectors
from backend.analyses.models import Analysis, Worker
from inference_worker import contract
from tests.recorders import PushRecorder, SendRecorder
from tests.unit.backend import messages
from tests.unit.backend.analyses.conftest import fresh

Deliver = Callable[[contract.Message], None]


def test_the_first_makes_it_run(analysis: Analysis, deliver: Deliver, pushed: PushRecorder) -> None:
    pushed.clear()
    deliver(messages.heartbeat(messages.running(analysis)))
    after = fresh(analysis)
    assert (after.state, after.worker, after.worker_boot_id) == ("running", "gpu-1", "boot-1")
    assert after.started_at == after.heartbeat_at is not None
    assert after.recording.duration_s == 30.0
    [event] = pushed.events
    assert (event["type"], event["recording"]["analysis"]["state"]) == ("recording.changed", "running")
    pushed.clear()
    deliver(messages.heartbeat(messages.running(analysis, 3.0)))
    assert pushed.events == [
        {
            "type": "analysis.progress",
            "recording_id": str(analysis.recording_id),
            "analysis_id": str(analysis.pk),
            "progress": 0.1,
            "processed_until_s": 3.0,
            "duration_s": 30.0,
        }
    ]


def test_the_next_tell_only_how_far_it_is(analysis: Analysis, deliver: Deliver, pushed: PushRecorder) -> None:
    deliver(messages.heartbeat(messages.running(analysis, 3.0)))
    revision = fresh(analysis).recording.revision
    pushed.clear()
    deliver(messages.heartbeat(messages.running(analysis, 6.0)))
    deliver(messages.heartbeat(messages.running(analysis, 7.0, duration_s=None)))
    deliver(messages.heartbeat(messages.running(analysis, 31.0)))
    assert [event["type"] for event in pushed.events] == ["analysis.progress"] * 3
    assert [event["progress"] for event in pushed.events] == [0.2, 0.0, 1.0]
    assert fresh(analysis).recording.revision == revision


def test_a_restarted_worker_gives_back_at_once_what_it_had(
    analysis: Analysis, deliver: Deliver, sent: SendRecorder
) -> None:
    deliver(messages.heartbeat(messages.running(analysis)))
    deliver(messages.heartbeat(boot_id="boot-2"))
    after = fresh(analysis)
    assert (after.state, after.attempt, after.losses, after.worker) == ("queued", 2, 1, "")
    assert [request.attempt for request in sent.requests] == [1, 2]
    deliver(messages.heartbeat(boot_id="boot-2"))
    assert fresh(analysis).attempt == 2


def test_a_restart_of_another_worker_takes_nothing(analysis: Analysis, deliver: Deliver) -> None:
    deliver(messages.heartbeat(messages.running(analysis)))
    deliver(messages.heartbeat(worker="gpu-2", boot_id="boot-9"))
    assert (fresh(analysis).state, fresh(analysis).worker) == ("running", "gpu-1")


def test_a_late_heartbeat_of_the_boot_before_takes_nothing(analysis: Analysis, deliver: Deliver) -> None:
    late = messages.heartbeat(boot_id="boot-0", sent_at=time.time() - 2.0)
    deliver(messages.heartbeat(messages.running(analysis)))
    deliver(late)
    assert (fresh(analysis).state, fresh(analysis).attempt) == ("running", 1)
    assert Worker.objects.get().boot_id == "boot-1"


def test_another_worker_cannot_take_a_running_unit(
    analysis: Analysis, deliver: Deliver, pushed: PushRecorder
) -> None:
    deliver(messages.heartbeat(messages.running(analysis)))
    pushed.clear()
    deliver(messages.heartbeat(messages.running(analysis, 9.0), worker="gpu-2", boot_id="boot-9"))
    assert fresh(analysis).worker == "gpu-1"
    assert pushed.events == []


def test_workers_are_remembered_and_forgotten(deliver: Deliver, db: None) -> None:
    deliver(messages.heartbeat())
    deliver(messages.heartbeat(emotion_engine=None, boot_id="boot-2"))
    worker = Worker.objects.get()
    assert (worker.boot_id, worker.asr_engine, worker.emotion_engine) == ("boot-2", messages.ASR_ENGINE, "")
    assert worker.asr_device == messages.ASR_DEVICE
    assert selectors.live_workers().count() == 1
    Worker.objects.update(last_seen_at=timezone.now() - timedelta(seconds=21))
    assert selectors.live_workers().count() == 0


@pytest.mark.parametrize("off_s", [-3600.0, 3600.0])
def test_a_worker_is_alive_by_our_clock_whatever_its_own_says(
    analysis: Analysis, deliver: Deliver, sweep: Callable[[], None], off_s: float
) -> None:
    deliver(messages.heartbeat(messages.running(analysis), sent_at=time.time() + off_s))
    sweep()
    assert (fresh(analysis).state, fresh(analysis).attempt) == ("running", 1)
    assert timedelta() <= timezone.now() - Worker.objects.get().last_seen_at < timedelta(seconds=10)
    assert selectors.live_workers().count() == 1
    Worker.objects.update(last_seen_at=timezone.now() - timedelta(seconds=21))
    assert selectors.live_workers().count() == 0


def test_a_worker_that_was_restarted_with_its_clock_put_back_is_heard(
    analysis: Analysis, deliver: Deliver
) -> None:
    deliver(messages.heartbeat(messages.running(analysis)))
    restarted = messages.heartbeat(boot_id="boot-2", sent_at=time.time() - 3600.0)
    deliver(restarted)
    assert Worker.objects.get().boot_id == "boot-1"
    Worker.objects.update(last_seen_at=timezone.now() - timedelta(seconds=11))
    deliver(restarted)
    assert (Worker.objects.get().boot_id, fresh(analysis).attempt) == ("boot-2", 2)


@pytest.mark.parametrize(
    ("engines", "expected"),
    [([], False), (["pocketsphinx/en-us"], True), (["pocketsphinx/en-us", "nemo/a"], False)],
)
def test_whether_only_the_offline_engine_listens(db: None, engines: list[str], expected: bool) -> None:
    for number, engine in enumerate(engines):
        Worker.objects.create(name=str(number), boot_id="1", last_seen_at=timezone.now(), asr_engine=engine)
    assert selectors.only_offline_engine() is expected


def test_a_worker_that_is_silent_does_not_count(db: None) -> None:
    long_ago = timezone.now() - timedelta(hours=1)
    Worker.objects.create(name="a", boot_id="1", last_seen_at=long_ago, asr_engine="nemo/a")
    Worker.objects.create(name="b", boot_id="1", last_seen_at=timezone.now(), asr_engine="pocketsphinx/en-us")
    assert selectors.only_offline_engine() is True
