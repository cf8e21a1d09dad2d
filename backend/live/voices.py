"""Who hears speech for the streams of this process: child processes, because the detector holds Python's lock."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections import deque
from collections.abc import Sequence

from backend.live.cutting import Window
from backend.live.errors import ListeningLostError
from inference_worker.voice_detector.protocol import ANSWER, PROGRAM, WINDOW_BYTES, farewell, question

STREAMS_A_PROCESS = 64
_LOST = "Listening was interrupted. It goes on by itself, and nothing is lost."


class VoiceProcess:
    """One child. Answers come in the order of the questions."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._asked: deque[tuple[int, asyncio.Future[list[Window]]]] = deque()
        self._reader = asyncio.create_task(self._read())
        self.streams = 0

    @classmethod
    async def start(cls) -> VoiceProcess:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            PROGRAM,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        return cls(process)

    @property
    def is_alive(self) -> bool:
        return self._process.returncode is None and not self._reader.done()

    async def ask(self, stream: int, pcm: bytes) -> list[Window]:
        """What is in each window of `pcm`. Raises `ListeningLostError`."""
        if self._process.stdin is None or not self.is_alive:
            raise ListeningLostError(_LOST)
        windows = len(pcm) // WINDOW_BYTES
        answer: asyncio.Future[list[Window]] = asyncio.get_running_loop().create_future()
        self._asked.append((windows, answer))
        try:
            self._process.stdin.write(question(stream, pcm))
            await self._process.stdin.drain()
        except (OSError, RuntimeError) as error:
            raise ListeningLostError(_LOST) from error
        return await answer

    def forget(self, stream: int) -> None:
        self.streams -= 1
        if self._process.stdin is not None and self.is_alive:
            with contextlib.suppress(OSError, RuntimeError):
                self._process.stdin.write(farewell(stream))

    async def _read(self) -> None:
        answers = self._process.stdout
        try:
            while answers is not None:
                first = await answers.readexactly(ANSWER.size)
                windows, answer = self._asked[0]
                rest = await answers.readexactly((windows - 1) * ANSWER.size)
                self._asked.popleft()
                if not answer.done():
                    answer.set_result([Window(*pair) for pair in ANSWER.iter_unpack(first + rest)])
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            for _, answer in self._asked:
                if not answer.done():
                    answer.set_exception(ListeningLostError(_LOST))
            self._asked.clear()

    async def close(self) -> None:
        """End it, whatever it is doing."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        await asyncio.gather(self._reader, return_exceptions=True)


class Voice:
    """One stream's ear."""

    def __init__(self, process: VoiceProcess, stream: int) -> None:
        self._process, self._stream = process, stream

    async def hear(self, pcm: bytes) -> Sequence[Window]:
        """What is in each 512 samples of `pcm`, whose length is a multiple. Raises `ListeningLostError`."""
        return await self._process.ask(self._stream, pcm)

    def close(self) -> None:
        self._process.forget(self._stream)


class Voices:
    """The children of one event loop; made when they are needed."""

    def __init__(self) -> None:
        self._processes: list[VoiceProcess] = []
        self._starting = asyncio.Lock()
        self._streams = 0

    async def open(self) -> Voice:
        """Raises `OSError` when no process can be made."""
        async with self._starting:
            self._processes = [process for process in self._processes if process.is_alive]
            least = min(self._processes, key=lambda process: process.streams, default=None)
            is_full = least is None or least.streams >= STREAMS_A_PROCESS
            if (is_full and len(self._processes) < (os.cpu_count() or 1)) or least is None:
                least = await VoiceProcess.start()
                self._processes.append(least)
            least.streams += 1
            self._streams += 1
            return Voice(least, self._streams)

    async def close(self) -> None:
        for process in self._processes:
            await process.close()
        self._processes = []
