"""`/ws/events`: one person's events."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

from allauth.headless.internal.sessionkit import session_store
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from backend.accounts.models import User
from backend.core import metrics
from backend.realtime.events import Hello, Pong
from backend.realtime.publisher import group_of

CLOSE_NOT_AUTHENTICATED = 4401
SESSION_CHECK_S = 15.0
"""A socket outlives its session by this much at most."""


class EventsConsumer(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        user = self.scope["user"]
        await self.accept()
        if not user.is_authenticated:
            # Accepted first, so that a browser sees the code and does not try again for ever.
            await self.close(CLOSE_NOT_AUTHENTICATED)
            return
        self.group = group_of(user.pk)
        metrics.sockets.inc()
        # Joined before the revision is read: what changes in between is pushed, not missed.
        await self.channel_layer.group_add(self.group, self.channel_name)
        hello: Hello = {"type": "hello", "revision": await _revision(user)}
        await self.send(json.dumps(hello))
        self.session_watch = asyncio.create_task(self._close_when_signed_out())

    async def disconnect(self, code: int) -> None:
        if hasattr(self, "group"):
            metrics.sockets.dec()
            await self.channel_layer.group_discard(self.group, self.channel_name)
        if hasattr(self, "session_watch"):
            self.session_watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.session_watch

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        try:
            message = json.loads(text_data or "")
        except ValueError:
            return
        if isinstance(message, dict) and message.get("type") == "ping":
            pong: Pong = {"type": "pong"}
            await self.send(json.dumps(pong))

    async def push(self, message: dict[str, Any]) -> None:
        """An event that `publisher.publish` sent."""
        await self.send(message["text"])

    async def _close_when_signed_out(self) -> None:
        """Whoever signs a device out expects it to hear nothing more."""
        while await database_sync_to_async(is_signed_in)(self.scope["session"].session_key):
            await asyncio.sleep(SESSION_CHECK_S)
        await self.close(CLOSE_NOT_AUTHENTICATED)


def is_signed_in(session_key: str) -> bool:
    return bool(session_store().exists(session_key))


@database_sync_to_async
def _revision(user: User) -> int:
    return User.objects.values_list("revision", flat=True).get(pk=user.pk)
