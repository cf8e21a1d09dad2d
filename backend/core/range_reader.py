"""A file that is read where it is wanted, from whatever can give a range of bytes."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any


class RangeReader(io.RawIOBase):
    """An object that is read where it is wanted: seeking costs nothing, and nothing is copied to the disk.

    `get_range(first, last)` returns the bytes of that range, both ends included.
    """

    def __init__(
        self, size_bytes: int, get_range: Callable[[int, int], bytes], close: Callable[[], None] | None = None
    ) -> None:
        self._size_bytes, self._get_range, self._close = size_bytes, get_range, close
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size_bytes}[whence]
        if base + offset < 0:
            raise ValueError("seek before the beginning")
        self._position = base + offset
        return self._position

    def readinto(self, buffer: Any) -> int:
        wanted = min(len(buffer), self._size_bytes - self._position)
        if wanted <= 0:
            return 0
        block = self._get_range(self._position, self._position + wanted - 1)
        buffer[: len(block)] = block
        self._position += len(block)
        return len(block)

    def close(self) -> None:
        if self._close is not None and not self.closed:
            self._close()
        super().close()
