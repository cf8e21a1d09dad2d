"""Heartbeats, the watchdog, patience with a queue that is away, and the one task boundary."""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from kombu.exceptions import OperationalError
from prometheus_client import REGISTRY

from inference_worker.config import load
from inference_worker.contract import (
    TASK_FAIL_UNIT,
    TASK_WORKER_HEARTBEAT,
    AnalysisRequest,
    UnitFailure,
    UnitResult,
    WorkerHeartbeat,
)
from inference_worker.crash_marks import CrashMarks
from inference_worker.registry import Engines, Registry
from inference_worker.results import HEARTBEAT_EXPIRES_S, ResultSender
from inference_worker.running import EXIT_HUNG, SHORTEST_INTERVAL_S, Pulse, PulseOptions, RunningUnits
from inference_worker.storage import AudioStorage, StorageOptions
from inference_worker.tasks import UnitRunner
from tests.live_stack import wait_until
from tests.speech import say, write_audio
from tests.unit.inference_worker.engine_doubles import engine_doubles
from tests.unit.inference_worker.requests_for_tests import request_for

ROOT = Path(__file__).resolve().parents[3]
LIMIT_S = 30.0


class QueueThatFails:
    """Stands for the Celery app: fails `failures` times, then takes."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.sent: list[tuple[str, dict[str, Any], dict[str, Any]]] = []

    def send_task(self, name: str, args: list[dict[str, Any]], **options: Any) -> None:
        if self.failures:
            self.failures -= 1
            raise OperationalError("away")
        self.sent.append((name, args[0], options))


def sender_for(
    queue: QueueThatFails, stopping: threading.Event | None = None
) -> tuple[ResultSender, list[float]]:
    waits: list[float] = []
    return ResultSender(queue, stopping or threading.Event(), sleep=waits.append), waits  # type: ignore[arg-type]


def failure() -> UnitFailure:
    return UnitFailure(
        analysis_id="a", attempt=1, unit=0, code="c", message="m.", retryable=True, data={"n": 1}
    )


def test_results_wait_for_the_queue() -> None:
    queue = QueueThatFails(failures=4)
    sender, waits = sender_for(queue)
    sender.failure(failure())
    assert waits == [0.2, 0.4, 0.8, 1.6]
    ((name, payload, options),) = queue.sent
    assert (name, payload["code"], options["queue"]) == (TASK_FAIL_UNIT, "c", "results")


def test_a_worker_told_to_stop_does_not_wait_for_ever() -> None:
    stopping = threading.Event()
    stopping.set()
    sender, waits = sender_for(QueueThatFails(failures=99), stopping)
    with pytest.raises(OperationalError):
        sender.failure(failure())
    assert sum(waits) < 10.0


def test_heartbeats_do_not_wait_and_expire(caplog: pytest.LogCaptureFixture) -> None:
    queue = QueueThatFails(failures=3)
    sender, waits = sender_for(queue)
    pulse = pulse_for(RunningUnits(), [], Path("unused"))
    with caplog.at_level(logging.INFO):
        for _ in range(4):
            sender.heartbeat(pulse.heartbeat())
    assert waits == []
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    ((name, _payload, options),) = queue.sent
    assert (name, options["expires"], options["delivery_mode"]) == (
        TASK_WORKER_HEARTBEAT,
        HEARTBEAT_EXPIRES_S,
        "transient",
    )


def pulse_for(
    running: RunningUnits,
    sent: list[WorkerHeartbeat],
    file: Path,
    exits: list[int] | None = None,
    **options: Any,
) -> Pulse:
    given = PulseOptions(worker_name="w", heartbeat_s=1.0, heartbeat_file=file, **options)
    exit_process = (exits if exits is not None else []).append
    return Pulse(given, running, sent.append, exit_process=exit_process)


def test_heartbeats_follow_the_position_but_not_too_closely(tmp_path: Path) -> None:
    path = write_audio(tmp_path / "a.wav", say("one"))
    running, sent = RunningUnits(), []
    file = tmp_path / "heartbeat"
    pulse = pulse_for(running, sent, file)
    pulse.use(engine_doubles()[0])
    pulse.start()
    wait_until(file.exists, limit_s=LIMIT_S, what="a first heartbeat")
    with running.unit(request_for(path)) as report:
        began_s = time.monotonic()
        for step in range(100):
            report(step / 10, 10.0)
            time.sleep(0.01)
        wait_until(
            lambda: any(beat.running and beat.running[0].position_s == 9.9 for beat in sent),
            limit_s=LIMIT_S,
            what="the last position",
        )
        took_s = time.monotonic() - began_s
        positions = [heartbeat.running[0].position_s for heartbeat in sent if heartbeat.running]
    pulse.stop()
    assert 2 <= len(positions) <= took_s / SHORTEST_INTERVAL_S + 2
    assert positions == sorted(positions)
    assert positions[-1] == 9.9
    assert sent[0].running == ()
    assert (sent[0].worker, sent[0].asr_engine, sent[0].emotion_engine) == ("w", "counting/1", "angry/1")
    assert sent[0].asr_device == "cpu"
    counted = {"asr": "counting/1", "device": "cpu"}
    assert REGISTRY.get_sample_value("rh_worker_engine_info", counted) == 1.0
    assert len({heartbeat.boot_id for heartbeat in sent}) == 1


def test_live_captions_that_hang_end_the_process(tmp_path: Path) -> None:
    took_s, exits = [5.0], []
    pulse = pulse_for(RunningUnits(), [], tmp_path / "heartbeat", exits)
    pulse.watch("a batch of live captions", lambda: took_s[0], 60.0)
    pulse._end_if_hung()
    assert exits == []
    took_s[0] = 60.5
    pulse._end_if_hung()
    assert exits == [70]


def test_a_unit_that_hangs_ends_the_process(tmp_path: Path) -> None:
    path = write_audio(tmp_path / "a.wav", say("one"))
    running, exits = RunningUnits(), []
    pulse = pulse_for(running, [], tmp_path / "heartbeat", exits, hard_limit_s=0.2)
    with running.unit(request_for(path)):
        pulse.use(engine_doubles()[0])
        pulse.start()
        wait_until(lambda: exits, limit_s=LIMIT_S, what="the end of the process")
    pulse.stop()
    assert exits[0] == EXIT_HUNG == 70


class Collector:
    """Stands for `ResultSender`."""

    def __init__(self) -> None:
        self.results: list[UnitResult] = []
        self.failures: list[UnitFailure] = []

    def result(self, result: UnitResult) -> None:
        self.results.append(result)

    def failure(self, unit_failure: UnitFailure) -> None:
        self.failures.append(unit_failure)


def runner_for(tmp_path: Path, engines: Engines) -> tuple[UnitRunner, Collector]:
    class Ready(Registry):
        def engines(self) -> Engines:
            return engines

    collector = Collector()
    options = StorageOptions(cache_dir=tmp_path / "cache", cache_max_bytes=10**9, fetch_attempts=1)
    runner = UnitRunner(
        registry=Ready(load({})),
        storage=AudioStorage(options),
        marks=CrashMarks(options.cache_dir),
        running=RunningUnits(),
        sender=collector,  # type: ignore[arg-type]
        stopping=threading.Event(),
        soft_limit_s=60.0,
    )
    return runner, collector


class OutOfMemoryError(RuntimeError):
    """Named as torch's."""


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RuntimeError("odd"), "inference_failed"),
        (KeyError("x"), "inference_failed"),
        (MemoryError(), "out_of_memory"),
        (OutOfMemoryError("CUDA"), "out_of_memory"),
    ],
)
def test_every_exception_becomes_a_failure_with_a_code(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, error: Exception, code: str
) -> None:
    path = write_audio(tmp_path / "a.wav", say("one two three", pause_s=0.5))
    runner, collector = runner_for(tmp_path, engine_doubles(error=error)[0])
    runner.run(request_for(path, unit=3).to_json())
    (sent,) = collector.failures
    assert (sent.code, sent.retryable, sent.unit, collector.results) == (code, True, 3, [])
    assert type(error).__name__ in caplog.text
    assert runner.running.snapshot() == ()


