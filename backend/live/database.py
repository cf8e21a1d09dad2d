"""The database for websockets that stay open for hours: a few threads of their own, which find their connections open.

Channels does everything in one thread for the whole process: one stream that stores its sound would keep all others
from cutting.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar, cast

from channels.db import DatabaseSyncToAsync

P = ParamSpec("P")
R = TypeVar("R")

SHORT_THREADS, LONG_THREADS = 4, 2


_short = ThreadPoolExecutor(SHORT_THREADS, thread_name_prefix="live-database")
_long = ThreadPoolExecutor(LONG_THREADS, thread_name_prefix="live-storage")


def in_database(function: Callable[P, R]) -> Callable[P, Coroutine[Any, Any, R]]:
    """`function`, which asks the database and is done soon, for an event loop."""
    return _in(_short, function)


def in_storage(function: Callable[P, R]) -> Callable[P, Coroutine[Any, Any, R]]:
    """`function`, which writes files and may take minutes, for an event loop."""
    return _in(_long, function)


def _in(pool: ThreadPoolExecutor, function: Callable[P, R]) -> Callable[P, Coroutine[Any, Any, R]]:
    wrapped = DatabaseSyncToAsync(function, thread_sensitive=False, executor=pool)
    return cast("Callable[P, Coroutine[Any, Any, R]]", wrapped)
