"""Whether something is in use, since when it is not, and what it then gives back."""

from __future__ import annotations

import contextlib
import gc
import sys
import threading
import time
from collections.abc import Iterator


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


def free_memory() -> None:
    """Give back what nobody holds any more, that of the GPU too."""
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        torch.cuda.empty_cache()
