"""The backend's Celery app: the results worker and beat. Work for inference workers is sent by name only."""

from __future__ import annotations

import logging.config
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, task_postrun, task_prerun, worker_init
from django.conf import settings
from django.db import close_old_connections, connections

from backend.core import credit, tracing
from backend.realtime import publisher

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings.embedded")

credit.give_credit_back()
app = Celery("backend")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.CELERY_DB_REUSE_MAX = 2**62  # Celery would close every connection before and after each task
app.autodiscover_tasks()

_CONNECTION_MAX_AGE_S = 600


@worker_init.connect
def keep_a_loop_for_push(**_: Any) -> None:
    """A worker of this app has no event loop of its own."""
    publisher.use_own_loop()


@worker_init.connect
def serve_metrics(**_: Any) -> None:
    """Here, because no request of a visitor waits for this process."""
    # Django's models are ready only now.
    from backend.config import metrics  # noqa: PLC0415

    metrics.serve(with_state=True)


@worker_init.connect
def send_traces(**_: Any) -> None:
    tracing.start("results")


@worker_init.connect
def keep_database_connections(**_: Any) -> None:
    """A task finds the connection of the task before it open."""
    for connection in connections.all():
        connection.settings_dict["CONN_MAX_AGE"] = _CONNECTION_MAX_AGE_S
        connection.settings_dict["CONN_HEALTH_CHECKS"] = True


@task_prerun.connect
@task_postrun.connect
def drop_broken_connections(**_: Any) -> None:
    """What Django does around a request: a connection that broke, or is too old, is not used again."""
    close_old_connections()


@setup_logging.connect
def use_django_logging(**_: Any) -> None:
    """Keep Celery from replacing our log format."""
    logging.config.dictConfig(settings.LOGGING)
