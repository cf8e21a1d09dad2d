"""`/healthz`: this process answers. `/readyz`: everything it needs is there, each part named."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET
from redis.exceptions import RedisError

from backend.analyses import selectors

logger = logging.getLogger(__name__)


@require_GET
def healthz(_: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@require_GET
def readyz(_: HttpRequest) -> JsonResponse:
    parts = {name: _status(name, check) for name, check in _CHECKS.items()}
    is_ready = all(status == "ok" for status in parts.values())
    response = JsonResponse(
        {"status": "ok" if is_ready else "unavailable", "parts": parts}, status=200 if is_ready else 503
    )
    # Django would log every 503 as an error; here it is an answer, and whoever asks knows what to do with it.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def _status(name: str, check: Callable[[], str]) -> str:
    try:
        return check()
    except (DatabaseError, RedisError, OSError) as error:
        logger.warning("not ready: %s: %s", name, error)
        return "unavailable"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _redis() -> str:
    key = f"readyz-{uuid.uuid4().hex}"
    cache.set(key, 1, timeout=5)
    return "ok" if cache.get(key) == 1 else "unavailable"


def _storage() -> str:
    name = default_storage.save(f"readyz/{uuid.uuid4().hex}", ContentFile(b"ok"))
    default_storage.delete(name)
    return "ok"


def _inference_worker() -> str:
    if selectors.live_workers().exists():
        return "ok"
    return f"no worker has been heard of for {settings.ENVIRONMENT.worker_silent_s:g} s"


_CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "redis": _redis,
    "storage": _storage,
    "inference_worker": _inference_worker,
}
