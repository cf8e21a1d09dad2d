"""The only module that pushes to clients."""

from __future__ import annotations

import json
import logging
import uuid

import redis.exceptions
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.core.serializers.json import DjangoJSONEncoder

from backend.realtime.events import Publishable

logger = logging.getLogger(__name__)


def group_of(owner_id: uuid.UUID) -> str:
    """The group that all sockets of this person are in."""
    return f"user.{owner_id.hex}"


def publish(owner_id: uuid.UUID, event: Publishable) -> None:
    """Push `event` to every open socket of a person.

    Never raises for a channel layer that is away: what is lost here the client fetches over REST.
    """
    message = {"type": "push", "text": json.dumps(event, cls=DjangoJSONEncoder, ensure_ascii=False)}
    try:
        async_to_sync(get_channel_layer().group_send)(group_of(owner_id), message)
    except (redis.exceptions.RedisError, OSError) as error:
        logger.warning("an event was not pushed: %s", error)
