"""Celery tasks of the results worker. Each parses its payload and calls one service."""

from __future__ import annotations

import logging
from typing import Any, TypeVar

from celery import shared_task
from django.db import DataError, IntegrityError, InterfaceError, OperationalError

from backend.analyses.services import adaptations, liveness, results
from backend.core import log_context, tracing
from inference_worker import contract

logger = logging.getLogger(__name__)
M = TypeVar("M", bound=contract.Message)

# A database that is away for a while must not cost a result: the message comes again.
_RETRY = {"autoretry_for": (OperationalError, InterfaceError), "retry_backoff": True, "max_retries": 10}


@shared_task(name=contract.TASK_STORE_UNIT, bind=True, **_RETRY)
def store_unit(task: Any, payload: dict[str, Any]) -> None:
    with tracing.span("store unit", "CONSUMER", parent=task.request.headers):
        _store(payload)


def _store(payload: dict[str, Any]) -> None:
    result = _parse(contract.UnitResult, payload)
    if result is None:
        _ask_again(payload)
        return
    with log_context.bound(analysis=result.analysis_id, unit=result.unit, attempt=result.attempt):
        try:
            results.unit_store(result=result)
        except (DataError, IntegrityError, ValueError) as error:
            logger.exception("a result cannot be stored")
            results.unit_fail(failure=_unstorable(result, error))


@shared_task(name=contract.TASK_FAIL_UNIT, bind=True, **_RETRY)
def fail_unit(task: Any, payload: dict[str, Any]) -> None:
    with tracing.span("fail unit", "CONSUMER", parent=task.request.headers):
        _fail(payload)


def _fail(payload: dict[str, Any]) -> None:
    failure = _parse(contract.UnitFailure, payload)
    if failure is None:
        return
    with log_context.bound(analysis=failure.analysis_id, unit=failure.unit, attempt=failure.attempt):
        results.unit_fail(failure=failure)


@shared_task(name=contract.TASK_WORKER_HEARTBEAT)
def worker_heartbeat(payload: dict[str, Any]) -> None:
    heartbeat = _parse(contract.WorkerHeartbeat, payload)
    if heartbeat is not None:
        liveness.worker_heartbeat(heartbeat=heartbeat)


@shared_task(name=contract.TASK_STORE_ADAPTATION, **_RETRY)
def store_adaptation(payload: dict[str, Any]) -> None:
    result = _parse(contract.AdaptationResult, payload)
    if result is not None:
        adaptations.adaptation_store(result=result)


@shared_task(name="analyses.adapt_emotion")
def adapt_emotion() -> None:
    adaptations.adaptations_ask()


@shared_task(name="analyses.sweep")
def sweep() -> None:
    liveness.sweep()


def _ask_again(payload: object) -> None:
    """A result that a worker of another version began before the backend was upgraded: its unit is done again."""
    ids = contract.unit_of(payload)
    if ids is None:
        return
    analysis_id, attempt, unit = ids
    with log_context.bound(analysis=analysis_id, unit=unit, attempt=attempt):
        results.unit_fail(
            failure=contract.UnitFailure(
                analysis_id=analysis_id,
                attempt=attempt,
                unit=unit,
                code=contract.CODE_MISMATCH,
                message="Backend and worker are of different versions; update both to the same one.",
                retryable=True,
                data={},
            )
        )


def _unstorable(result: contract.UnitResult, error: Exception) -> contract.UnitFailure:
    """A result that fits the contract but not the database: trying again would bring the same."""
    return contract.UnitFailure(
        analysis_id=result.analysis_id,
        attempt=result.attempt,
        unit=result.unit,
        code=contract.CODE_MISMATCH,
        message="Backend and worker do not fit together; update both to the same version.",
        retryable=False,
        data={"error": type(error).__name__},
    )


def _parse(message: type[M], payload: object) -> M | None:
    """None, with a log line, for a payload that another version or a stranger sent: it must not stop the queue."""
    try:
        return message.from_json(payload)
    except contract.ContractError as error:
        logger.error("dropped a message that does not fit the contract: %s", error)
        return None
