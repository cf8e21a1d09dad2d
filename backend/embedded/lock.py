"""One stack per data folder."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from backend.embedded.errors import StackError

LEFTOVER_WAIT_S = 20.0
"""The guardian of a killed stack holds the lock for a few seconds more, until all processes have ended."""


class DataFolderLock:
    """Holds `<data_dir>/stack.lock`, with our process id in it, while the context lasts.

    The system frees the lock when its last holder is gone, however it ended: a stale file never blocks.
    Raises `StackError` when another stack has it.
    """

    def __init__(self, data_dir: Path, *, leftover_wait_s: float = LEFTOVER_WAIT_S) -> None:
        self._data_dir = data_dir
        self._leftover_wait_s = leftover_wait_s
        self.fd = -1
        """Open while the lock is held; children do not inherit it unless told to."""

    def __enter__(self) -> Self:
        self.fd = os.open(self._data_dir / "stack.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            self._acquire()
        except BaseException:
            os.close(self.fd)
            raise
        os.ftruncate(self.fd, 0)
        os.pwrite(self.fd, f"{os.getpid()}\n".encode(), 0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self.fd)

    def _acquire(self) -> None:
        deadline = time.monotonic() + self._leftover_wait_s
        while not self._try():
            holder = self._holder()
            is_leftover = holder is not None and not _is_running(holder)
            if not is_leftover or time.monotonic() > deadline:
                name = f"process {holder}" if holder else "another process"
                raise StackError(
                    f"The data folder {self._data_dir} is in use by another RecognitionHelpers ({name}). "
                    "Stop it first, or choose another folder with DATA_DIR=…"
                )
            time.sleep(0.1)

    def _try(self) -> bool:
        try:
            fcntl.flock(self.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES, errno.EAGAIN):
                return False
            raise StackError(
                f"The data folder {self._data_dir} cannot be locked ({error.strerror}). "
                "Choose a folder on a local disk with DATA_DIR=…"
            ) from error
        return True

    def _holder(self) -> int | None:
        text = os.pread(self.fd, 32, 0).strip()
        return int(text) if text.isdigit() else None


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
