"""Scheduled tasks. Each calls one service."""

from __future__ import annotations

import logging

from celery import shared_task

from backend.conversations.file_deletion import files_delete_waiting
from backend.conversations.services import organising

logger = logging.getLogger(__name__)


@shared_task(name="conversations.delete_files")
def delete_files() -> None:
    files_delete_waiting()


@shared_task(name="conversations.empty_trash")
def empty_trash() -> None:
    count = organising.trash_empty()
    if count:
        logger.info("deleted %d conversations that had been in the trash long enough", count)
