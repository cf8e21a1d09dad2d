"""Program: the real inference worker with `block_engine` in place of recognition. Argument: seconds a pass."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import httpx

from benchmarks.block_engine import BlockTranscriber, EvenClassifier
from inference_worker.app import run_worker
from inference_worker.asr.base import Clip, Transcript
from inference_worker.config import load
from inference_worker.registry import Engines, Registry
from tests.live_stack import REPOSITORY_DIR, LiveStack, wait_until


class _BlockRegistry(Registry):
    def engines(self) -> Engines:
        return ENGINES


@contextmanager
def block_worker(stack: LiveStack, decode_s: float) -> Iterator[subprocess.Popen[bytes]]:
    """A worker for a stack that has none; ended when the block ends."""
    process = start_block_worker(stack, decode_s)
    try:
        wait_for_worker(stack)
        yield process
    finally:
        process.terminate()
        process.wait(20)


def wait_for_worker(stack: LiveStack) -> None:
    """Raises `NotInTimeError`."""

    def is_heard() -> bool:
        try:
            parts = httpx.get(f"{stack.url}/readyz", timeout=10).json()["parts"]
        except httpx.TransportError:
            return False
        return bool(parts["inference_worker"] == "ok")

    wait_until(is_heard, limit_s=120, what="a worker is heard of")


def start_block_worker(
    stack: LiveStack,
    decode_s: float,
    *arguments: str,
    program: str = "benchmarks.block_worker",
    **settings: str,
) -> subprocess.Popen[bytes]:
    """`program` with `decode_s` and `arguments`, in the environment of the stack's worker and `settings`,
    one of which may be `DIES_OF`: a language whose recordings end it."""
    environment = {
        **worker_environment(),
        "REDIS_URL": os.environ.get("REDIS_URL") or f"unix://{stack.data_dir}/redis/redis.sock?db=0",
        "WORKER_NAME": "inference@blocks",
        "WORKER_CACHE_DIR": str(stack.data_dir / "worker-cache"),
        **settings,
    }
    with stack.log_path.open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", program, str(decode_s), *arguments],
            cwd=REPOSITORY_DIR,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def worker_environment() -> dict[str, str]:
    """Of this process, with what `inference_worker worker` sets before it loads numpy."""
    return {**os.environ, "PYTHONPATH": str(REPOSITORY_DIR), "OPENBLAS_NUM_THREADS": "1"}


class _MortalTranscriber(BlockTranscriber):
    """Ends the process, as a fault in a native library does, for one language."""

    def transcribe(
        self, clips: Sequence[Clip], language: str | None, vocabulary: Sequence[str] = ()
    ) -> list[Transcript]:
        heard = super().transcribe(clips, language, vocabulary)
        if language is not None and language == os.environ.get("DIES_OF"):
            # In this thread: another one would let this one go on for a while.
            signal.raise_signal(signal.SIGSEGV)
        return heard


if __name__ == "__main__":
    ENGINES = Engines(_MortalTranscriber(float(sys.argv[1])), EvenClassifier())
    _config = load(os.environ)
    run_worker(_config, _BlockRegistry(_config))
