"""Celery tasks of the results worker."""

from __future__ import annotations

from celery import shared_task

from backend.uploads.services import sweeping


@shared_task(name="uploads.sweep")
def sweep() -> None:
    sweeping.uploads_sweep()
