"""`/ws/events`: one person's events."""

from __future__ import annotations

import json
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from backend.accounts.models import User
from backend.realtime.events import Hello, Pong
from backend.realtime.publisher import group_of

CLOSE_NOT_AUTHENTICATED = 4401


class EventsConsumer(AsyncWebsocketConsumer):
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

    async def disconnect(self, code: int) -> None:
        if hasattr(self, "group"):
            await self.channel_layer.group_discard(self.group, self.channel_name)

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


@database_sync_to_async
def _revision(user: User) -> int:
    return User.objects.values_list("revision", flat=True).get(pk=user.pk)
