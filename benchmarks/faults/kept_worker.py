"""The real inference worker with a stub engine, started again whenever it ends, as container engines do."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from benchmarks.block_worker import start_block_worker, wait_for_worker
from tests.live_stack import LiveStack

DECODE_S = 0.2
AGAIN_S = 0.5


@dataclass(slots=True)
class KeptWorker:
    """Its process, and how often it has ended."""

    stack: LiveStack
    environment: dict[str, str]
    process: subprocess.Popen[bytes]
    ended: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)

    def kill(self) -> None:
        self.process.kill()

    def watch(self) -> None:
        while not self._stop.is_set():
            if self.process.poll() is None:
                self._stop.wait(0.1)
                continue
            self.ended += 1
            self._stop.wait(AGAIN_S)
            self.process = start_block_worker(self.stack, DECODE_S, **self.environment)

    def stop(self) -> None:
        self._stop.set()


@contextmanager
def kept_worker(stack: LiveStack, **environment: str) -> Iterator[KeptWorker]:
    """For a stack without a worker. Recordings in Korean end it when `DIES_OF=ko`."""
    worker = KeptWorker(stack, environment, start_block_worker(stack, DECODE_S, **environment))
    watch = threading.Thread(target=worker.watch)
    watch.start()
    try:
        wait_for_worker(stack)
        yield worker
    finally:
        worker.stop()
        watch.join()
        worker.process.terminate()
        try:
            worker.process.wait(30)
        except subprocess.TimeoutExpired:
            worker.process.kill()
            worker.process.wait(30)
