"""The stored pieces of an upload: written one by one, read as one file."""

from __future__ import annotations

import hashlib
import io
import uuid
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from typing_extensions import Buffer

from backend.uploads.models import UploadPart

_BLOCK_BYTES = 4 * 1024 * 1024
"""One reading of a usual part: each is a request where the storage is S3."""


def folder_of(upload_id: uuid.UUID) -> str:
    return f"uploads/{upload_id}"


def part_store(*, upload_id: uuid.UUID, content: File[Any]) -> str:
    """Keep a piece; on the disk when this returns. Returns its name. Raises `OSError`."""
    return default_storage.save(f"{folder_of(upload_id)}/{uuid.uuid4().hex}", content)


def parts_delete(upload_id: uuid.UUID) -> None:
    """Every piece, also one that a request stored and could not note before it died. May be repeated."""
    folder = folder_of(upload_id)
    try:
        _, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        default_storage.delete(f"{folder}/{name}")
    # The empty folder; a storage without folders has nothing under this name.
    default_storage.delete(folder)


class PartsReader(io.RawIOBase):
    """The parts of a full upload as one file that can be read and sought, one part open at a time.

    The first reading from the start to the end also makes the digest, however the storage seeks in between.
    """

    def __init__(self, parts: Sequence[UploadPart]) -> None:
        self._parts = parts
        self._starts = [part.offset_bytes for part in parts]
        self.size_bytes = sum(part.size_bytes for part in parts)
        self._position = 0
        self._open: tuple[UploadPart, File[Any]] | None = None
        self._digest = hashlib.sha256()
        self._digested_bytes = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size_bytes}[whence]
        self._position = max(0, base + offset)
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: Buffer) -> int:
        view = memoryview(buffer).cast("B")
        if self._position >= self.size_bytes or not view:
            return 0
        part = self._parts[bisect_right(self._starts, self._position) - 1]
        within = self._position - part.offset_bytes
        file = self._file_of(part)
        file.seek(within)
        data = file.read(min(len(view), part.size_bytes - within))
        if not data:
            raise OSError(f"a part of the upload is shorter than was noted: {part.name}")
        view[: len(data)] = data
        if self._position == self._digested_bytes:
            self._digest.update(data)
            self._digested_bytes += len(data)
        self._position += len(data)
        return len(data)

    def sha256(self) -> str:
        """Hexadecimal, of everything. Reads what has not been read yet."""
        self.seek(self._digested_bytes)
        while self.read(_BLOCK_BYTES):
            pass
        return self._digest.hexdigest()

    def close(self) -> None:
        if self._open is not None:
            self._open[1].close()
            self._open = None
        super().close()

    def _file_of(self, part: UploadPart) -> File[Any]:
        if self._open is None or self._open[0] is not part:
            if self._open is not None:
                self._open[1].close()
            self._open = (part, default_storage.open(part.name, "rb"))
        return self._open[1]


class PartsFile(File):  # type: ignore[type-arg]  # not generic at run time
    """What a storage saves."""

    def __init__(self, reader: PartsReader) -> None:
        super().__init__(io.BufferedReader(reader, _BLOCK_BYTES), name="upload")
        self.size = reader.size_bytes
