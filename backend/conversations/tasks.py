"""Scheduled tasks. Each calls one service."""

from __future__ import annotations

from celery import shared_task

from backend.conversations.file_deletion import files_delete_waiting


@shared_task(name="conversations.delete_files")
def delete_files() -> None:
    files_delete_waiting()
