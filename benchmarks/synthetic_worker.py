"""Stands in for the inference worker on a stack without one, so that only the backend's own cost is measured."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import redis
from celery import Celery

from backend.config.env import celery_broker_url
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
        heartbeat = contract.WorkerHeartbeat(
            worker="benchmark",
            boot_id="1",
            sent_at=time.time(),
            asr_engine="benchmark",
            emotion_engine="benchmark",
            running=(running,),
        )
        self._send(contract.TASK_WORKER_HEARTBEAT, heartbeat)

    def answer(self, request: contract.AnalysisRequest) -> None:
        words = tuple(
            contract.Word(text=text, start_s=0.4 * i, end_s=0.4 * i + 0.3, confidence=0.9)
            for i, text in enumerate(["you", "said", "it", "first", "yesterday"])
        )
        share = 1 / len(contract.EMOTION_LABELS)
        emotion = contract.EmotionEstimate(
            label="angry",
            confident=True,
            probabilities=dict.fromkeys(contract.EMOTION_LABELS, share),
            strength=0.8,
        )
        utterance = contract.Utterance(
            start_s=0.0,
            end_s=2.5,
            text="You said it first yesterday",
            words=words,
            confidence=0.9,
            language="en",
            emotion=emotion,
        )
        result = contract.UnitResult(
            analysis_id=request.analysis_id,
            attempt=request.attempt,
            unit=request.unit,
            start_s=0.0,
            processed_until_s=3.0,
            duration_s=3.0,
            is_last=True,
            utterances=(utterance,),
            asr_engine="benchmark",
            emotion_engine="benchmark",
            decode_s=0.1,
            inference_s=0.1,
        )
        self._send(contract.TASK_STORE_UNIT, result)

    def _send(self, task: str, message: contract.Message) -> None:
        self._app.send_task(task, args=[message.to_json()], queue=contract.QUEUE_RESULTS, ignore_result=True)
