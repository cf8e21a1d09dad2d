"""Who may open a websocket: a page of our own origin with its session cookie, or an app with its token.

A phone sends the token as `X-Session-Token`. A browser can set no header on a websocket, but it can offer protocols:
the app's web target offers `session-token` and the token behind it. It does not stand in the address, which is logged.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from allauth.headless.internal.sessionkit import authenticate_by_x_session_token
from channels.db import database_sync_to_async
from django.contrib.auth.models import AnonymousUser

from backend.realtime.connection_limit import CLOSE_TRY_LATER, may_connect
from backend.realtime.origin import is_own_page

APP_PROTOCOL = "session-token"
App = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


class SessionTokenOrSameOrigin:
    """A foreign page has no token, and its browser sends none by itself: only where a cookie counts is the origin
    checked."""

    def __init__(self, cookie_app: App, token_app: App) -> None:
        self._token_app = token_app
        self._cookie_app = cookie_app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        headers = dict(scope["headers"])
        offered = _offered_token(scope)
        header = headers.get(b"x-session-token")
        token = offered if header is None else header.decode("latin-1")
        if offered is not None:
            send = _answering(send)
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
        found = await database_sync_to_async(authenticate_by_x_session_token)(token)
        user, session = found or (AnonymousUser(), None)
        await self._token_app({**scope, "user": user, "session": session}, receive, send)


def _offered_token(scope: dict[str, Any]) -> str | None:
    offered = scope.get("subprotocols") or []
    return str(offered[1]) if len(offered) == 2 and offered[0] == APP_PROTOCOL else None


def _answering(send: Any) -> Any:
    """A browser closes a websocket whose server takes none of the offered protocols."""

    async def answer(event: dict[str, Any]) -> None:
        if event["type"] == "websocket.accept":
            event = {**event, "subprotocol": APP_PROTOCOL}
        await send(event)

    return answer
