"""Old worker with new backend, new worker with old backend, and two that do not fit: nothing is lost."""

from __future__ import annotations

import contextlib
import json
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from backend.analyses import tasks
from backend.analyses.models import Analysis, Worker
from backend.conversations.models import Utterance
from inference_worker import contract
from inference_worker.crash_marks import CrashMarks
from inference_worker.running import RunningUnits
from inference_worker.storage import AudioStorage, StorageOptions
from inference_worker.tasks import UnitRunner
from tests.contract import first_contract
from tests.recorders import PushRecorder, SendRecorder
from tests.speech import say, write_audio
from tests.unit.backend import messages
from tests.unit.backend.analyses.conftest import fresh
from tests.unit.backend.conftest import analysis, recording, sweep, upload
from tests.unit.inference_worker.engine_doubles import engine_doubles
from tests.unit.inference_worker.requests_for_tests import request_for

__all__ = ["analysis", "recording", "sweep", "upload"]  # fixtures

Deliver = Callable[[Callable[[Any], None], Any], None]


@pytest.fixture
def send(sent: SendRecorder, pushed: PushRecorder, django_capture_on_commit_callbacks: Any) -> Deliver:
    """Hands JSON to a task of the results worker, and commits."""

    def run(task: Callable[[Any], None], payload: Any) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            task(json.loads(json.dumps(payload)))

    return run


class Sender:
    """What a worker sends."""

    def __init__(self) -> None:
        self.sent: list[contract.Message] = []

    def result(self, message: contract.Message) -> None:
        self.sent.append(message)

    failure = result


@pytest.fixture
def worker(tmp_path: Path) -> tuple[UnitRunner, Sender]:
    """The present worker, with engines that know no speech."""
    engines, _, _ = engine_doubles()

    class Registry:
        def using(self) -> Any:
            return contextlib.nullcontext(engines)

    options = StorageOptions(
        cache_dir=tmp_path / "cache", cache_max_bytes=10**9, fetch_attempts=1, fetch_timeout_s=5
    )
    sender = Sender()
    runner = UnitRunner(
        registry=Registry(),  # type: ignore[arg-type]
        storage=AudioStorage(options),
        marks=CrashMarks(tmp_path / "cache"),
        running=RunningUnits(),
        sender=sender,  # type: ignore[arg-type]
        stopping=threading.Event(),
        soft_limit_s=60.0,
    )
    return runner, sender


def old_result(request: first_contract.AnalysisRequest, **changes: Any) -> dict[str, Any]:
    """What a first worker answers to `request`."""
    heard = first_contract.Utterance(
        start_s=1.0, end_s=2.0, text="hello", words=(), confidence=None, language="en", emotion=None
    )
    result = first_contract.UnitResult(
        analysis_id=request.analysis_id,
        attempt=request.attempt,
        unit=request.unit,
        start_s=request.start_s,
        processed_until_s=10.0,
        duration_s=10.0,
        is_last=True,
        utterances=(heard,),
        asr_engine="old/1",
        emotion_engine=None,
        decode_s=0.1,
        inference_s=0.2,
    )
    return {**result.to_json(), **changes}


def test_an_old_worker_serves_a_new_backend(analysis: Analysis, sent: SendRecorder, send: Deliver) -> None:
    request = first_contract.AnalysisRequest.from_json(json.loads(json.dumps(sent.requests[0].to_json())))
    beat = first_contract.WorkerHeartbeat(
        worker="old",
        boot_id="b",
        sent_at=timezone.now().timestamp(),
        asr_engine="old/1",
        emotion_engine=None,
        running=(
            first_contract.RunningUnit(
                analysis_id=request.analysis_id, attempt=1, unit=0, position_s=3.0, duration_s=10.0
            ),
        ),
    )
    send(tasks.worker_heartbeat, beat.to_json())
    assert (fresh(analysis).state, fresh(analysis).worker) == ("running", "old")
    assert Worker.objects.get().asr_device == ""
    send(tasks.store_unit, old_result(request))
    assert fresh(analysis).state == "done"
    assert list(Utterance.objects.values_list("text", "cues")) == [("hello", None)]


