"""Scheduled tasks. Each calls one service."""

from __future__ import annotations

from celery import shared_task

from backend.privacy.services import retention


@shared_task(name="privacy.retention")
def run_retention() -> None:
    retention.retention_run()
