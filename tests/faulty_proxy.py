"""A TCP proxy between a client and the server that cuts, stalls and repeats, by chance that can be repeated."""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_BLOCK_BYTES = 16 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """How often things go wrong, for each connection: the rest is left alone."""

    cut: float = 0.25
    """The connection ends after some bytes of the request, with a reset."""
    cut_answer: float = 0.15
    """The server gets the whole request; the client hears nothing of it."""
    stall: float = 0.15
    """Nothing moves for `stall_s` after some bytes; then it goes on."""
    repeat: float = 0.15
    """What the client sent is sent once more to the server, over a connection of its own, when it has ended."""
    stall_s: float = 1.0
    within_bytes: int = 400_000
    """Where in the request it happens: up to so many bytes after its beginning."""


@dataclass(slots=True)
class FaultyProxy:
    """Listens at `port` of this machine and speaks to `server_port`."""

    server_port: int
    faults: Faults
    chance: random.Random
    port: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    _repeats: set[asyncio.Task[None]] = field(default_factory=set)

    async def serve(self, started: threading.Event, stop: asyncio.Event) -> None:
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        await stop.wait()
        server.close()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        fault = self._choose()
        self.counts[fault] += 1
        try:
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.server_port)
        except OSError:
            # The server is down: for the client the connection is refused a little later.
            writer.transport.abort()
            return
        sent = bytearray()
        up = asyncio.create_task(self._up(reader, up_writer, fault, sent))
        down = asyncio.create_task(self._down(up_reader, writer, fault))
        await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
        if fault == "cut" and up.done() and not up.cancelled() and up.exception() is not None:
            down.cancel()
        with contextlib.suppress(asyncio.CancelledError, OSError):
            await asyncio.wait_for(down, 120)
        up.cancel()
        with contextlib.suppress(asyncio.CancelledError, OSError):
            await up
        for transport in (writer.transport, up_writer.transport):
            transport.abort()
        if fault == "repeat" and sent:
            task = asyncio.create_task(self._send_again(bytes(sent)))
            self._repeats.add(task)
            task.add_done_callback(self._repeats.discard)

    def _choose(self) -> str:
        at = self.chance.random()
        for name in ("cut", "cut_answer", "stall", "repeat"):
            at -= getattr(self.faults, name)
            if at < 0:
                return name
        return "none"

    async def _up(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, fault: str, sent: bytearray
    ) -> None:
        where = self.chance.randrange(self.faults.within_bytes)
        passed = 0
        while block := await reader.read(_BLOCK_BYTES):
            writer.write(block)
            await writer.drain()
            passed += len(block)
            if fault == "repeat":
                sent += block
            if passed > where and fault == "cut":
                raise ConnectionResetError
            if passed > where and fault == "stall":
                await asyncio.sleep(self.faults.stall_s)
                fault = "none"
        with contextlib.suppress(OSError):
            writer.write_eof()

    async def _down(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, fault: str) -> None:
        while block := await reader.read(_BLOCK_BYTES):
            if fault == "cut_answer":
                return
            writer.write(block)
            await writer.drain()

    async def _send_again(self, sent: bytes) -> None:
        """As a network does that delivers late, and as a client that did not hear the answer."""
        await asyncio.sleep(self.chance.random() * 2)
        with contextlib.suppress(OSError, TimeoutError):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.server_port)
            writer.write(sent)
            await writer.drain()
            await asyncio.wait_for(reader.read(_BLOCK_BYTES), 20)
            writer.transport.abort()


@contextmanager
def faulty_proxy(server_port: int, faults: Faults, *, seed: int) -> Iterator[FaultyProxy]:
    """A proxy in a thread of its own, until the block ends."""
    proxy = FaultyProxy(server_port=server_port, faults=faults, chance=random.Random(seed))
    started = threading.Event()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(proxy.serve(started, stop),), daemon=True)
    thread.start()
    started.wait(10)
    try:
        yield proxy
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
