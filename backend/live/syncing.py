"""Brings the sound of all streams of a process to the disk: one thread, one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from backend.live.errors import StorageFullError
from backend.live.spool import Spool


class Syncer:
    """Who asks while the disk is at work is in its next round, together with all others who asked."""

    def __init__(self) -> None:
        self._asked: dict[Spool, asyncio.Future[None]] = {}
        self._round: asyncio.Task[None] | None = None

    async def sync(self, spool: Spool) -> None:
        """Return when what `spool` held is on the disk. Raises what `Spool.sync` raises."""
        done = self._asked.get(spool)
        if done is None:
            done = self._asked[spool] = asyncio.get_running_loop().create_future()
            # Looked at, so that it is not reported when nobody waits any more.
            done.add_done_callback(lambda future: future.cancelled() or future.exception())
        if self._round is None:
            self._round = asyncio.create_task(self._work())
        # Shielded: one stream that ends takes nothing from another that waits for the same file.
        await asyncio.shield(done)

    async def _work(self) -> None:
        try:
            # Everybody whose clock is due now asks before the first round begins.
            await asyncio.sleep(0)
            while self._asked:
                asked, self._asked = self._asked, {}
                errors = await asyncio.to_thread(_sync_all, list(asked))
                for done, error in zip(asked.values(), errors, strict=True):
                    if done.cancelled():
                        continue
                    if error is None:
                        done.set_result(None)
                    else:
                        done.set_exception(error)
        finally:
            self._round = None


def _sync_all(spools: Sequence[Spool]) -> list[Exception | None]:
    errors: list[Exception | None] = []
    for spool in spools:
        try:
            spool.sync()
        except (StorageFullError, OSError) as error:
            errors.append(error)
        else:
            errors.append(None)
    return errors
