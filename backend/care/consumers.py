"""`/ws/care/<link>`: tells a caregiver's open page that what it shows is out of date, for as long as the link is open.

No content goes over this socket, only that there is something new in a shared conversation: the page asks for it over
REST, where scopes are checked and looks are logged. The link is read anew before each push.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from backend.accounts.models import User
from backend.care.selectors.links import sight_of_caregiver
from backend.care.services.telling import watchers_group
from backend.care.sight import Sight
from backend.core import metrics
from backend.core.errors import NotFoundError
from backend.realtime.consumers import CLOSE_NOT_AUTHENTICATED, PONG, cancelled, is_ping, is_signed_in
from backend.realtime.events import CareStale, CareWatching
from backend.realtime.publisher import group_of

CLOSE_NOT_SHARED = 4403
"""The link is not open, or is no link of this person: it is the same for both."""
CHECK_S = 5.0
"""A socket outlives its session or the link's end date by this much at most."""
_TELL_OF = frozenset(
    {
        "recording.changed",
        "utterances.stored",
        "utterances.changed",
        "emotion.changed",
        "conversation.changed",
    }
)


class WatchConsumer(AsyncWebsocketConsumer):
    watch: asyncio.Task[None] | None = None
    is_counted = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Leaves nothing behind, however the connection ends: `disconnect` is not called after an error."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await cancelled(self.watch)
            if self.is_counted:
                metrics.sockets.labels("care").dec()

    async def connect(self) -> None:
        self.user, self.link_id = self.scope["user"], self.scope["url_route"]["kwargs"]["link_id"]
        self.groups_joined: list[str] = []
        await self.accept()
        if not self.user.is_authenticated:
            await self.close(CLOSE_NOT_AUTHENTICATED)
            return
        sight = await _sight(self.user, self.link_id)
        if sight is None:
            await self.close(CLOSE_NOT_SHARED)
            return
        self.is_counted = True
        metrics.sockets.labels("care").inc()
        for group in (watchers_group(self.link_id), group_of(sight.owner.pk)):
            await self.channel_layer.group_add(group, self.channel_name)
            self.groups_joined.append(group)
        # Looked at again: the link may have been ended before the groups were joined.
        await self.look_again({})
        self.watch = asyncio.create_task(self._close_when_over())

    async def disconnect(self, code: int) -> None:
        for group in getattr(self, "groups_joined", []):
            await self.channel_layer.group_discard(group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if is_ping(text_data):
            await self.send(json.dumps(PONG))

    async def look_again(self, _: dict[str, Any]) -> None:
        """The owner changed, paused or ended the link."""
        sight = await _sight(self.user, self.link_id)
        if sight is None:
            await self.close(CLOSE_NOT_SHARED)
            return
        watching: CareWatching = {"type": "care.watching", "scopes": sorted(sight.scopes)}
        await self.send(json.dumps(watching))

    async def push(self, message: dict[str, Any]) -> None:
        """An event of the owner. Only that there is news of a shared conversation goes on; everything else stops
        here, also what later versions push."""
        event = json.loads(message["text"])
        if event["type"] not in _TELL_OF:
            return
        conversation_id = _conversation_of(event)
        sight = await _sight(self.user, self.link_id)
        if sight is None:
            await self.close(CLOSE_NOT_SHARED)
        elif await database_sync_to_async(sight.shares)(uuid.UUID(conversation_id)):
            stale: CareStale = {"type": "care.stale", "conversation_id": conversation_id}
            await self.send(json.dumps(stale))

    async def _close_when_over(self) -> None:
        while True:
            await asyncio.sleep(CHECK_S)
            if not await database_sync_to_async(is_signed_in)(self.scope["session"].session_key):
                await self.close(CLOSE_NOT_AUTHENTICATED)
                return
            if await _sight(self.user, self.link_id) is None:
                await self.close(CLOSE_NOT_SHARED)
                return


@database_sync_to_async
def _sight(user: User, link_id: uuid.UUID) -> Sight | None:
    try:
        return sight_of_caregiver(caregiver=user, link_id=link_id)
    except NotFoundError:
        return None


def _conversation_of(event: dict[str, Any]) -> str:
    if "conversation" in event:
        return str(event["conversation"]["id"])
    return str(event.get("conversation_id") or event["recording"]["conversation_id"])
