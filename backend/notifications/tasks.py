"""Celery tasks of the results worker. Requests to other servers run beside it: captions must not wait for them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from celery import shared_task
from django.db import connection

from backend.notifications.services import outbox, receipts

logger = logging.getLogger(__name__)

AT_ONCE = 8
_room = threading.BoundedSemaphore(AT_ONCE)
_pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="notices")


@shared_task(name="notifications.outbox")
def run_outbox() -> None:
    outbox.outbox_run(start=_start)


@shared_task(name="notifications.receipts")
def run_receipts() -> None:
    _start(receipts.receipts_run)


def _start(work: Callable[[], None]) -> bool:
    if not _room.acquire(blocking=False):
        return False  # the rest is still due at the next run
    _pool.submit(_do, work)
    return True


def _do(work: Callable[[], None]) -> None:
    try:
        work()
    except Exception:
        logger.exception("a notice was not sent")
    finally:
        connection.close()
        _room.release()
