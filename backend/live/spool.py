"""The sound of a running stream: a file that only grows. What is acknowledged is on the disk."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import uuid
from pathlib import Path

from django.conf import settings

from backend.live.errors import StorageFullError, StreamBusyError
from backend.live.frames import BYTES_PER_SAMPLE

SUFFIX = ".pcm"


def spool_path(stream_id: uuid.UUID) -> Path:
    """Where the sound of a stream lies until it ends."""
    return Path(settings.LIVE_DIR) / f"{stream_id}{SUFFIX}"


class Spool:
    """One stream's file, open for appending by one process at a time."""

    def __init__(self, path: Path) -> None:
        """Raises `StreamBusyError` while another connection writes to it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not path.exists()
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._file)
            raise StreamBusyError(
                "This stream is still connected somewhere. It goes on in a moment."
            ) from None
        if is_new:
            _sync_folder(path.parent)
        # A sample that was torn by a power cut is none.
        self._samples = os.fstat(self._file).st_size // BYTES_PER_SAMPLE
        os.ftruncate(self._file, self._samples * BYTES_PER_SAMPLE)
        self.synced_samples = self._samples
        """What a power cut cannot take away any more."""

    @property
    def samples(self) -> int:
        return self._samples

    def append(self, pcm: bytes) -> None:
        """Raises `StorageFullError`; then nothing of `pcm` counts."""
        try:
            written = os.pwrite(self._file, pcm, self._samples * BYTES_PER_SAMPLE)
        except OSError as error:
            raise _full(error) from error
        if written < len(pcm):
            raise StorageFullError(_FULL)
        self._samples += len(pcm) // BYTES_PER_SAMPLE

    def sync(self) -> int:
        """Bring everything to the disk; may take some milliseconds. Returns the samples that are there."""
        samples = self._samples
        try:
            os.fdatasync(self._file)
        except OSError as error:
            raise _full(error) from error
        self.synced_samples = samples
        return samples

    def read(self, first: int, end: int) -> bytes:
        """PCM of the samples from `first` to before `end`."""
        return os.pread(self._file, max(0, end - first) * BYTES_PER_SAMPLE, first * BYTES_PER_SAMPLE)

    def close(self) -> None:
        """Ends the lock, too. Twice is once."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


_FULL = "The server has no room left. Tell the person who runs it; what you say is kept on this device."


def _full(error: OSError) -> Exception:
    return StorageFullError(_FULL) if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO) else error


def read_spool(stream_id: uuid.UUID, first: int, end: int) -> bytes:
    """PCM from the file of a stream, from any process; empty when there is none."""
    try:
        with spool_path(stream_id).open("rb") as file:
            file.seek(first * BYTES_PER_SAMPLE)
            return file.read(max(0, end - first) * BYTES_PER_SAMPLE)
    except FileNotFoundError:
        return b""


def remove_spool(stream_id: uuid.UUID) -> None:
    with contextlib.suppress(FileNotFoundError):
        spool_path(stream_id).unlink()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
