"""Refuses large bodies of people who are not signed in before anything of them reaches the disk."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie

from allauth.headless.internal.sessionkit import authenticate_by_x_session_token
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from backend.config.body_limit import App, Receive, Scope, Send, refuse

SMALL_BODY_BYTES = 64 * 1024
"""What forms and JSON need: not worth a look at the database."""


class EarlySignIn:
    """ASGI middleware. Only says no to nobody: who may do what is decided by the views, as ever."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _is_large(scope) and not await sync_to_async(_is_signed_in)(scope):
            await refuse(
                receive,
                send,
                status=401,
                code="not_authenticated",
                title="Not signed in",
                detail="Sign in, then send it again.",
            )
            return
        await self._app(scope, receive, send)


def _is_large(scope: Scope) -> bool:
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return not length.isdigit() or int(length) > SMALL_BODY_BYTES


def _is_signed_in(scope: Scope) -> bool:
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    token = headers.get(b"x-session-token")
    if token is not None and authenticate_by_x_session_token(token) is not None:
        return True
    try:
        cookie = SimpleCookie(headers.get(b"cookie", "")).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return False
    return cookie is not None and SESSION_KEY in SessionStore(cookie.value)
