"""Which units this process works on: said in heartbeats, watched for units that hang. Knows no Celery."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from inference_worker import metrics
from inference_worker.contract import UNIT_HARD_LIMIT_S, AnalysisRequest, RunningUnit, WorkerHeartbeat
from inference_worker.registry import Engines

logger = logging.getLogger(__name__)

IDLE_HEARTBEAT_S = 5.0
SHORTEST_INTERVAL_S = 0.3
"""Heartbeats are at least so far apart, however fast the position moves."""
EXIT_HUNG = 70
"""EX_SOFTWARE of sysexits.h: the supervisor starts the worker again."""


@dataclass(slots=True)
class _Unit:
    request: AnalysisRequest
    began: float
    position_s: float
    duration_s: float | None = None


class RunningUnits:
    """The units in work, by thread-safe calls. `changed` is set whenever a heartbeat would say something new."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._units: dict[object, _Unit] = {}
        self.changed = threading.Event()

    @contextlib.contextmanager
    def unit(self, request: AnalysisRequest) -> Iterator[Callable[[float, float | None], None]]:
        """Count `request` as running. Gives the function to report position and duration with, in seconds."""
        token = object()
        entry = _Unit(request, time.monotonic(), request.start_s)
        with self._lock:
            self._units[token] = entry
        self.changed.set()

        def report(position_s: float, duration_s: float | None) -> None:
            entry.position_s, entry.duration_s = position_s, duration_s
            self.changed.set()

        try:
            yield report
        finally:
            with self._lock:
                del self._units[token]

    def snapshot(self) -> tuple[RunningUnit, ...]:
        """What a heartbeat says."""
        with self._lock:
            return tuple(
                RunningUnit(
                    analysis_id=entry.request.analysis_id,
                    attempt=entry.request.attempt,
                    unit=entry.request.unit,
                    position_s=round(entry.position_s, 3),
                    duration_s=entry.duration_s,
                )
                for entry in self._units.values()
            )

    def longest_s(self) -> float:
        """For how long the oldest unit has been running; 0 without one."""
        with self._lock:
            return max((time.monotonic() - entry.began for entry in self._units.values()), default=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PulseOptions:
    """Who says that it is alive, and how often."""

    worker_name: str
    heartbeat_s: float
    heartbeat_file: Path
    hard_limit_s: float = UNIT_HARD_LIMIT_S


class Pulse:
    """A thread that sends heartbeats, touches the file for `health`, and ends the process if its work hangs."""

    def __init__(
        self,
        options: PulseOptions,
        running: RunningUnits,
        send: Callable[[WorkerHeartbeat], None],
        exit_process: Callable[[int], object] = os._exit,
    ) -> None:
        self._options, self._running, self._send, self._exit = options, running, send, exit_process
        self._watched = [("a unit", running.longest_s, options.hard_limit_s)]
        self._boot_id = uuid.uuid4().hex
        self.engine_names: tuple[str, str | None] = ("", None)
        self.asr_device = ""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="pulse", daemon=True)

    def start(self) -> None:
        """The engines are warm: say so, and go on saying so."""
        self._thread.start()

    def use(self, engines: Engines) -> None:
        """From now on these are the engines. Only their names are kept: nothing here holds a model."""
        emotion = engines.emotion
        self.engine_names = (engines.transcriber.name, None if emotion is None else emotion.name)
        self.asr_device = engines.transcriber.device
        metrics.engine.info({"asr": engines.transcriber.name, "device": self.asr_device})

    def watch(self, what: str, longest_s: Callable[[], float], limit_s: float) -> None:
        """End the process, too, when `longest_s` says that `what` has been going on for more than `limit_s`."""
        self._watched.append((what, longest_s, limit_s))

    def stop(self) -> None:
        """End the thread; no heartbeat follows."""
        self._stop.set()
        self._running.changed.set()
        if self._thread.is_alive():
            self._thread.join(timeout=2.0)

    def heartbeat(self) -> WorkerHeartbeat:
        """What there is to say now."""
        asr_engine, emotion_engine = self.engine_names
        return WorkerHeartbeat(
            worker=self._options.worker_name,
            boot_id=self._boot_id,
            sent_at=time.time(),
            asr_engine=asr_engine,
            emotion_engine=emotion_engine,
            running=self._running.snapshot(),
            asr_device=self.asr_device,
        )

    def _beat(self) -> None:
        while not self._stop.is_set():
            self._running.changed.clear()
            self._options.heartbeat_file.touch()
            self._end_if_hung()
            self._send(self.heartbeat())
            self._stop.wait(SHORTEST_INTERVAL_S)
            is_busy = bool(self._running.snapshot())
            interval_s = (
                self._options.heartbeat_s if is_busy else max(IDLE_HEARTBEAT_S, self._options.heartbeat_s)
            )
            self._running.changed.wait(interval_s - SHORTEST_INTERVAL_S)

    def _end_if_hung(self) -> None:
        for what, longest_s, limit_s in self._watched:
            took_s = longest_s()
            if took_s > limit_s:
                logger.critical("%s has been running for %.0f s; the worker ends itself", what, took_s)
                self._exit(EXIT_HUNG)
