"""Where checkpoints come from: the Hugging Face hub, or a folder that has the same layout (for closed networks).

Only the standard library: fetching must work before NeMo is installed. The hub's interface is described at
https://huggingface.co/docs/hub/api; a folder holds `<organisation>/<name>/<file>.nemo`, beside it `<file>.nemo.sha256`
and `README.md` with `license:` in its head, both optional.
"""

from __future__ import annotations

import http.client
import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol
from urllib.parse import quote, urlsplit

from inference_worker.asr.checkpoints import PARTIAL_SUFFIX, READ_BYTES, sha256_of
from inference_worker.errors import ConfigurationError

TIMEOUT_S = 30.0
UNKNOWN_LICENCE = "unknown"
LICENCE_LINE = re.compile(r"^license:\s*['\"]?([^'\"\n]+)", re.MULTILINE)
SHA256 = re.compile(r"[0-9a-f]{64}")
CONTENT_RANGE_START = re.compile(r"bytes (\d+)-")


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteCheckpoint:
    """A `.nemo` file that can be fetched."""

    name: str
    file: str
    size_bytes: int
    sha256: str | None
    """None: the hub does not say."""
    licence: str
    address: str


class Hub(Protocol):
    """A place that has checkpoints."""

    def find(self, name: str) -> RemoteCheckpoint:
        """Look `name` up. Raises `ConfigurationError` if it is not there or the hub cannot be reached."""
        ...

    def open(self, remote: RemoteCheckpoint, first_byte: int) -> tuple[IO[bytes], int]:
        """Its bytes, and the number of the first one: `first_byte`, or 0 where the hub cannot resume."""
        ...


def hub_at(address: str) -> Hub:
    """The hub at an `https://`, `http://` or `file://` address."""
    parts = urlsplit(address)
    if parts.scheme == "file":
        return FolderHub(Path(urllib.request.url2pathname(parts.path)))
    return WebHub(address.rstrip("/"))


def fetch(hub: Hub, remote: RemoteCheckpoint, target: Path, progress: Callable[[int], object]) -> None:
    """Write the file to `part_of(target)`, going on where an earlier try was broken off.

    `progress` is called with the bytes of each step, those of the earlier try included. Raises
    `ConfigurationError` if the connection breaks; what came stays for the next try.
    """
    partial = part_of(target)
    present = partial.stat().st_size if partial.exists() else 0
    if present > remote.size_bytes:
        present = 0
    try:
        if present < remote.size_bytes:
            source, first = hub.open(remote, present)
            with source, partial.open("r+b" if first else "wb") as file:
                file.truncate(first)
                file.seek(first)
                progress(first)
                while block := source.read(READ_BYTES):
                    file.write(block)
                    progress(len(block))
        else:
            progress(present)
    except (OSError, http.client.HTTPException) as error:
        raise ConfigurationError(
            f"Fetching {remote.name} was broken off ({error}); run the command again, it goes on where it was."
        ) from error
    size_bytes = partial.stat().st_size
    if size_bytes < remote.size_bytes:
        raise ConfigurationError(
            f"Only {size_bytes} of {remote.size_bytes} bytes of {remote.name} came; run the command again, "
            "it goes on where it was."
        )


def part_of(target: Path) -> Path:
    """Where `target` is gathered until it is known to be whole."""
    return target.with_name(target.name + PARTIAL_SUFFIX)


class WebHub:
    """The Hugging Face hub, or a mirror with the same interface."""

    def __init__(self, address: str) -> None:
        self._address = address

    def find(self, name: str) -> RemoteCheckpoint:
        """See `Hub`."""
        try:
            with _get(f"{self._address}/api/models/{quote(name)}?blobs=true") as response:
                said: dict[str, Any] = json.load(response)
        except urllib.error.HTTPError as error:
            if error.code in (401, 403, 404):
                raise ConfigurationError(
                    f"{self._address} has no public model {name}; check the name."
                ) from error
            raise _unreachable(self._address, error) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise _unreachable(self._address, error) from error
        sizes = {str(entry.get("rfilename")): entry for entry in said.get("siblings", [])}
        file = _archive_of(name, list(sizes))
        large = sizes[file].get("lfs") or {}
        revision = str(said.get("sha") or "main")
        return RemoteCheckpoint(
            name=name,
            file=file,
            size_bytes=int(large.get("size") or sizes[file].get("size") or 0),
            sha256=large.get("sha256"),
            licence=str((said.get("cardData") or {}).get("license") or UNKNOWN_LICENCE),
            address=f"{self._address}/{quote(name)}/resolve/{revision}/{quote(file)}",
        )

    def open(self, remote: RemoteCheckpoint, first_byte: int) -> tuple[IO[bytes], int]:
        """See `Hub`."""
        response = _get(remote.address, first_byte)
        start = CONTENT_RANGE_START.match(response.headers.get("Content-Range", ""))
        return response, int(start.group(1)) if start else 0


class FolderHub:
    """A folder with checkpoints."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, name: str) -> RemoteCheckpoint:
        """See `Hub`."""
        if not self._folder.is_dir():
            raise _unreachable(self._folder.as_uri(), "there is no such folder")
        folder = self._folder / name
        if not folder.is_dir():
            raise ConfigurationError(f"{self._folder} has no model {name}; check the name.")
        path = folder / _archive_of(name, [path.name for path in folder.iterdir()])
        card = folder / "README.md"
        licence = LICENCE_LINE.search(card.read_text(encoding="utf-8")) if card.exists() else None
        return RemoteCheckpoint(
            name=name,
            file=path.name,
            size_bytes=path.stat().st_size,
            sha256=_checksum(path),
            licence=licence.group(1).strip() if licence else UNKNOWN_LICENCE,
            address=path.as_uri(),
        )

    def open(self, remote: RemoteCheckpoint, first_byte: int) -> tuple[IO[bytes], int]:
        """See `Hub`."""
        file = (self._folder / remote.name / remote.file).open("rb")
        return file, file.seek(first_byte)


def _get(address: str, first_byte: int = 0) -> Any:
    if urlsplit(address).scheme not in ("http", "https"):
        raise ConfigurationError(f"{address} is not a web address; correct MODELS_HUB.")
    headers = {"Range": f"bytes={first_byte}-"} if first_byte else {}
    request = urllib.request.Request(address, headers=headers)  # noqa: S310 - checked above
    return urllib.request.urlopen(request, timeout=TIMEOUT_S)  # noqa: S310


def _checksum(path: Path) -> str:
    """What the file beside `path` says, or else that of the file itself. Raises `ConfigurationError`."""
    noted = path.with_name(path.name + ".sha256")
    if not noted.exists():
        return sha256_of(path)
    sha256 = noted.read_text(encoding="ascii", errors="replace").partition(" ")[0].strip().lower()
    if not SHA256.fullmatch(sha256):
        raise ConfigurationError(f"{noted} holds no SHA-256; correct it or remove it.")
    return sha256


def _archive_of(name: str, files: list[str]) -> str:
    archives = [file for file in files if file.endswith(".nemo") and "/" not in file]
    preferred = name.partition("/")[2] + ".nemo"
    if preferred in archives:
        return preferred
    if len(archives) == 1:
        return archives[0]
    raise ConfigurationError(f"{name} has {len(archives)} .nemo files; exactly one is needed.")


def _unreachable(address: str, reason: object) -> ConfigurationError:
    reason = getattr(reason, "reason", reason)
    return ConfigurationError(
        f"{address} cannot be reached ({reason}); go on without, or set MODELS_HUB to a mirror or a folder "
        "(file:///path)."
    )
