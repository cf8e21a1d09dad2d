"""How often one address may open websockets. A client that tries again and again waits longer each time anyway."""

from __future__ import annotations

import logging
import time

from django.core.cache import cache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

PER_MINUTE = 120
"""A ward behind one address reconnects together when the server was away."""
CLOSE_TRY_LATER = 4429


def may_connect(address: str) -> bool:
    """Counts. Lets everybody in when Redis, which counts, is away."""
    key = f"sockets:{address}:{int(time.time() // 60)}"
    try:
        cache.add(key, 0, timeout=120)
        return int(cache.incr(key)) <= PER_MINUTE
    except (RedisError, ValueError) as error:
        logger.warning("websockets are not counted: %s", error)
        return True
