"""Fetches the audio of a request once and keeps it on disk while there is room."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import logging
import os
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol
from urllib.parse import urlsplit

from inference_worker.errors import (
    AudioChecksumMismatchError,
    AudioEmptyError,
    AudioUnavailableError,
    AudioUrlExpiredError,
    InferenceError,
)

logger = logging.getLogger(__name__)

CHUNK_BYTES = 256 * 1024
FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 8.0
EXPIRED_STATUSES = frozenset({401, 403, 410})
STALE_PART_S = 3600.0
PART_SUFFIX = ".part"
AUDIO_SUFFIX = ".audio"


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageOptions:
    """Where and how much to keep, and how patient to be."""

    cache_dir: Path
    cache_max_bytes: int
    fetch_attempts: int = 6
    fetch_timeout_s: float = 30.0


class AudioSource(Protocol):
    """What a request says about its audio."""

    @property
    def recording_id(self) -> str: ...
    @property
    def audio_url(self) -> str: ...
    @property
    def audio_sha256(self) -> str: ...
    @property
    def audio_size_bytes(self) -> int: ...


class AudioStorage:
    """A folder of fetched recordings, the least recently used ones removed first. Safe for many threads.

    Several processes may share the folder: files appear whole (by renaming), and one that vanishes is fetched again.
    """

    def __init__(self, options: StorageOptions, sleep: Callable[[float], object] = time.sleep) -> None:
        self._options = options
        self._sleep = sleep
        self._opener = _opener()
        self._lock = threading.Lock()
        self._key_locks: dict[str, threading.Lock] = {}
        self._in_use: Counter[Path] = Counter()
        options.cache_dir.mkdir(parents=True, exist_ok=True)
        self._remove_stale_parts()

    @contextlib.contextmanager
    def audio(self, request: AudioSource) -> Iterator[Path]:
        """The request's audio as a local file, which stays at least until the context ends.

        Raises `AudioEmptyError`, `AudioUrlExpiredError`, `AudioUnavailableError`, `AudioChecksumMismatchError`.
        """
        if request.audio_size_bytes == 0:
            raise AudioEmptyError("The file is empty; record again.")
        key = hashlib.sha256(f"{request.recording_id}:{request.audio_sha256}".encode()).hexdigest()[:40]
        path = self._options.cache_dir / f"{key}{AUDIO_SUFFIX}"
        with self._lock:
            self._in_use[path] += 1
            key_lock = self._key_locks.setdefault(key, threading.Lock())
        try:
            with key_lock:
                if _has_size(path, request.audio_size_bytes):
                    os.utime(path)
                else:
                    self._fetch(request, path)
                    self._evict()
            yield path
        finally:
            with self._lock:
                self._in_use[path] -= 1
                if not self._in_use[path]:
                    del self._in_use[path]
                    self._key_locks.pop(key, None)

    def _fetch(self, request: AudioSource, path: Path) -> None:
        attempts = self._options.fetch_attempts
        for attempt in range(1, attempts + 1):
            try:
                self._fetch_once(request, path)
                return
            except AudioUrlExpiredError:
                raise
            except (AudioUnavailableError, AudioChecksumMismatchError) as error:
                if attempt == attempts:
                    raise
                wait_s = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** (attempt - 1))
                logger.warning("fetch %d of %d failed, again in %.1f s: %s", attempt, attempts, wait_s, error)
                self._sleep(wait_s)

    def _fetch_once(self, request: AudioSource, path: Path) -> None:
        part = path.with_name(f"{path.stem}.{uuid.uuid4().hex}{PART_SUFFIX}")
        try:
            with self._open(request.audio_url) as source, part.open("wb") as target:
                size_bytes, sha256 = _copy(source, target, request.audio_size_bytes)
            if size_bytes != request.audio_size_bytes or sha256 != request.audio_sha256:
                raise AudioChecksumMismatchError(
                    "The audio arrived damaged; try again, and check the storage if it happens again.",
                    size_bytes=size_bytes,
                    expected_size_bytes=request.audio_size_bytes,
                )
            part.replace(path)
        except urllib.error.HTTPError as error:
            raise _status_error(error.code) from error
        except (OSError, http.client.HTTPException) as error:
            raise AudioUnavailableError(
                "The audio could not be fetched; check that the backend and the storage are reachable."
            ) from error
        finally:
            part.unlink(missing_ok=True)

    def _open(self, url: str) -> IO[bytes]:
        parts = urlsplit(url)
        if parts.scheme == "file":
            return Path(urllib.request.url2pathname(parts.path)).open("rb")
        if parts.scheme not in ("http", "https"):
            raise AudioUnavailableError(
                "The address of the audio is not http, https or file; correct INTERNAL_URL."
            )
        response: IO[bytes] = self._opener.open(url, timeout=self._options.fetch_timeout_s)
        return response

    def _evict(self) -> None:
        """Remove what was used longest ago until the folder is under its limit; never what is in use."""
        with self._lock:
            files = []
            for file in self._options.cache_dir.glob(f"*{AUDIO_SUFFIX}"):
                with contextlib.suppress(FileNotFoundError):
                    stat = file.stat()
                    files.append((stat.st_mtime_ns, stat.st_size, file))
            total_bytes = sum(size for _, size, _ in files)
            for _, size_bytes, file in sorted(files):
                if total_bytes <= self._options.cache_max_bytes:
                    return
                if file not in self._in_use:
                    file.unlink(missing_ok=True)
                    total_bytes -= size_bytes

    def _remove_stale_parts(self) -> None:
        for part in self._options.cache_dir.glob(f"*{PART_SUFFIX}"):
            with contextlib.suppress(FileNotFoundError):
                if time.time() - part.stat().st_mtime > STALE_PART_S:
                    part.unlink()


class _SameKindRedirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects from web to web only, never to files or other schemes."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if urlsplit(newurl).scheme not in ("http", "https"):
            raise AudioUnavailableError("The address of the audio leads to something that is not the web.")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> urllib.request.OpenerDirector:
    """Web only: no files, no FTP, no proxy from the environment."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _SameKindRedirects(),
    ):
        opener.add_handler(handler)
    return opener


def _copy(source: IO[bytes], target: IO[bytes], expected_bytes: int) -> tuple[int, str]:
    """Copy at most one chunk more than expected. Returns size and SHA-256 of what was copied."""
    digest, size_bytes = hashlib.sha256(), 0
    while size_bytes <= expected_bytes and (chunk := source.read(CHUNK_BYTES)):
        target.write(chunk)
        digest.update(chunk)
        size_bytes += len(chunk)
    return size_bytes, digest.hexdigest()


def _has_size(path: Path, size_bytes: int) -> bool:
    try:
        return path.stat().st_size == size_bytes
    except FileNotFoundError:
        return False


def _status_error(status: int) -> InferenceError:
    if status in EXPIRED_STATUSES:
        return AudioUrlExpiredError("The address of the audio has expired; try again.", status=status)
    return AudioUnavailableError(
        f"The server answered {status} instead of the audio; check the backend and the storage.",
        status=status,
    )
