"""Checkpoints on this machine: which there are, where they lie, and whether they are what was fetched.

`MODELS_DIR/<organisation>--<name>/` holds the `.nemo` file and `manifest.json`. Standard library only.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from inference_worker.errors import ConfigurationError

MANIFEST = "manifest.json"
PARTIAL_SUFFIX = ".part"
READ_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCheckpoint:
    """A published checkpoint that this service was made with in mind. What is said is the publisher's word."""

    name: str
    languages: tuple[str, ...]
    """Empty: the file itself says which."""
    licence: str
    size_bytes: int
    """About."""
    summary: str


EUROPEAN = (
    *("bg", "hr", "cs", "da", "nl", "en", "et", "fi", "fr", "de", "el", "hu", "it"),
    *("lv", "lt", "mt", "pl", "pt", "ro", "sk", "sl", "es", "sv", "ru", "uk"),
)
KNOWN = (
    KnownCheckpoint(
        name="nvidia/nemotron-3.5-asr-streaming-0.6b",
        languages=(),
        licence="OpenMDW-1.1",
        size_bytes=2_500_000_000,
        summary="40 locales with Korean, punctuation and capitals; the default for every language",
    ),
    KnownCheckpoint(
        name="nvidia/parakeet-tdt-0.6b-v2",
        languages=("en",),
        licence="CC-BY-4.0",
        size_bytes=2_500_000_000,
        summary="English, punctuation and capitals; the default for English",
    ),
    KnownCheckpoint(
        name="nvidia/parakeet-tdt-0.6b-v3",
        languages=EUROPEAN,
        licence="CC-BY-4.0",
        size_bytes=2_500_000_000,
        summary="25 European languages, punctuation and capitals; not Korean",
    ),
    KnownCheckpoint(
        name="eesungkim/stt_kr_conformer_transducer_large",
        languages=("ko",),
        licence="CC-BY-4.0",
        size_bytes=489_000_000,
        summary="Korean without punctuation; small",
    ),
    KnownCheckpoint(
        name="nvidia/diar_streaming_sortformer_4spk-v2",
        languages=(),
        licence="CC-BY-4.0",
        size_bytes=470_000_000,
        summary="tells up to four speakers apart, in any language; not for words",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What was fetched."""

    name: str
    file: str
    """Name of the `.nemo` file beside the manifest."""
    size_bytes: int
    sha256: str
    licence: str
    source: str


class CheckpointStore:
    """The folder of fetched checkpoints."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def folder_of(self, name: str) -> Path:
        """Where `name` lies, or would."""
        return self.folder / name.replace("/", "--")

    def manifest(self, name: str) -> Manifest | None:
        """What is known of `name`; None if it was not fetched completely."""
        folder = self.folder_of(name)
        try:
            manifest = Manifest(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, OSError) as error:
            raise ConfigurationError(
                f"{folder / MANIFEST} cannot be read; run `models pull {name}` again."
            ) from error
        return manifest if (folder / manifest.file).is_file() else None

    def path(self, name: str) -> Path | None:
        """The `.nemo` file of `name`; None if it was not fetched."""
        manifest = self.manifest(name)
        return self.folder_of(name) / manifest.file if manifest else None

    def names(self) -> list[str]:
        """Everything that was fetched, sorted; whole or damaged since."""
        return sorted(path.parent.name.replace("--", "/", 1) for path in self.folder.glob(f"*/{MANIFEST}"))

    def keep(self, manifest: Manifest) -> None:
        """Write down what was fetched; from then on it can be used."""
        target = self.folder_of(manifest.name) / MANIFEST
        partial = target.with_suffix(PARTIAL_SUFFIX)
        partial.write_text(json.dumps(asdict(manifest), indent=2) + "\n", encoding="utf-8")
        partial.replace(target)

    def damage(self, manifest: Manifest, progress: Callable[[int], object]) -> str | None:
        """What is wrong with the file of `manifest`, in a few words; None if it is what was fetched."""
        path = self.folder_of(manifest.name) / manifest.file
        size_bytes = path.stat().st_size
        if size_bytes != manifest.size_bytes:
            return f"has {size_bytes} bytes instead of {manifest.size_bytes}"
        if sha256_of(path, progress) != manifest.sha256:
            return "has another checksum than when it was fetched"
        return None

    def remove(self, name: str) -> int:
        """Delete `name` and what a broken-off fetch left of it. Returns the freed bytes."""
        folder = self.folder_of(name)
        freed = (
            sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else 0
        )
        shutil.rmtree(folder, ignore_errors=True)
        return freed


def known(name: str) -> KnownCheckpoint | None:
    """The entry of `name` in `KNOWN`."""
    return next((entry for entry in KNOWN if entry.name == name), None)


def sha256_of(path: Path, progress: Callable[[int], object] = lambda count: None) -> str:
    """Checksum in hexadecimal. `progress` is called with the bytes of each step."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(READ_BYTES):
            digest.update(block)
            progress(len(block))
    return digest.hexdigest()
