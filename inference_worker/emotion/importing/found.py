"""What reading a corpus' layout brings, before anybody has listened to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

SOUND_SUFFIXES = frozenset({".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a"})


class LayoutError(ValueError):
    """The folder does not look like the corpus. `str()` says what was looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundClip:
    path: Path
    speaker: str
    """Without the name of the corpus; empty: nobody knows who it is."""
    gender: str
    """`f`, `m` or empty."""
    emotion: str
    """As the corpus calls it in English; empty: the file says none."""
    intensity: str = ""
    """`normal`, `strong` or empty."""
    text: str = ""


@dataclass(slots=True)
class Found:
    clips: list[FoundClip] = field(default_factory=list)
    skipped: list[tuple[Path, str]] = field(default_factory=list)
    """Files that are no clip of the corpus, or that its tables do not settle, each with the reason."""


Reader = Callable[[Path], Found]


def sounds(folder: Path) -> list[Path]:
    """All sound files under `folder`, sorted. Raises `LayoutError` when there are none."""
    found = sorted(
        path for path in folder.rglob("*") if path.suffix.lower() in SOUND_SUFFIXES and path.is_file()
    )
    if not found:
        raise LayoutError(f"{folder}: holds no sound files; give the folder of the unpacked corpus")
    return found
