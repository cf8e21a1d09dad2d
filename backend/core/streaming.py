"""Answers that are made while they are sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator
from concurrent.futures import ThreadPoolExecutor

from django.db import connections


async def in_own_thread(blocks: Generator[bytes, None, None]) -> AsyncIterator[bytes]:
    """`blocks`, each made when the one before has been sent.

    In one thread of its own: a cursor of the database belongs to a thread, and nobody else waits meanwhile. (Django
    reads a plain generator to its end, into memory, before it sends anything.)
    """
    loop = asyncio.get_running_loop()
    executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="streaming")
    try:
        while (block := await loop.run_in_executor(executor, next, blocks, None)) is not None:
            yield block
    finally:
        # Also when the client has gone: what is open is closed by the thread that opened it.
        executor.submit(_close, blocks)
        executor.shutdown(wait=False)


def _close(blocks: Generator[bytes, None, None]) -> None:
    try:
        blocks.close()
    finally:
        connections.close_all()
