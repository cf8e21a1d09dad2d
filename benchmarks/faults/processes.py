"""Processes are ended with SIGKILL, and Redis is restarted with and without what it holds."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import psutil
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from benchmarks.faults.crowd import Account, Crowd
from benchmarks.faults.kept_worker import KeptWorker, kept_worker
from tests.live_stack import LiveStack, live_stack, wait_until

SILENT_S = "6"
FIRST_S, AGAIN_S = 1.5, 6.0
"""When it happens, and how much later once more."""
WAITS_S = (FIRST_S, AGAIN_S)
Fault = Callable[[LiveStack, KeptWorker], None]


def run(fault: Fault, folder: Path, uploads: int, seed: int) -> Account:
    """`fault` twice while `uploads` recordings are sent and analysed."""
    with (
        live_stack(folder / "data", has_worker=False, WORKER_SILENT_S=SILENT_S) as stack,
        kept_worker(stack) as worker,
    ):
        crowd = Crowd(stack, seed)
        with crowd.sending(uploads):
            for wait_s in WAITS_S:
                time.sleep(wait_s)
                fault(stack, worker)
        account = crowd.settle()
        ended = _ended(stack, worker)
        if ended < len(WAITS_S):
            account.wrong.append(f"only {ended} processes ended: nothing was shown")
        return account


def kill(name: str) -> Fault:
    """SIGKILL to one child of the stack."""

    def fault(stack: LiveStack, _worker: KeptWorker) -> None:
        wait_until(lambda: _killed(stack, name), limit_s=60, what=f"{name} is there to be killed")

    return fault


def kill_worker(_stack: LiveStack, worker: KeptWorker) -> None:
    worker.kill()


def power_cut(stack: LiveStack, _worker: KeptWorker) -> None:
    """Everything but the inference worker, which is on another machine."""
    stack.kill_everything()
    stack.start()


def restart_redis(stack: LiveStack, _worker: KeptWorker) -> None:
    with _redis(stack) as client:
        # Not tried again, as the one that was started anew would be shut down, too.
        client.set_retry(Retry(NoBackoff(), 0))
        client.shutdown()


def empty_redis(stack: LiveStack, _worker: KeptWorker) -> None:
    """Every queue, and what was being handed out, is gone; then it dies."""
    with _redis(stack) as client:
        client.flushall()
    wait_until(lambda: _killed(stack, "redis"), limit_s=60, what="Redis is there to be killed")


def _ended(stack: LiveStack, worker: KeptWorker) -> int:
    """Of the processes of the stack, or all of it, and of the worker."""
    log = stack.log_path.read_text(errors="replace")
    return log.count(" ended unexpectedly ") + log.count("| Starting redis") - 1 + worker.ended


def _redis(stack: LiveStack) -> redis.Redis:
    path = str(stack.data_dir / "redis" / "redis.sock")

    def connected() -> redis.Redis | None:
        client = redis.Redis(unix_socket_path=path)
        try:
            client.ping()
        except redis.exceptions.RedisError:
            return None
        return client

    found = wait_until(connected, limit_s=60, what="Redis answers")
    assert isinstance(found, redis.Redis)
    return found


def _killed(stack: LiveStack, name: str) -> bool:
    try:
        stack.child(name).kill()
    except (LookupError, psutil.NoSuchProcess):
        return False
    return True
