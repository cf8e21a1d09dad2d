"""Audio in S3 or anything that speaks it: written whole, read by ranges, handed to workers by signed addresses."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage

from backend.core.range_reader import RangeReader

_GONE = frozenset({"404", "NoSuchKey", "NotFound"})


class StorageUnreachableError(OSError):
    """The object store does not answer, or refuses."""


@contextmanager
def _as_os_errors() -> Iterator[None]:
    """Callers know folders: what is gone is `FileNotFoundError`, everything else `StorageUnreachableError`."""
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in _GONE:
            raise FileNotFoundError(str(error)) from error
        raise StorageUnreachableError(str(error)) from error
    except BotoCoreError as error:
        raise StorageUnreachableError(str(error)) from error


class AudioS3Storage(S3Storage):  # type: ignore[misc]  # the library has no types
    """Raises only what a folder would: `FileNotFoundError`, and `StorageUnreachableError`, which is an `OSError`."""

    signs_addresses = True
    """`url(name)` is an address that whoever has it may fetch for a while: workers need no account for it."""

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        stored = self.bucket.Object(self._normalize_name(name))
        with _as_os_errors():
            size_bytes = int(stored.content_length)

        def get_range(first: int, last: int) -> bytes:
            with _as_os_errors():
                return bytes(stored.get(Range=f"bytes={first}-{last}")["Body"].read())

        file: File[bytes] = File(io.BufferedReader(RangeReader(size_bytes, get_range), 256 * 1024), name)
        file.size = size_bytes
        return file

    def _save(self, name: str, content: File[Any]) -> str:
        # boto3 closes what it has sent, and an upload that fails must be readable once more.
        content.seek(0)
        with _as_os_errors():
            return str(super()._save(name, _Unclosable(content)))

    def delete(self, name: str) -> None:
        with _as_os_errors():
            super().delete(name)

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        with _as_os_errors():
            folders, files = super().listdir(name)
        return folders, files

    def exists(self, name: str) -> bool:
        with _as_os_errors():
            return bool(super().exists(name))

    def size(self, name: str) -> int:
        with _as_os_errors():
            return int(super().size(name))


class _Unclosable(File):  # type: ignore[type-arg]  # has no arguments when it runs
    def close(self) -> None:
        pass
