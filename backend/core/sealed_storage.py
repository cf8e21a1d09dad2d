"""A storage whose files are encrypted at rest, whichever storage holds them (`AUDIO_KEYS`)."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.utils.deconstruct import deconstructible

from backend.core.pieces_file import PiecesFile
from backend.core.range_reader import RangeReader
from backend.core.sealed_file import HEADER_BYTES, MAGIC, Unsealer, key_id, plain_size, seal

_BLOCK_BYTES = 256 * 1024


@deconstructible
class SealedStorage(Storage):
    """Encrypts what it saves into the storage `inside` with the first of `keys`; reads what any of them sealed.

    What was saved before there were keys is read as it is, until `manage.py seal_audio` has sealed it. Addresses of the
    inner storage would lead to sealed bytes, so there are none: workers fetch from the backend.
    """

    def __init__(self, *, inside: str, keys: Sequence[bytes]) -> None:
        self._inside, self._keys = inside, tuple(keys)

    @property
    def inner(self) -> Storage:
        """What holds the sealed bytes."""
        return storages[self._inside]

    def is_current(self, name: str) -> bool:
        """Whether the file is sealed with the first key. Raises `OSError`."""
        current = MAGIC + key_id(self._keys[0])
        with self.inner.open(name, "rb") as file:
            return bytes(file.read(len(current))) == current

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        sealed = self.inner.open(name, "rb")
        if sealed.read(len(MAGIC)) != MAGIC:
            sealed.seek(0)
            return sealed

        def get_range(first: int, last: int) -> bytes:
            sealed.seek(first)
            return bytes(sealed.read(last - first + 1))

        try:
            unsealer = Unsealer(sealed.size, get_range, self._keys)
        except BaseException:
            sealed.close()
            raise
        reader = RangeReader(unsealer.size_bytes, unsealer.get_range, sealed.close)
        file: File[bytes] = File(io.BufferedReader(reader, _BLOCK_BYTES), name)
        file.size = unsealer.size_bytes
        return file

    def _save(self, name: str, content: File[Any]) -> str:
        def pieces() -> Iterator[bytes]:
            return seal((bytes(block) for block in content.chunks(_BLOCK_BYTES)), self._keys[0])

        return self.inner.save(name, PiecesFile(pieces, content.name))

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return self.inner.get_available_name(name, max_length)

    def generate_filename(self, filename: str | os.PathLike[str]) -> str:
        return self.inner.generate_filename(filename)

    def delete(self, name: str) -> None:
        self.inner.delete(name)

    def exists(self, name: str) -> bool:
        return self.inner.exists(name)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        return self.inner.listdir(path)

    def size(self, name: str) -> int:
        """Of what is in it."""
        stored_bytes = self.inner.size(name)
        if stored_bytes < HEADER_BYTES:
            return stored_bytes
        with self.inner.open(name, "rb") as file:
            is_sealed = file.read(len(MAGIC)) == MAGIC
        return plain_size(stored_bytes) if is_sealed else stored_bytes
