"""Remembers on disk which units have begun, so that one that kills the process is not begun for ever.

Redis hands an unacknowledged message out again after the visibility timeout, and the backend has long given up that
attempt by then. Without this, a recording that crashes a native library would end a worker once an hour.

It also hands a message out again when the connection was lost while its unit is in work, to this process or to one
beside it. The system lets a lock go when its holder has died, however that was: that tells the two apart.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from inference_worker.contract import VISIBILITY_TIMEOUT_S, AnalysisRequest
from inference_worker.errors import WorkerLostError

SUFFIX = ".begun"
KEPT_S = 24.0 * VISIBILITY_TIMEOUT_S
BEGUN = b"begun\n"


class UnitInWorkError(Exception):
    """This very attempt of the unit is being worked on: whoever does it will answer."""


class CrashMarks:
    """One small file in `folder` for every unit that is running. Marks older than a day are removed at start."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        for mark in folder.glob(f"*{SUFFIX}"):
            with contextlib.suppress(FileNotFoundError):
                if time.time() - mark.stat().st_mtime > KEPT_S:
                    mark.unlink()

    @contextlib.contextmanager
    def unit(self, request: AnalysisRequest) -> Iterator[None]:
        """Mark `request` as begun until the context ends, however it ends.

        Raises `WorkerLostError` when the same attempt of the same unit has begun before and its process has died, and
        `UnitInWorkError` when that process lives.
        """
        name = f"{request.analysis_id}:{request.attempt}:{request.unit}"
        mark = self._folder / f"{hashlib.sha256(name.encode()).hexdigest()[:40]}{SUFFIX}"
        descriptor = _locked(mark)
        try:
            # Written under the lock, so that a mark which is only just made is not taken for one that was left.
            if os.fstat(descriptor).st_size:
                raise WorkerLostError("The machine that analysed it stopped; try again.")
            os.write(descriptor, BEGUN)
            yield
        finally:
            mark.unlink(missing_ok=True)
            os.close(descriptor)


def _locked(mark: Path) -> int:
    """A descriptor of the file `mark` with its lock. Raises `UnitInWorkError` when somebody has that."""
    while True:
        descriptor = os.open(mark, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            is_removed = os.fstat(descriptor).st_nlink == 0
        except BlockingIOError:
            os.close(descriptor)
            raise UnitInWorkError(mark.name) from None
        except BaseException:
            os.close(descriptor)
            raise
        if not is_removed:
            return descriptor
        os.close(descriptor)
