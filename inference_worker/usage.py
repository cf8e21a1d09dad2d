"""Whether something is in use, since when it is not, what it then gives back, and from where threads take memory."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import sys
import threading
import time
from collections.abc import Iterator

_M_ARENA_MAX = -8
"""Of glibc's malloc.h."""


class Usage:
    """Counts users, by thread-safe calls."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._until = time.monotonic()

    @contextlib.contextmanager
    def counted(self) -> Iterator[None]:
        """One user more while the block runs."""
        with self._lock:
            self._users += 1
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                self._until = time.monotonic()

    def touch(self) -> None:
        """Somebody has used it just now."""
        with self._lock:
            self._until = time.monotonic()

    def is_idle(self, idle_s: float) -> bool:
        """Whether nobody has used it for so long."""
        with self._lock:
            return self._users == 0 and time.monotonic() - self._until >= idle_s


def share_one_heap() -> None:
    """Let all threads take their memory from one heap. Call it before there is a second thread.

    glibc otherwise gives threads heaps of their own and returns them to the system whenever they are empty: a thread
    that recognises then pays for the pages of its tensors anew with every batch, the main thread does not.
    """
    with contextlib.suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def free_memory() -> None:
    """Give back what nobody holds any more, that of the GPU too."""
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        torch.cuda.empty_cache()
