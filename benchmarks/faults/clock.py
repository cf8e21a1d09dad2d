"""Clocks that are wrong, and clocks that are put right while recordings are analysed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.faults.crowd import Account, Crowd
from benchmarks.faults.kept_worker import KeptWorker, kept_worker
from benchmarks.faults.processes import FIRST_S, SILENT_S
from benchmarks.faults.skipping import SkippedError
from tests.live_stack import live_stack

HOUR_S = 3600
JUMP_EVERY_S = 5.0
JUMPS_S = (HOUR_S, -HOUR_S, 0)
_SOURCE = Path(__file__).with_name("clock_shim.c")


def worker_is_off(by_s: int, folder: Path, uploads: int, seed: int) -> Account:
    """The worker's clock differs from the server's."""
    clock = _Clock(folder)
    clock.put(by_s)
    with (
        live_stack(folder / "data", has_worker=False, WORKER_SILENT_S=SILENT_S) as stack,
        kept_worker(stack, **clock.environment) as worker,
    ):
        crowd = Crowd(stack, seed)
        with crowd.sending(uploads):
            time.sleep(FIRST_S)
            worker.kill()
        return _with(worker, 1, crowd.settle())


def server_jumps(folder: Path, uploads: int, seed: int) -> Account:
    """The server's clock is put forward by an hour, back by two, and right."""
    clock = _Clock(folder)
    clock.put(0)
    with (
        live_stack(folder / "data", has_worker=False, WORKER_SILENT_S=SILENT_S, **clock.environment) as stack,
        kept_worker(stack) as worker,
    ):
        crowd = Crowd(stack, seed)
        with crowd.sending(uploads, pause_s=2.0):
            for jump_s in JUMPS_S:
                time.sleep(JUMP_EVERY_S)
                clock.put(jump_s)
                worker.kill()
        return _with(worker, len(JUMPS_S), crowd.settle())


def _with(worker: KeptWorker, deaths: int, account: Account) -> Account:
    """An account that says, too, when the worker lived on."""
    if worker.ended < deaths:
        account.wrong.append(f"the worker ended {worker.ended} times instead of {deaths}")
    return account


class _Clock:
    """A library that is loaded into processes, and the file that it reads.

    Raises `SkippedError`, and `AssertionError` when processes do not see the clock that was put.
    """

    def __init__(self, folder: Path) -> None:
        compiler, library = shutil.which("cc"), folder / "clock.so"
        if compiler is None or sys.platform != "linux":
            raise SkippedError(
                "clocks are put off with a C compiler and on Linux only: install the package gcc"
            )
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(_SOURCE)], check=True)
        self._file = folder / "clock"
        self.environment = {"LD_PRELOAD": str(library), "CHAOS_CLOCK": str(self._file)}
        self.put(HOUR_S)
        seen = subprocess.run(
            [sys.executable, "-c", "import time; print(time.time())"],
            env={**os.environ, **self.environment},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert abs(float(seen.stdout) - time.time() - HOUR_S) < HOUR_S / 2, "a clock cannot be put off here"

    def put(self, offset_s: int) -> None:
        whole = self._file.with_suffix(".new")
        whole.write_text(f"{offset_s}\n")
        whole.replace(self._file)
