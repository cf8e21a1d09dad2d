"""Celery tasks of the results worker. Each parses its payload and calls one service."""

from __future__ import annotations

import logging
from typing import Any

from celery import shared_task
from django.db import InterfaceError, OperationalError

from backend.core import log_context
from backend.live.services import sweeping, utterances
from inference_worker import contract

logger = logging.getLogger(__name__)


@shared_task(
    name=contract.TASK_STORE_HEARD,
    autoretry_for=(OperationalError, InterfaceError),
    retry_backoff=True,
    max_retries=10,
)
def store_heard(payload: dict[str, Any]) -> None:
    try:
        result = contract.LiveResult.from_json(payload)
    except contract.ContractError as error:
        logger.error("dropped a message that does not fit the contract: %s", error)
        return
    with log_context.bound(stream=result.stream_id, utterance=result.utterance):
        utterances.heard_take(result=result)


@shared_task(name="live.sweep")
def sweep() -> None:
    sweeping.sweep()
