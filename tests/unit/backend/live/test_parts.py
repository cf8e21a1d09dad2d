"""The parts of a session, each by itself: the file, the outbox, the pace, the ears."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backend.live import connection
from backend.live import outbox as outboxes
from backend.live.cutting import WINDOW
from backend.live.errors import ListeningLostError, SlowReaderError, StorageFullError, StreamBusyError
from backend.live.outbox import Outbox
from backend.live.pacing import LONGEST_INTERVAL_S, SHORTEST_INTERVAL_S, Pace
from backend.live.spool import Spool
from backend.live.voices import Voices
from inference_worker.voice_activity import SileroDetector
from tests import speech


def test_what_is_written_is_there_after_a_restart(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "new" / "a.pcm")
    spool.append(b"abcdef")
    assert (spool.samples, spool.synced_samples) == (3, 0)
    assert spool.sync() == 3
    spool.close()
    spool.close()
    again = Spool(tmp_path / "new" / "a.pcm")
    assert (again.samples, again.synced_samples) == (3, 3)
    again.append(b"gh")
    assert (again.read(1, 4), again.read(3, 99), again.read(4, 2)) == (b"cdefgh", b"gh", b"")
    again.close()


def test_a_torn_sample_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a.pcm"
    path.write_bytes(b"abc")
    spool = Spool(path)
    spool.append(b"xy")
    assert path.read_bytes() == b"abxy"
    spool.close()


def test_one_connection_writes(tmp_path: Path) -> None:
    first = Spool(tmp_path / "a.pcm")
    with pytest.raises(StreamBusyError):
        Spool(tmp_path / "a.pcm")
    first.close()
    Spool(tmp_path / "a.pcm").close()


def test_a_full_disk_has_a_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(tmp_path / "a.pcm")

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(StorageFullError):
        spool.append(b"ab")
    assert spool.samples == 0
    spool.close()


def caption(utterance: str, revision: int) -> Any:
    return {"type": "caption", "utterance": utterance, "revision": revision}


async def test_only_the_newest_of_an_utterance_waits() -> None:
    outbox, sent = Outbox(), []

    async def send(text: str) -> None:
        sent.append(json.loads(text))

    for message in (
        caption("a", 1),
        {"type": "ack", "received": 1},
        caption("b", 1),
        caption("a", 2),
        {"type": "ack", "received": 2},
    ):
        outbox.put(message)
    await outbox.drain(send)
    assert sent == [caption("a", 2), {"type": "ack", "received": 2}, caption("b", 1)]


async def test_a_client_that_never_reads_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outboxes, "SEND_LIMIT_S", 0.01)
    outbox = Outbox()
    outbox.put(caption("a", 1))

    async def never(_: str) -> None:
        await asyncio.sleep(60)

    with pytest.raises(SlowReaderError):
        await outbox.pump(never)


async def test_the_pump_ends_when_it_is_told_to() -> None:
    outbox, is_sending = Outbox(), asyncio.Event()

    async def slow(_: str) -> None:
        is_sending.set()
        await asyncio.sleep(0)

    for _ in range(50):
        outbox.put(caption("a", 1))
        is_sending.clear()
        pump = asyncio.create_task(outbox.pump(slow))
        await is_sending.wait()
        pump.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(pump, 1.0)


async def test_a_part_that_swallows_being_cancelled_holds_nobody_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection, "CANCEL_LIMIT_S", 0.01)
    swallowed = 0

    async def stubborn() -> None:
        nonlocal swallowed
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        swallowed += 1
        await asyncio.sleep(60)

    async def soon() -> None:
        await asyncio.sleep(0.01)
        raise SlowReaderError("too slow")

    with pytest.raises(SlowReaderError):
        await asyncio.wait_for(connection.first_of(stubborn(), soon()), 5.0)
    assert swallowed == 1


async def test_what_waits_is_bounded() -> None:
    outbox = Outbox()
    for number in range(outboxes.MOST_WAITING):
        outbox.put(caption(str(number), 1))
    with pytest.raises(SlowReaderError):
        outbox.put(caption("one more", 1))


def test_interims_thin_out_and_come_back() -> None:
    pace = Pace()
    assert (pace.interval_s, pace.level(0.0)) == (SHORTEST_INTERVAL_S, "none")
    for _ in range(20):
        pace.expired()
    assert (pace.interval_s, pace.level(0.0)) == (LONGEST_INTERVAL_S, "thinned")
    assert pace.level(3.0) == "finals_only"
    for _ in range(20):
        pace.answered(0.05)
    assert (pace.interval_s, pace.level(0.0)) == (SHORTEST_INTERVAL_S, "none")


async def test_the_ear_hears_what_the_worker_hears() -> None:
    sound = np.concatenate([speech.silence(0.5), speech.say("turn on the light please", gain_db=-20)])
    pcm = np.round(sound * 32767.0).astype("<i2")[: len(sound) // WINDOW * WINDOW]
    detector = SileroDetector()
    windows = (pcm.astype(np.float32) / 32768.0).reshape(-1, WINDOW)
    expected = detector(windows)
    voices = Voices()
    try:
        first, second = await voices.open(), await voices.open()
        half = len(pcm) // WINDOW // 2 * WINDOW
        heard = [*await first.hear(pcm[:half].tobytes())]
        await second.hear(bytes(2 * WINDOW * 3))
        heard += await first.hear(pcm[half:].tobytes())
        first.close()
        second.close()
    finally:
        await voices.close()
    assert [window.probability for window in heard] == pytest.approx(expected, abs=0.02)
    assert [window.power for window in heard] == pytest.approx(np.mean(windows**2, axis=1), rel=1e-3)


async def test_an_ear_that_dies_is_noticed_and_replaced() -> None:
    voices = Voices()
    voice = await voices.open()
    process = voices._processes[0]
    process._process.kill()
    await process._reader
    with pytest.raises(ListeningLostError):
        await voice.hear(bytes(2 * WINDOW))
    voice.close()
    again = await voices.open()
    assert len(await again.hear(bytes(2 * WINDOW))) == 1
    await voices.close()


async def test_a_client_that_goes_while_it_is_told_something_is_no_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def gone(_: object) -> None:
        raise ConnectionResetError

    talk = connection.Connection({}, None, gone)
    await connection.serve("live", talk, talk.send_text("{}"), lambda: 0.0)
    await connection.serve("live", talk, talk.refuse(StreamBusyError("busy"), 0.0), lambda: 0.0)
    assert caplog.records == []
