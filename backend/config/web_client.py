"""The page that loads the web client. Every address that is not the API's is a screen of it."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from backend.config.security_headers import POLICY, of_the_web_client

_NOT_BUILT = "The web client is not built. Run: make install"


@require_safe
@ensure_csrf_cookie
def web_client(request: HttpRequest, path: str = "") -> HttpResponse:
    page = _file("index.html")
    if page is None:
        return HttpResponse(_NOT_BUILT, status=503, content_type="text/plain")
    response = HttpResponse(page)
    response[POLICY] = of_the_web_client(request)
    response["Permissions-Policy"] = "microphone=(self), camera=(), geolocation=()"
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def push_worker(_: HttpRequest) -> HttpResponse:
    """The script that shows notices while no page is open: only from the root may it speak for all pages."""
    script = _file("push-worker.js")
    if script is None:
        return HttpResponse(_NOT_BUILT, status=404, content_type="text/plain")
    return HttpResponse(script, content_type="text/javascript", headers={"Cache-Control": "no-cache"})


@cache
def _file(name: str) -> bytes | None:
    try:
        return bytes((settings.WEB_CLIENT_DIR / name).read_bytes())
    except FileNotFoundError:
        return None
