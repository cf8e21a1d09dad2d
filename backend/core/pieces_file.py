"""What a storage saves of something that is made while it is read."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

from django.core.files.base import File

_BLOCK_BYTES = 256 * 1024


class PiecesFile(File):  # type: ignore[type-arg]  # not generic at run time
    """The pieces that `make` gives, one after the other; from the start again after `seek(0)`."""

    def __init__(self, make: Callable[[], Iterator[bytes]], name: str | None) -> None:
        self._make = make
        super().__init__(self._reader(), name=name)

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        return self._make()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Raises `io.UnsupportedOperation` for anywhere but the start."""
        if (offset, whence) != (0, io.SEEK_SET):
            raise io.UnsupportedOperation("it is read from the start")
        self.file = self._reader()
        return 0

    def _reader(self) -> io.BufferedReader:
        return io.BufferedReader(_Pull(self._make()), _BLOCK_BYTES)


class _Pull(io.RawIOBase):
    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._left = pieces, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._left = piece
        block, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(block)] = block
        return len(block)