def begin_and_die(folder: Path, request: AnalysisRequest) -> None:
    """What a worker leaves that is killed in the middle of `request`."""
    program = (
        "import json, os, signal, sys; from pathlib import Path; "
        "from inference_worker.contract import AnalysisRequest; from inference_worker.crash_marks import CrashMarks; "
        "mark = CrashMarks(Path(sys.argv[1])).unit(AnalysisRequest.from_json(json.loads(sys.argv[2]))); "
        "mark.__enter__(); "
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    command = [sys.executable, "-c", program, str(folder), json.dumps(request.to_json())]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL


def test_a_copy_of_a_unit_in_work_says_nothing(tmp_path: Path) -> None:
    """As Redis hands it out when the connection was lost meanwhile. In this process or in one beside it."""
    path = write_audio(tmp_path / "a.wav", say("one two three", pause_s=0.5))
    runner, collector = runner_for(tmp_path, engine_doubles()[0])
    with CrashMarks(tmp_path / "cache").unit(request_for(path)):
        runner.run(request_for(path).to_json())
        assert (collector.results, collector.failures) == ([], [])
        runner.run(request_for(path, unit=1).to_json())
        assert [result.unit for result in collector.results] == [1]
    runner.run(request_for(path).to_json())
    assert [result.unit for result in collector.results] == [1, 0]
    assert collector.failures == []


def test_a_unit_that_ended_its_worker_is_not_begun_again(tmp_path: Path) -> None:
    path = write_audio(tmp_path / "a.wav", say("one two three", pause_s=0.5))
    runner, collector = runner_for(tmp_path, engine_doubles()[0])
    begin_and_die(tmp_path / "cache", request_for(path))
    runner.run(request_for(path).to_json())
    assert [(sent.code, sent.retryable) for sent in collector.failures] == [("worker_lost", True)]
    runner.run(request_for(path, attempt=2).to_json())
    assert collector.results[0].attempt == 2
    runner.run(request_for(path, attempt=2).to_json())
    assert len(collector.results) == 2, "a unit that ended leaves no mark"


def test_an_audio_that_is_gone_is_worth_another_try(tmp_path: Path) -> None:
    path = write_audio(tmp_path / "a.wav", say("one"))
    runner, collector = runner_for(tmp_path, engine_doubles()[0])
    request = request_for(path, audio_url=(tmp_path / "gone.wav").as_uri())
    runner.run(request.to_json())
    assert (collector.failures[0].code, collector.failures[0].retryable) == ("audio_unavailable", True)


@pytest.mark.parametrize("payload", [None, 5, {}, {"analysis_id": 3}, []])
def test_a_payload_without_an_analysis_is_dropped(tmp_path: Path, payload: object) -> None:
    runner, collector = runner_for(tmp_path, engine_doubles()[0])
    runner.run(payload)
    assert (collector.results, collector.failures) == ([], [])


def test_the_contract_needs_the_standard_library_only() -> None:
    code = (
        "import sys; before = set(sys.modules); import inference_worker.contract;"
        "print([m for m in set(sys.modules) - before"
        " if m.partition('.')[0] not in sys.stdlib_module_names | {'inference_worker'}])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
