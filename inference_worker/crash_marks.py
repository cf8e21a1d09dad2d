"""Remembers on disk which units have begun, so that one that kills the process is not begun for ever.

Redis hands an unacknowledged message out again after the visibility timeout, and the backend has long given up that
attempt by then. Without this, a recording that crashes a native library would end a worker once an hour.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

from inference_worker.contract import VISIBILITY_TIMEOUT_S, AnalysisRequest
from inference_worker.errors import WorkerLostError

SUFFIX = ".begun"
KEPT_S = 24.0 * VISIBILITY_TIMEOUT_S


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

        Raises `WorkerLostError` when the same attempt of the same unit has begun before and not ended.
        """
        name = f"{request.analysis_id}:{request.attempt}:{request.unit}"
        mark = self._folder / f"{hashlib.sha256(name.encode()).hexdigest()[:40]}{SUFFIX}"
        try:
            mark.touch(exist_ok=False)
        except FileExistsError:
            mark.unlink(missing_ok=True)
            raise WorkerLostError("The machine that analysed it stopped; try again.") from None
        try:
            yield
        finally:
            mark.unlink(missing_ok=True)
