"""Stands in for the inference worker on a stack without one, so that only the backend's own cost is measured."""

from __future__ import annotations

import base64
import json
from typing import Any

import redis
from celery import Celery

from backend.config.env import celery_broker_url
from benchmarks.synthetic_messages import heartbeat, unit_result
from inference_worker import contract
from tests.live_stack import LiveStack, wait_until


class SyntheticWorker:
    """Takes requests off the queue and answers them at once with one utterance of five words."""

    def __init__(self, stack: LiveStack) -> None:
        url = f"unix://{stack.data_dir}/redis/redis.sock?db=0"
        self._redis = redis.Redis.from_url(url)
        self._app = Celery("benchmark", broker=celery_broker_url(url))

    def take(self) -> contract.AnalysisRequest:
        """The next request. Raises `NotInTimeError`."""
        message: Any = wait_until(
            lambda: self._redis.rpop(contract.QUEUE_INTERACTIVE), limit_s=10, what="a request is queued"
        )
        arguments = json.loads(base64.b64decode(json.loads(message)["body"]))[0]
        return contract.AnalysisRequest.from_json(arguments[0])

    def say_running(self, request: contract.AnalysisRequest) -> None:
        running = contract.RunningUnit(
            analysis_id=request.analysis_id,
            attempt=request.attempt,
            unit=request.unit,
            position_s=0.0,
            duration_s=3.0,
        )
        self._send(contract.TASK_WORKER_HEARTBEAT, heartbeat(running))

    def answer(self, request: contract.AnalysisRequest) -> None:
        result = unit_result(request.analysis_id, request.attempt, request.unit)
        self._send(contract.TASK_STORE_UNIT, result)

    def _send(self, task: str, message: contract.Message) -> None:
        self._app.send_task(task, args=[message.to_json()], queue=contract.QUEUE_RESULTS, ignore_result=True)
