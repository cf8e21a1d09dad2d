"""Refuses large bodies of people who are not signed in before anything of them reaches the disk."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from http.cookies import CookieError, SimpleCookie

from allauth.headless.internal.sessionkit import authenticate_by_x_session_token
from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from backend.config.body_limit import App, Receive, Scope, Send, refuse
from backend.core import outages
from backend.core.errors import ProblemError

logger = logging.getLogger(__name__)

SMALL_BODY_BYTES = 64 * 1024
"""What forms and JSON need: not worth a look at the database."""


_THREADS = ThreadPoolExecutor(4, thread_name_prefix="early-sign-in")
"""Not the one thread that all sockets share: a crowd of uploads would hold up live captions."""


class NotSignedInError(ProblemError):
    status = 401
    code = "not_authenticated"
    title = "Not signed in"


class EarlySignIn:
    """ASGI middleware. Only says no to nobody: who may do what is decided by the views, as ever."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        problem = await _problem(scope) if scope["type"] == "http" and _is_large(scope) else None
        if problem is None:
            await self._app(scope, receive, send)
            return
        await refuse(
            receive,
            send,
            status=problem.status,
            code=problem.code,
            title=problem.title,
            detail=problem.detail,
        )


async def _problem(scope: Scope) -> ProblemError | None:
    """Why the body is not taken. The connection to the database is looked at each time: one that is just kept would be
    used for ever, also when the database has been restarted meanwhile."""
    try:
        in_a_thread = database_sync_to_async(_is_signed_in, thread_sensitive=False, executor=_THREADS)
        if await in_a_thread(scope):
            return None
    except outages.DATABASE_OUTAGES as error:
        logger.warning("it cannot be said who sends a large body: %s", error)
        return outages.problem_of(error)
    return NotSignedInError("Sign in, then send it again.")


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
