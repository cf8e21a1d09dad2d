"""The Redis cache with one connection pool for the whole process."""

from __future__ import annotations

from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient


class SharedRedisCache(RedisCache):
    """Django makes a cache object for each thread, and under ASGI each request has a thread of its own: without
    this, every request that counts something would open a connection to Redis. The client is safe to share."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._address = server

    @property
    def _cache(self) -> RedisCacheClient:
        if self._address not in _CLIENTS:
            _CLIENTS[self._address] = RedisCacheClient([self._address])
        return _CLIENTS[self._address]


_CLIENTS: dict[str, RedisCacheClient] = {}
