"""The task: one unit in, one result or one failure out. Nothing that a recording does ends the worker."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from celery import Celery

from inference_worker import log_context, metrics, tracing
from inference_worker.adapting import AdaptationRunner
from inference_worker.contract import (
    TASK_ADAPT_EMOTION,
    TASK_ANALYZE_UNIT,
    AnalysisRequest,
    ContractError,
    UnitFailure,
    UnitResult,
    unit_of,
)
from inference_worker.crash_marks import CrashMarks, UnitInWorkError
from inference_worker.errors import (
    ContractMismatchError,
    InferenceError,
    InferenceFailedError,
    OutOfMemoryError,
)
from inference_worker.pipeline import UnitControl, analyze_unit
from inference_worker.registry import Registry
from inference_worker.results import ResultSender
from inference_worker.running import RunningUnits
from inference_worker.storage import AudioStorage

logger = logging.getLogger(__name__)

GPU_OUT_OF_MEMORY = "OutOfMemoryError"
"""Name of torch's exception, which is not imported here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRunner:
    """Everything that a unit needs."""

    registry: Registry
    storage: AudioStorage
    marks: CrashMarks
    running: RunningUnits
    sender: ResultSender
    stopping: threading.Event
    """Set when the worker is told to stop: units then return what they have."""
    soft_limit_s: float

    def run(self, payload: object, headers: Mapping[str, Any] | None = None) -> None:
        """Do the unit of `payload` (an `AnalysisRequest` as JSON) and send what became of it.

        `headers` of its message: whose trace it belongs to.
        """
        with tracing.span("unit", "CONSUMER", parent=headers) as span:
            self._run(payload, span)

    def _run(self, payload: object, span: Any) -> None:
        try:
            request = AnalysisRequest.from_json(payload)
        except ContractError as error:
            logger.error("a request cannot be read: %s", error)
            self._refuse(payload, error)
            return
        with log_context.bound(request):
            outcome = self._outcome(request)
            if outcome is None:
                return
            _describe(span, request, outcome)
            if isinstance(outcome, UnitResult):
                self.sender.result(outcome)
            else:
                self.sender.failure(outcome)

    def _outcome(self, request: AnalysisRequest) -> UnitResult | UnitFailure | None:
        """None: another copy of the message is in work, and will have one."""
        try:
            with (
                self.marks.unit(request),
                self.running.unit(request) as report,
                self.storage.audio(request) as audio_path,
                self.registry.using() as engines,
            ):
                control = UnitControl(
                    should_stop=self.stopping.is_set, progress=report, soft_limit_s=self.soft_limit_s
                )
                result = analyze_unit(request, engines, audio_path, control)
        except InferenceError as error:
            metrics.units.labels(error.code).inc()
            logger.warning("failed with %s: %s", error.code, error)
            return _failure(request, error)
        except UnitInWorkError:
            logger.warning("a copy of the message of a unit that is in work is dropped")
            return None
        except Exception as error:  # The boundary: whatever a recording does, the worker lives on.
            logger.exception("failed unexpectedly")
            unexpected = _unexpected(error)
            metrics.units.labels(unexpected.code).inc()
            return _failure(request, unexpected)
        _count(result)
        logger.info(
            "done from %.1f to %.1f of %.1f s, %d utterances, decoding %.2f s, inference %.2f s",
            result.start_s,
            result.processed_until_s,
            result.duration_s,
            len(result.utterances),
            result.decode_s,
            result.inference_s,
        )
        return result

    def _refuse(self, payload: object, error: ContractError) -> None:
        """Tell the backend which analysis it was, if the payload says so much."""
        ids = unit_of(payload)
        if ids is None:
            return
        analysis_id, attempt, unit = ids
        mismatch = ContractMismatchError(
            "Backend and worker are of different versions; update both to the same one.", detail=str(error)
        )
        self.sender.failure(
            UnitFailure(
                analysis_id=analysis_id,
                attempt=attempt,
                unit=unit,
                code=mismatch.code,
                message=mismatch.message,
                retryable=mismatch.retryable,
                data=mismatch.data,
            )
        )


def register(app: Celery, runner: UnitRunner) -> None:
    """Make `runner` answer the task `inference.analyze_unit`."""

    @app.task(name=TASK_ANALYZE_UNIT, bind=True, acks_late=True, ignore_result=True)
    def analyze_unit_task(task: Any, payload: dict[str, Any]) -> None:
        runner.run(payload, task.request.headers)


def register_adaptation(app: Celery, runner: AdaptationRunner) -> None:
    """Make `runner` answer the task `inference.adapt_emotion`."""

    @app.task(name=TASK_ADAPT_EMOTION, acks_late=True, ignore_result=True)
    def adapt_emotion_task(payload: dict[str, Any]) -> None:
        runner.run(payload)


def _describe(span: Any, request: AnalysisRequest, outcome: UnitResult | UnitFailure) -> None:
    if span is None:
        return
    span.set_attribute("analysis", request.analysis_id)
    span.set_attribute("unit", request.unit)
    span.set_attribute("attempt", request.attempt)
    span.set_attribute("outcome", "done" if isinstance(outcome, UnitResult) else outcome.code)
    if isinstance(outcome, UnitResult):
        span.set_attribute("audio_s", outcome.processed_until_s - outcome.start_s)
        span.set_attribute("decode_s", outcome.decode_s)
        span.set_attribute("inference_s", outcome.inference_s)


def _count(result: UnitResult) -> None:
    metrics.units.labels("done").inc()
    metrics.audio.inc(max(0.0, result.processed_until_s - result.start_s))
    metrics.stage.labels("decoding").observe(result.decode_s)
    metrics.stage.labels("inference").observe(result.inference_s)


def _failure(request: AnalysisRequest, error: InferenceError) -> UnitFailure:
    return UnitFailure(
        analysis_id=request.analysis_id,
        attempt=request.attempt,
        unit=request.unit,
        code=error.code,
        message=error.message,
        retryable=error.retryable,
        data=error.data,
    )


def _unexpected(error: Exception) -> InferenceError:
    if isinstance(error, MemoryError) or type(error).__name__ == GPU_OUT_OF_MEMORY:
        return OutOfMemoryError("The inference machine ran out of memory; try again later.")
    return InferenceFailedError(
        "The recording could not be analysed; try again, and report it if it happens again.",
        error=type(error).__name__,
    )
