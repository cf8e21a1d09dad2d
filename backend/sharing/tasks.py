"""Celery tasks of the results worker."""

from __future__ import annotations

from celery import shared_task

from backend.sharing.services import links


@shared_task(name="sharing.sweep")
def sweep() -> None:
    links.links_sweep()
