"""A client of `/ws/live` that plays sound as a microphone would, and keeps what the server has not acknowledged."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
import uuid
from collections.abc import Callable
from dataclasses import InitVar, dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from backend.live.frames import FORM_OPUS, SAMPLE_RATE_HZ, pack
from tests.live_stack import Person

FRAME = 1600


@dataclass
class LiveClient:
    """One talk. `sound`: (time,) float32 in [-1, 1] at 16 kHz; kept as 16 bit."""

    person: Person
    sound: InitVar[npt.NDArray[np.float32]]
    language: str | None = "en"
    real_time: bool = True
    """False: as fast as the server takes it."""
    packets: Callable[[bytes], list[bytes]] | None = None
    """Makes packets of Opus of 20 ms from PCM; None: PCM is sent."""
    stream_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    messages: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    """Everything that came, each with the monotonic time of its arrival."""
    captions: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By utterance, the newest revision of each."""
    acknowledged: int = 0
    connections: int = 0
    began_s: float = 0.0
    """Monotonic time of the first sample."""
    ended: bool = False

    def __post_init__(self, sound: npt.NDArray[np.float32]) -> None:
        self.pcm = np.round(np.clip(sound, -1.0, 1.0) * 32767.0).astype("<i2").tobytes()
        self._connection: ClientConnection | None = None

    @property
    def samples(self) -> int:
        return len(self.pcm) // 2

    @property
    def finals(self) -> list[dict[str, Any]]:
        found = [c for c in self.captions.values() if c["final"] and not c["retracted"]]
        return sorted(found, key=lambda caption: int(caption["index"]))

    @property
    def text(self) -> str:
        """Of the whole talk."""
        return " / ".join(caption["stable"] for caption in self.finals)

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        return [message for _, message in self.messages if message["type"] == kind]

    async def run(self, limit_s: float = 600.0) -> None:
        """Play everything and wait for the end, connecting again whenever the connection is lost."""
        self.began_s = self.began_s or time.monotonic()
        async with asyncio.timeout(limit_s):
            while not self.ended:
                with contextlib.suppress(OSError, WebSocketException):
                    await self._connected()
                if not self.ended:
                    await asyncio.sleep(0.2)

    async def drop(self) -> None:
        """The network is gone, without a word."""
        if self._connection is not None:
            self._connection.transport.abort()

    async def _connected(self) -> None:
        async with connect(
            self.person.url.replace("http", "ws", 1) + "/ws/live",
            additional_headers={"X-Session-Token": self.person.http.headers["X-Session-Token"]},
            max_size=None,
            compression=None,
        ) as connection:
            self._connection = connection
            self.connections += 1
            with contextlib.suppress(ConnectionClosed):  # Why it was refused is read all the same.
                await connection.send(json.dumps(self.start_message()))
            ready = json.loads(await connection.recv())
            self._note(ready)
            if ready["type"] != "ready":
                raise AssertionError(ready)
            reader = asyncio.create_task(self._read(connection))
            try:
                await self._play(connection, ready["received"])
                await reader
            finally:
                reader.cancel()

    def start_message(self) -> dict[str, Any]:
        return {
            "type": "start",
            "stream_id": self.stream_id,
            "sample_rate_hz": SAMPLE_RATE_HZ,
            "language": self.language,
            "finals_from": self._first_missing(),
        }

    def _first_missing(self) -> int:
        indexes = {caption["index"] for caption in self.finals}
        return next(index for index in range(len(indexes) + 1) if index not in indexes)

    async def _play(self, connection: ClientConnection, position: int) -> None:
        while position < self.samples:
            if self.packets is not None and self.samples - position >= FRAME:
                await self._play_packets(connection, position)
                position += FRAME
                continue
            end = min(position + FRAME, self.samples)
            if self.real_time:
                await self._until(end)
            await connection.send(pack(position, self.pcm[2 * position : 2 * end]))
            position = end
        await connection.send(json.dumps({"type": "stop", "samples": self.samples}))

    async def _play_packets(self, connection: ClientConnection, position: int) -> None:
        """A tenth of a second as five packets."""
        assert self.packets is not None
        if self.real_time:
            await self._until(position + FRAME)
        for index, packet in enumerate(self.packets(self.pcm[2 * position : 2 * (position + FRAME)])):
            await connection.send(pack(position + 320 * index, packet, FORM_OPUS))

    async def _until(self, sample: int) -> None:
        """A microphone has no sound before it was made."""
        await asyncio.sleep(max(0.0, self.began_s + sample / SAMPLE_RATE_HZ - time.monotonic()))

    async def _read(self, connection: ClientConnection) -> None:
        async for text in connection:
            self._note(json.loads(text))

    def _note(self, message: dict[str, Any]) -> None:
        self.messages.append((time.monotonic(), message))
        if message["type"] == "ack":
            self.acknowledged = message["received"]
        elif message["type"] == "ended":
            self.ended = True
        elif message["type"] == "caption":
            known = self.captions.get(message["utterance"])
            if known is None or known["revision"] <= message["revision"]:
                self.captions[message["utterance"]] = message
