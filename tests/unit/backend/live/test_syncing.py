"""Sound comes to the disk: one thread for all streams, and each learns of its own errors."""

from __future__ import annotations

import asyncio
import errno
import os
import threading
from pathlib import Path

import pytest

from backend.live.errors import StorageFullError
from backend.live.spool import Spool
from backend.live.syncing import Syncer


@pytest.fixture
def spools(tmp_path: Path) -> list[Spool]:
    found = [Spool(tmp_path / f"{number}.pcm") for number in range(3)]
    for spool in found:
        spool.append(b"abcd")
    return found


async def test_who_asks_together_is_synced_together(
    spools: list[Spool], monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []
    monkeypatch.setattr(os, "fdatasync", lambda _: threads.append(threading.current_thread()))
    calls = 0
    to_thread = asyncio.to_thread

    async def counted(*arguments: object) -> object:
        nonlocal calls
        calls += 1
        return await to_thread(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(asyncio, "to_thread", counted)
    syncer = Syncer()
    await asyncio.gather(*(syncer.sync(spool) for spool in [*spools, spools[0]]))
    assert [spool.synced_samples for spool in spools] == [2, 2, 2]
    assert (len(threads), calls) == (3, 1)
    spools[0].append(b"ef")
    await syncer.sync(spools[0])
    assert (spools[0].synced_samples, calls) == (3, 2)


async def test_what_is_written_meanwhile_waits_for_the_next_round(
    spools: list[Spool], monkeypatch: pytest.MonkeyPatch
) -> None:
    began, goes_on = threading.Event(), threading.Event()

    def slow(_: int) -> None:
        began.set()
        goes_on.wait(5)

    monkeypatch.setattr(os, "fdatasync", slow)
    syncer = Syncer()
    first = asyncio.create_task(syncer.sync(spools[0]))
    await asyncio.to_thread(began.wait, 5)
    spools[0].append(b"ef")
    second = asyncio.create_task(syncer.sync(spools[0]))
    await asyncio.sleep(0)
    first.cancel()
    goes_on.set()
    await second
    assert spools[0].synced_samples == 3
    assert first.cancelled()


async def test_a_full_disk_is_the_error_of_its_stream(
    spools: list[Spool], monkeypatch: pytest.MonkeyPatch
) -> None:
    full = spools[1]._file

    def sync(file: int) -> None:
        if file == full:
            raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(os, "fdatasync", sync)
    syncer = Syncer()
    found = await asyncio.gather(*map(syncer.sync, spools), return_exceptions=True)
    assert [type(one) for one in found] == [type(None), StorageFullError, type(None)]
    assert [spool.synced_samples for spool in spools] == [2, 0, 2]
