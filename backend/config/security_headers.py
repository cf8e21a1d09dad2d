"""Content-Security-Policy and its kin for every answer that has none of its own.

Django 5.2 has no CSP. `django-csp` would give us nonces and settings for policies that differ by view; ours are two
constants without anything inline, which twenty lines of our own say more plainly than a dependency.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

POLICY = "Content-Security-Policy"
OF_THE_API = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
OF_THE_DOCS = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""The Swagger page carries a style of its own; it shows nothing but the schema."""
_DOCS = "/api/docs"


def of_the_web_client(request: HttpRequest) -> str:
    """Scripts, styles and fonts of our own only. `'self'` does not cover websockets in every browser."""
    host = request.get_host()
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data: blob:; "
        f"media-src 'self' blob:; connect-src 'self' ws://{host} wss://{host}; worker-src 'self'; "
        "manifest-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    )


class SecurityHeaders:
    """Django middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        response.headers.setdefault(POLICY, OF_THE_DOCS if request.path == _DOCS else OF_THE_API)
        response.headers.setdefault("Permissions-Policy", "microphone=(), camera=(), geolocation=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