def test_a_new_worker_serves_an_old_backend(worker: tuple[UnitRunner, Sender], tmp_path: Path) -> None:
    path = write_audio(tmp_path / "talk.wav", say("one two three"))
    new = request_for(path).to_json()
    known = first_contract.AnalysisRequest.__dataclass_fields__
    old = first_contract.AnalysisRequest(**{name: new[name] for name in known})
    runner, sender = worker
    runner.run(json.loads(json.dumps(old.to_json())))
    (answer,) = sender.sent
    read = first_contract.UnitResult.from_json(json.loads(json.dumps(answer.to_json())))
    assert [utterance.text for utterance in read.utterances] == ["word"]
    assert (read.unit, read.is_last) == (0, True)


def test_a_later_worker_may_say_more(analysis: Analysis, sent: SendRecorder, send: Deliver) -> None:
    more = messages.unit_result(analysis, is_last=True).to_json() | {"added_later": {"x": 1}}
    more["utterances"][0]["added_later"] = [1]
    send(tasks.store_unit, more)
    assert fresh(analysis).state == "done"


def test_a_worker_refuses_what_it_cannot_read_and_says_so_to_any_backend(
    worker: tuple[UnitRunner, Sender], tmp_path: Path
) -> None:
    path = write_audio(tmp_path / "talk.wav", say("one"))
    runner, sender = worker
    runner.run({**request_for(path, attempt=3).to_json(), "version": 2, "audio_url": {"moved": True}})
    (answer,) = sender.sent
    assert isinstance(answer, contract.UnitFailure)
    assert (answer.code, answer.retryable, answer.attempt) == ("contract_mismatch", True, 3)


def test_a_recording_waits_for_a_worker_that_fits_however_often_one_refuses(
    analysis: Analysis, sent: SendRecorder, send: Deliver, sweep: Callable[[], None]
) -> None:
    for attempt in range(1, 8):
        # As a worker of the next version says it.
        refusal = messages.failure(fresh(analysis), code="contract_mismatch", retryable=True).to_json()
        send(tasks.fail_unit, {**refusal, "version": 2})
        waiting = fresh(analysis)
        assert (waiting.state, waiting.attempt, waiting.losses) == ("queued", attempt + 1, 0)
        sweep()
        assert len(sent.requests) == attempt, "not again at once"
        Analysis.objects.update(retry_at=timezone.now())
        sweep()
        assert len(sent.requests) == attempt + 1
    send(tasks.store_unit, messages.unit_result(fresh(analysis), is_last=True).to_json())
    assert fresh(analysis).state == "done"


def test_a_result_begun_under_another_version_is_done_again(
    analysis: Analysis, sent: SendRecorder, send: Deliver, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        send(
            tasks.store_unit, messages.unit_result(analysis).to_json() | {"version": 2, "utterances": "moved"}
        )
    waiting = fresh(analysis)
    assert (waiting.state, waiting.attempt, waiting.losses, waiting.next_unit) == ("queued", 2, 0, 0)
    assert not Utterance.objects.exists()
    assert "waits for a worker that fits" in caplog.text


def test_a_worker_of_another_version_is_seen(db: None, send: Deliver) -> None:
    send(tasks.worker_heartbeat, messages.heartbeat().to_json() | {"version": 2, "added_later": 1})
    assert list(Worker.objects.values_list("name", flat=True)) == ["gpu-1"]


@pytest.mark.parametrize(
    "payload", [{}, {"version": 2}, {"version": 2, "analysis_id": 1, "attempt": True}, []]
)
def test_what_is_about_no_unit_is_dropped(db: None, send: Deliver, payload: object) -> None:
    send(tasks.store_unit, payload)
