"""Composition root: settings, URLs, ASGI and Celery entry points."""

from backend.config.celery import app as celery_app

__all__ = ["celery_app"]
