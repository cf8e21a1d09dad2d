"""However a websocket ends, the client is told with a code that it knows."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from redis.exceptions import RedisError

from backend.core.outages import DATABASE_OUTAGES

logger = logging.getLogger(__name__)

CLOSE_TRY_AGAIN = 4503
App = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


class ClearEndings:
    """ASGI middleware. While the database or Redis is away, sockets are closed with a code that says to come back.

    What is said to a socket after it was closed goes nowhere: an answer to what came meanwhile is no error.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        sent: set[str] = set()

        async def noting(event: dict[str, Any]) -> None:
            if "websocket.close" in sent:
                return
            try:
                await send(event)
            except RuntimeError:
                if "websocket.accept" not in sent:
                    raise
                # The server has closed it by itself: the client broke the protocol or went away.
                sent.add("websocket.close")
            sent.add(event["type"])

        try:
            await self._app(scope, receive, noting)
        except (*DATABASE_OUTAGES, RedisError) as error:
            logger.warning("a websocket is closed: %s", error)
            if "websocket.close" in sent:
                return
            # The client may be gone, too.
            with contextlib.suppress(OSError, RuntimeError):
                if "websocket.accept" not in sent:
                    await send({"type": "websocket.accept"})
                await send({"type": "websocket.close", "code": CLOSE_TRY_AGAIN})


async def nothing_here(_scope: dict[str, Any], receive: Any, send: Any) -> None:
    """An address at which nothing listens: refused before it is a websocket."""
    await receive()
    await send({"type": "websocket.close"})
