"""Where what comes or goes in one piece lies meanwhile: in memory, and when it is large on the disk.

Where recordings are encrypted at rest (`AUDIO_KEYS`), so is that: with a key that is made for it and is in memory only,
so that nobody can read what a server that was killed left behind.
"""

from __future__ import annotations

import io
import os
import tempfile
from typing import IO, Any, cast

from django.conf import settings

from backend.core.range_reader import RangeReader
from backend.core.sealed_file import KEY_BYTES, Sealer, Unsealer

_BLOCK_BYTES = 256 * 1024


class Spool:
    """Written from its start to its end, then read from anywhere.

    What is larger than `max_memory_bytes` is in a file without a name in `folder` (None: the temporary folder), which
    is gone when it is closed.
    """

    def __init__(self, *, max_memory_bytes: int = 0, folder: str | None = None) -> None:
        self.size_bytes = 0
        self._max_memory_bytes, self._folder = max_memory_bytes, folder
        self._file: IO[bytes] = io.BytesIO()
        self._is_on_disk = False
        self._key = os.urandom(KEY_BYTES)
        self._sealer = Sealer(self._key) if settings.ENVIRONMENT.audio_keys else None

    def write(self, block: bytes) -> int:
        """Raises `OSError` when the disk is full."""
        self.size_bytes += len(block)
        if not self._is_on_disk and self.size_bytes > self._max_memory_bytes:
            self._leave_memory()
        self._put(block)
        return len(block)

    def flush(self) -> None:
        """For those who write; whoever reads gets everything."""

    def reader(self) -> IO[bytes]:
        """What was written, at its start. Nothing is written any more; who closes it closes the spool."""
        if not self._is_on_disk or self._sealer is None:
            self._file.seek(0)
            return self._file
        file = self._file
        file.write(self._sealer.finish())
        sealed_bytes = file.tell()

        def get_range(first: int, last: int) -> bytes:
            file.seek(first)
            return file.read(last - first + 1)

        unsealer = Unsealer(sealed_bytes, get_range, [self._key])
        raw = RangeReader(unsealer.size_bytes, unsealer.get_range, file.close)
        return cast(IO[bytes], io.BufferedReader(raw, _BLOCK_BYTES))

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def _leave_memory(self) -> None:
        memory, self._is_on_disk = self._file, True
        self._file = cast(IO[bytes], tempfile.TemporaryFile(dir=self._folder))  # noqa: SIM115 - see `close`
        if self._sealer is not None:
            self._file.write(self._sealer.header)
        memory.seek(0)
        while block := memory.read(_BLOCK_BYTES):
            self._put(block)
        memory.close()

    def _put(self, block: bytes) -> None:
        if not self._is_on_disk or self._sealer is None:
            self._file.write(block)
            return
        for sealed in self._sealer.add(block):
            self._file.write(sealed)
