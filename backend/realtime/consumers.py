"""`/ws/events`: one person's events."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

from allauth.headless.internal.sessionkit import session_store
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from redis.exceptions import RedisError

from backend.accounts.models import User
from backend.core import metrics
from backend.core.outages import DATABASE_OUTAGES
from backend.realtime.events import Hello, Pong
from backend.realtime.publisher import group_of

CLOSE_NOT_AUTHENTICATED = 4401
LONGEST_PING = 1024
PONG: Pong = {"type": "pong"}
SESSION_CHECK_S = 15.0
"""A socket outlives its session by this much at most."""


class EventsConsumer(AsyncWebsocketConsumer):
    session_watch: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Leaves nothing behind, however the connection ends: `disconnect` is not called after an error."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await cancelled(self.session_watch)
            if self.session_watch is not None:
                metrics.sockets.labels("events").dec()

    async def connect(self) -> None:
        user = self.scope["user"]
        await self.accept()
        if not user.is_authenticated:
            # Accepted first, so that a browser sees the code and does not try again for ever.
            await self.close(CLOSE_NOT_AUTHENTICATED)
            return
        self.group = group_of(user.pk)
        # Joined before the revision is read: what changes in between is pushed, not missed.
        await self.channel_layer.group_add(self.group, self.channel_name)
        hello: Hello = {"type": "hello", "revision": await _revision(user)}
        await self.send(json.dumps(hello))
        metrics.sockets.labels("events").inc()
        self.session_watch = asyncio.create_task(self._close_when_signed_out())

    async def disconnect(self, code: int) -> None:
        if hasattr(self, "group"):
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if is_ping(text_data):
            await self.send(json.dumps(PONG))

    async def push(self, message: dict[str, Any]) -> None:
        """An event that `publisher.publish` sent."""
        await self.send(message["text"])

    async def _close_when_signed_out(self) -> None:
        """Whoever signs a device out expects it to hear nothing more."""
        while await database_sync_to_async(is_signed_in)(self.scope["session"].session_key):
            await asyncio.sleep(SESSION_CHECK_S)
        await self.close(CLOSE_NOT_AUTHENTICATED)


async def cancelled(task: asyncio.Task[None] | None) -> None:
    """End a task that watches. What became of it does not matter any more."""
    if task is None:
        return
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError, RuntimeError, RedisError, *DATABASE_OUTAGES):
        await task


def is_ping(text: str | None) -> bool:
    """Whatever else a client says to a socket that only listens, or at which length, is passed over."""
    if text is None or len(text) > LONGEST_PING:
        return False
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(message, dict) and message.get("type") == "ping"


def is_signed_in(session_key: str) -> bool:
    return bool(session_store().exists(session_key))


@database_sync_to_async
def _revision(user: User) -> int:
    return User.objects.values_list("revision", flat=True).get(pk=user.pk)
