"""The only module that pushes to clients."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import uuid
from collections.abc import Sequence
from typing import Any

import redis.exceptions
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.core.serializers.json import DjangoJSONEncoder

from backend.core import metrics
from backend.realtime.events import PublishedEvent

logger = logging.getLogger(__name__)

_SEND_LIMIT_S = 5.0
_own_loop: asyncio.AbstractEventLoop | None = None


def group_of(owner_id: uuid.UUID) -> str:
    """The group that all sockets of this person are in."""
    return f"user.{owner_id.hex}"


def publish(owner_id: uuid.UUID, *events: PublishedEvent) -> None:
    """Push `events` in this order to every open socket of a person.

    Never raises for a channel layer that is away: what is lost here the client fetches over REST.
    """
    messages = [
        {"type": "push", "text": json.dumps(event, cls=DjangoJSONEncoder, ensure_ascii=False)}
        for event in events
    ]
    try:
        if _own_loop is None:
            async_to_sync(_send)(owner_id, messages)
        else:
            asyncio.run_coroutine_threadsafe(_send(owner_id, messages), _own_loop).result(_SEND_LIMIT_S)
        metrics.pushes.labels("sent").inc(len(messages))
    except (redis.exceptions.RedisError, OSError, TimeoutError) as error:
        metrics.pushes.labels("dropped").inc(len(messages))
        logger.warning("%d events were not pushed: %s", len(events), error)


def use_own_loop() -> None:
    """For a process without an event loop, such as the results worker: keep one, and its connection to Redis,
    instead of making both anew for each event."""
    global _own_loop
    _own_loop = asyncio.new_event_loop()
    threading.Thread(target=_own_loop.run_forever, name="publisher", daemon=True).start()


async def _send(owner_id: uuid.UUID, messages: Sequence[dict[str, Any]]) -> None:
    layer = get_channel_layer()
    for message in messages:
        await layer.group_send(group_of(owner_id), message)
