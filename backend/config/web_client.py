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
    page = _page()
    if page is None:
        return HttpResponse(_NOT_BUILT, status=503, content_type="text/plain")
    response = HttpResponse(page)
    response[POLICY] = of_the_web_client(request)
    response["Permissions-Policy"] = "microphone=(self), camera=(), geolocation=()"
    response["Cache-Control"] = "no-cache"
    return response


@cache
def _page() -> bytes | None:
    try:
        return (settings.WEB_CLIENT_DIR / "index.html").read_bytes()
    except FileNotFoundError:
        return None
