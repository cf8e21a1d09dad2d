"""Who may open a websocket: a page of our own origin with its session cookie, or an app with its token."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from allauth.headless.internal.sessionkit import authenticate_by_x_session_token
from channels.db import database_sync_to_async
from django.contrib.auth.models import AnonymousUser

from backend.realtime.connection_limit import CLOSE_TRY_LATER, may_connect
from backend.realtime.origin import is_own_page

App = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


class SessionTokenOrSameOrigin:
    """A browser cannot set `X-Session-Token` on a websocket, so a request with it is no foreign page: the origin
    is checked for all others."""

    def __init__(self, cookie_app: App, token_app: App) -> None:
        self._token_app = token_app
        self._cookie_app = cookie_app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        headers = dict(scope["headers"])
        token = headers.get(b"x-session-token")
        if token is None and not is_own_page(headers):
            await send({"type": "websocket.close"})
            return
        address = (scope.get("client") or ("",))[0]
        if not await database_sync_to_async(may_connect)(address):
            # Accepted first, so that a browser sees the code.
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": CLOSE_TRY_LATER})
            return
        if token is None:
            await self._cookie_app(scope, receive, send)
            return
        found = await database_sync_to_async(authenticate_by_x_session_token)(token.decode("latin-1"))
        user, session = found or (AnonymousUser(), None)
        await self._token_app({**scope, "user": user, "session": session}, receive, send)
