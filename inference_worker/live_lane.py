"""The lane of the queue `live`: takes what waits, does finals first, several streams in one batch."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from celery import Celery
from kombu.exceptions import KombuError, OperationalError
from kombu.messaging import Consumer

from inference_worker.contract import QUEUE_LIVE, TASK_LISTEN, ContractError, LiveRequest, LiveResult
from inference_worker.live import listen
from inference_worker.registry import Engines, Registry

logger = logging.getLogger(__name__)

TAKEN_AT_ONCE = 64
"""Held by one worker at most; the rest is left to others."""
IDLE_POLL_S = 0.5
GATHER_S = 0.002
"""How long to look for more once something waits. A batch that is not full is not waited for."""
RECONNECT_S = 1.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that has been taken off the queue and is not acknowledged yet."""

    request: LiveRequest
    expires_at: float | None
    """Seconds since 1970; None: it is done however late."""
    message: Any


def choose(waiting: Sequence[Waiting], largest: int, now: float) -> tuple[list[Waiting], list[Waiting]]:
    """What to do next, and what not to do at all.

    The batch is of one language; finals come first, oldest first, then interims, newest first. An interim is
    dropped when it has expired, or when a newer request for its stream waits.
    """
    newest: dict[str, tuple[int, int]] = {}
    for one in waiting:
        request = one.request
        newest[request.stream_id] = max(
            newest.get(request.stream_id, (-1, -1)), (request.utterance, request.revision)
        )
    dropped = [one for one in waiting if not one.request.final and _is_stale(one, newest, now)]
    gone = {id(one) for one in dropped}
    finals = [one for one in waiting if one.request.final]
    interims = [one for one in waiting if not one.request.final and id(one) not in gone]
    ranked = [*finals, *reversed(interims)]
    batch = [one for one in ranked if one.request.language == ranked[0].request.language][:largest]
    return batch, dropped


def _is_stale(one: Waiting, newest: dict[str, tuple[int, int]], now: float) -> bool:
    place = (one.request.utterance, one.request.revision)
    return place < newest[one.request.stream_id] or (one.expires_at is not None and one.expires_at < now)


class LiveLane:
    """A thread of its own beside the units: whoever is speaking does not wait for a recording."""

    def __init__(
        self,
        app: Celery,
        registry: Registry,
        send: Callable[[LiveResult], None],
        stopping: threading.Event,
    ) -> None:
        self._app, self._registry, self._send, self._stopping = app, registry, send, stopping
        self._waiting: list[Waiting] = []
        self._began_s: float | None = None
        self._thread = threading.Thread(target=self._run, name="live", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def working_s(self) -> float:
        """For how long the batch in work has been decoded; 0 without one."""
        began_s = self._began_s
        return 0.0 if began_s is None else time.monotonic() - began_s

    def join(self, timeout_s: float) -> None:
        """Wait until the batch in work is sent, after `stopping` is set."""
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with self._app.connection_for_read() as connection:
                    self._serve(connection)
            except (OperationalError, KombuError, OSError) as error:
                # What was taken is not acknowledged: the backend asks again for what it misses.
                logger.warning("the queue of live captions cannot be reached: %s", error)
                self._stopping.wait(RECONNECT_S)
            except Exception:  # The boundary: captions must go on whatever happened.
                logger.exception("the live lane starts anew")
                self._stopping.wait(RECONNECT_S)

    def _serve(self, connection: Any) -> None:
        self._waiting = []
        queue = self._app.amqp.queues[QUEUE_LIVE]
        channel = connection.default_channel
        lane: Any = Consumer  # untyped
        with lane(channel, [queue], accept=["json"], prefetch_count=TAKEN_AT_ONCE, on_message=self._take):
            while not self._stopping.is_set():
                self._gather(connection)
                if self._waiting:
                    self._work()

    def _gather(self, connection: Any) -> None:
        """Take everything that waits; only without work wait for some."""
        timeout_s = GATHER_S if self._waiting else IDLE_POLL_S
        with contextlib.suppress(TimeoutError):
            while len(self._waiting) < TAKEN_AT_ONCE:
                connection.drain_events(timeout=timeout_s)
                timeout_s = GATHER_S

    def _take(self, message: Any) -> None:
        try:
            if message.headers.get("task") != TASK_LISTEN:
                raise ContractError(f"task {message.headers.get('task')!r} does not belong on this queue")
            (payload, *_), _, _ = message.decode()
            waiting = Waiting(LiveRequest.from_json(payload), expiry(message.headers.get("expires")), message)
        except (ContractError, ValueError, TypeError) as error:
            logger.error("dropped a live request that cannot be read: %s", error)
            message.ack()
            return
        self._waiting.append(waiting)

    def _work(self) -> None:
        with self._registry.using_live() as engines:
            self._work_with(engines)

    def _work_with(self, engines: Engines) -> None:
        batch, dropped = choose(self._waiting, engines.transcriber.batch_size, time.time())
        done = {id(one) for one in [*batch, *dropped]}
        self._waiting = [one for one in self._waiting if id(one) not in done]
        for one in dropped:
            one.message.ack()
        if not batch:
            return
        self._began_s = time.monotonic()
        try:
            results = listen([one.request for one in batch], engines)
        finally:
            self._began_s = None
        for one, result in zip(batch, results, strict=True):
            self._send(result)
            one.message.ack()


def expiry(header: object) -> float | None:
    """Celery's `expires` header (ISO 8601 or seconds since 1970) as seconds since 1970."""
    if isinstance(header, int | float):
        return float(header)
    if not isinstance(header, str) or not header:
        return None
    moment = datetime.fromisoformat(header)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
