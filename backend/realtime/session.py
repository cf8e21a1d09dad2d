"""Who may open a websocket: a page of our own origin with its session cookie, or an app with its token."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from allauth.headless.internal.sessionkit import authenticate_by_x_session_token
from channels.db import database_sync_to_async
from channels.security.websocket import AllowedHostsOriginValidator
from django.contrib.auth.models import AnonymousUser

App = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


class SessionTokenOrSameOrigin:
    """A browser cannot set `X-Session-Token` on a websocket, so a request with it is no foreign page: the origin
    is checked for all others."""

    def __init__(self, cookie_app: App, token_app: App) -> None:
        self._token_app = token_app
        self._cookie_app = AllowedHostsOriginValidator(cookie_app)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        token = dict(scope["headers"]).get(b"x-session-token")
        if token is None:
            await self._cookie_app(scope, receive, send)
            return
        found = await database_sync_to_async(authenticate_by_x_session_token)(token.decode("latin-1"))
        user, session = found or (AnonymousUser(), None)
        await self._token_app({**scope, "user": user, "session": session}, receive, send)
