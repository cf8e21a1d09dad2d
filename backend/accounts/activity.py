"""Notes when a device was last used, for the list of devices."""

from __future__ import annotations

import logging
from collections.abc import Callable
from hashlib import sha256

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

NOTED_EVERY_S = 300


class DeviceActivity:
    """Middleware. Takes the place of allauth's, which writes a row in each request: under SQLite a lock on the
    whole database and a sync to the disk, for a time that people read to the minute at most."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.session.session_key and request.user.is_authenticated and _is_news(request):
            UserSession.objects.create_from_request(request)
        return self._get_response(request)


def _is_news(request: HttpRequest) -> bool:
    """True once in `NOTED_EVERY_S`, and at once when the same session comes from elsewhere."""
    where = f"{get_adapter().get_client_ip(request)} {request.headers.get('User-Agent', '')}"
    key = sha256(f"{request.session.session_key} {where}".encode()).hexdigest()
    try:
        return cache.add(f"seen:{key}", 1, timeout=NOTED_EVERY_S)
    except RedisError as error:
        logger.warning("it is not noted when devices were used: %s", error)
        return False
