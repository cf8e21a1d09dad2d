"""A Redis that is away costs no recording."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from celery import Celery
from django.core.cache.backends.redis import RedisCache
from kombu.exceptions import OperationalError

from backend.analyses import dispatch
from backend.analyses.models import Analysis
from backend.config.settings import queue
from backend.uploads.apis.recordings import UploadThrottle
from tests.conftest import CommittingClient

NOWHERE = "redis://127.0.0.1:1/0"


def test_an_upload_is_kept_when_the_throttle_cannot_count(
    owner_client: CommittingClient, upload: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UploadThrottle, "cache", RedisCache(NOWHERE, {}))
    assert upload(owner_client).status_code == 201


def test_a_queue_that_refuses_connections_is_an_operational_error() -> None:
    app = Celery("test", broker=NOWHERE, set_as_current=False)
    app.conf.task_publish_retry_policy = queue.celery(NOWHERE)["CELERY_TASK_PUBLISH_RETRY_POLICY"]
    with pytest.raises(OperationalError):
        app.send_task("x", queue="x")


def test_a_queue_that_cannot_be_asked_is_taken_as_full(
    analysis: Analysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = Celery("test", broker=NOWHERE, set_as_current=False)
    monkeypatch.setattr(dispatch, "current_app", app)
    assert dispatch.queue_length("interactive") == 1
