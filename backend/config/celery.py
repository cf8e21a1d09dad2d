"""The backend's Celery app: the results worker and beat. Work for inference workers is sent by name only."""

from __future__ import annotations

import logging.config
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_init
from django.conf import settings

from backend.realtime import publisher

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings.embedded")

app = Celery("backend")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def keep_a_loop_for_push(**_: Any) -> None:
    """A worker of this app has no event loop of its own."""
    publisher.use_own_loop()


@setup_logging.connect
def use_django_logging(**_: Any) -> None:
    """Keep Celery from replacing our log format."""
    logging.config.dictConfig(settings.LOGGING)
