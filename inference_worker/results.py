"""Sends what the worker has to say to the backend: by task name, to the queue `results`."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from celery import Celery
from kombu.exceptions import OperationalError

from inference_worker import tracing
from inference_worker.contract import (
    QUEUE_RESULTS,
    TASK_FAIL_UNIT,
    TASK_STORE_ADAPTATION,
    TASK_STORE_HEARD,
    TASK_STORE_UNIT,
    TASK_WORKER_HEARTBEAT,
    AdaptationResult,
    LiveResult,
    Message,
    UnitFailure,
    UnitResult,
    WorkerHeartbeat,
)

logger = logging.getLogger(__name__)

HEARTBEAT_EXPIRES_S = 3 * 3600.0
"""A backend that was away for long does not want to hear all of them. By the clocks of both machines, which may be
hours apart."""
INTERIM_EXPIRES_S = 3.0
FIRST_WAIT_S, LONGEST_WAIT_S = 0.2, 3.0
PATIENCE_WHEN_STOPPING_S = 5.0
"""A worker that is told to stop while Redis is away gives up after this; the unit will be done again."""


class ResultSender:
    """Puts messages on the queue. Results wait for Redis to come back; heartbeats do not."""

    def __init__(
        self,
        app: Celery,
        stopping: threading.Event,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._app, self._stopping, self._sleep = app, stopping, sleep
        self._is_down = False

    def result(self, result: UnitResult) -> None:
        """Send a finished unit. Raises `OperationalError` only when the worker is told to stop meanwhile."""
        self._send_patiently(TASK_STORE_UNIT, result)

    def failure(self, failure: UnitFailure) -> None:
        """Send a failed unit. Raises `OperationalError` only when the worker is told to stop meanwhile."""
        self._send_patiently(TASK_FAIL_UNIT, failure)

    def adaptation(self, result: AdaptationResult) -> None:
        """Send what was learnt about a person. Raises `OperationalError` as `result` does."""
        self._send_patiently(TASK_STORE_ADAPTATION, result)

    def heard(self, result: LiveResult) -> None:
        """Send what was heard in a live stream: a final patiently, an interim once, because a newer one follows.

        Raises `OperationalError` as `result` does, for finals."""
        if result.final:
            self._send_patiently(TASK_STORE_HEARD, result)
            return
        try:
            self._send(TASK_STORE_HEARD, result, expires=INTERIM_EXPIRES_S, delivery_mode="transient")
        except (OperationalError, OSError) as error:
            logger.warning("an interim caption could not be sent: %s", error)

    def heartbeat(self, heartbeat: WorkerHeartbeat) -> None:
        """Send a heartbeat once; quiet when Redis is away."""
        try:
            self._send(
                TASK_WORKER_HEARTBEAT, heartbeat, expires=HEARTBEAT_EXPIRES_S, delivery_mode="transient"
            )
        except (OperationalError, OSError) as error:
            if not self._is_down:
                logger.warning("the queue cannot be reached, heartbeats are not sent: %s", error)
            self._is_down = True
        else:
            if self._is_down:
                logger.info("the queue can be reached again")
            self._is_down = False

    def _send_patiently(self, task: str, message: Message) -> None:
        wait_s, stopped_for_s = FIRST_WAIT_S, 0.0
        while True:
            try:
                self._send(task, message)
                return
            except (OperationalError, OSError) as error:
                if stopped_for_s >= PATIENCE_WHEN_STOPPING_S:
                    raise
                logger.warning("the queue cannot be reached, %s waits %.1f s: %s", task, wait_s, error)
            self._sleep(wait_s)
            stopped_for_s += wait_s if self._stopping.is_set() else 0.0
            wait_s = min(LONGEST_WAIT_S, 2.0 * wait_s)

    def _send(self, task: str, message: Message, **options: Any) -> None:
        self._app.send_task(
            task,
            args=[message.to_json()],
            queue=QUEUE_RESULTS,
            retry=False,
            ignore_result=True,
            headers=tracing.headers(),
            argsrepr="",
            kwargsrepr="",
            **options,
        )
