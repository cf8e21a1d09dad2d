"""What waits to be sent to one client. Bounded, however slowly it reads."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable

from backend.live.errors import SlowReaderError
from backend.live.messages import ServerMessage

MOST_WAITING = 1000
SEND_LIMIT_S = 20.0
"""A client that takes nothing for so long is taken for gone."""


class Outbox:
    """Keeps the order. Of one utterance, of acknowledgements and of states only the newest waits."""

    def __init__(self) -> None:
        self._waiting: dict[str, ServerMessage] = {}
        self._news = asyncio.Event()
        self._count = 0

    def put(self, message: ServerMessage) -> None:
        """Raises `SlowReaderError` when too much waits."""
        self._count += 1
        kind = message["type"]
        if message["type"] == "caption":
            key = message["utterance"]
        else:
            key = kind if kind in ("ack", "speaking", "overload") else str(self._count)
        self._waiting[key] = message
        if len(self._waiting) > MOST_WAITING:
            raise SlowReaderError("This device does not take the captions. Connect again.")
        self._news.set()

    async def pump(self, send: Callable[[str], Awaitable[None]]) -> None:
        """Send for ever. Raises `SlowReaderError`."""
        while True:
            await self._news.wait()
            self._news.clear()
            await self.drain(send)

    async def drain(self, send: Callable[[str], Awaitable[None]]) -> None:
        """Send what waits now."""
        while self._waiting:
            message = self._waiting.pop(next(iter(self._waiting)))
            try:
                # Not `wait_for`: before Python 3.12 it may swallow being cancelled.
                async with asyncio.timeout(SEND_LIMIT_S):
                    await send(json.dumps(message, ensure_ascii=False))
            except TimeoutError:
                raise SlowReaderError("This device does not take the captions. Connect again.") from None
