"""A folder of files that are on the disk, not only in the system's cache, when `save` returns."""

from __future__ import annotations

import os
from typing import Any

from django.core.files.storage import FileSystemStorage


class DurableFileSystemStorage(FileSystemStorage):
    """An upload is answered with 201 only when a power cut cannot take it away any more."""

    def _save(self, name: str, content: Any) -> str:
        saved_name: str = super()._save(name, content)  # type: ignore[misc]  # not in the stubs
        path = self.path(saved_name)
        _sync(path)
        _sync(os.path.dirname(path))
        return saved_name


def _sync(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
