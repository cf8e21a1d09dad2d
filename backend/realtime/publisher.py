"""The only module that pushes to clients."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import uuid
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, Literal

import redis.exceptions
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.core.serializers.json import DjangoJSONEncoder

from backend.core import metrics
from backend.realtime.events import PublishedEvent

logger = logging.getLogger(__name__)

LiveInbox = Literal["session", "viewers"]

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
    _run(_send_group(group_of(owner_id), messages), len(messages))


def publish_live(stream_id: uuid.UUID, inbox: LiveInbox, message: Mapping[str, Any]) -> None:
    """Send `message` to a live stream's `session` (who captions it) or `viewers` (who look on). Never raises for a
    channel layer that is away: finals are stored, and the rest comes anew."""
    layer_message = {"type": "live", "text": json.dumps(message, cls=DjangoJSONEncoder, ensure_ascii=False)}
    _run(_send_group(live_group_of(stream_id, inbox), [layer_message]), 1)


def live_group_of(stream_id: uuid.UUID, inbox: LiveInbox) -> str:
    return f"live.{inbox}.{stream_id.hex}"


def signal(group: str, handler: str) -> None:
    """Have the consumers of `group` run their method `handler`; it goes to no client. Never raises either."""
    _run(_send_group(group, [{"type": handler}]), 1)


def use_own_loop() -> None:
    """For a process without an event loop, such as the results worker: keep one, and its connection to Redis,
    instead of making both anew for each event."""
    global _own_loop
    _own_loop = asyncio.new_event_loop()
    threading.Thread(target=_own_loop.run_forever, name="publisher", daemon=True).start()


async def send_live(stream_id: uuid.UUID, inbox: LiveInbox, message: Mapping[str, Any]) -> None:
    """`publish_live` for a process that has an event loop."""
    layer_message = {"type": "live", "text": json.dumps(message, cls=DjangoJSONEncoder, ensure_ascii=False)}
    try:
        await _send_group(live_group_of(stream_id, inbox), [layer_message])
    except (redis.exceptions.RedisError, OSError, TimeoutError) as error:
        logger.warning("a live message was not pushed: %s", error)


def _run(sending: Coroutine[Any, Any, None], count: int) -> None:
    try:
        if _own_loop is None:
            async_to_sync(_wait_for)(sending)
        else:
            asyncio.run_coroutine_threadsafe(sending, _own_loop).result(_SEND_LIMIT_S)
        metrics.pushes.labels("sent").inc(count)
    except (redis.exceptions.RedisError, OSError, TimeoutError) as error:
        metrics.pushes.labels("dropped").inc(count)
        logger.warning("%d events were not pushed: %s", count, error)


async def _wait_for(sending: Coroutine[Any, Any, None]) -> None:
    await sending


async def _send_group(group: str, messages: Sequence[dict[str, Any]]) -> None:
    layer = get_channel_layer()
    for message in messages:
        await layer.group_send(group, message)
