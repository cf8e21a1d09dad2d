"""Labelled clips: the CSV that lists them, and reading one as sound."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inference_worker.audio import decode, read_blocks
from inference_worker.contract import EMOTION_LABELS
from inference_worker.emotion.base import SAMPLE_RATE_HZ, Clip
from inference_worker.errors import InferenceError

LABEL_ALIASES = {
    "calm": "neutral",
    "happiness": "happy",
    "sadness": "sad",
    "anger": "angry",
    "fearful": "fear",
    "disgusted": "disgust",
    "surprised": "surprise",
}
UNKNOWN = "unknown"
"""How the name of a speaker ends who may be anybody."""
_NEEDED = ("path", "corpus", "language", "speaker", "emotion")


class ClipsError(ValueError):
    """A clip list or a sound file cannot be read. `str()` names it and says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledClip:
    path: Path
    corpus: str
    language: str
    speaker: str
    gender: str
    """`f`, `m` or empty."""
    emotion: str
    """One of `EMOTION_LABELS`."""
    intensity: str
    """`normal`, `strong` or empty."""
    text: str
    """What is said; empty where nobody wrote it down."""
    start_s: float = 0.0
    """Where the clip begins in its file."""
    end_s: float | None = None
    """Where it ends; None: with the file."""


def read_clips(csv_path: Path) -> list[LabelledClip]:
    """The rows of a clip list, UTF-8 with or without a byte order mark; paths in it are relative to its folder.

    Raises `ClipsError` for a file that cannot be read, a missing column, an unknown emotion, or a list without rows.
    """
    try:
        with csv_path.open(newline="", encoding="utf-8-sig") as stream:
            reader = csv.DictReader(stream)
            missing = [name for name in _NEEDED if name not in (reader.fieldnames or [])]
            if missing:
                raise ClipsError(
                    f"{csv_path}: columns are missing: {', '.join(missing)}; its first line names them, separated by "
                    "commas"
                )
            clips = [_read_row(row, csv_path, reader.line_num) for row in reader]
    except OSError as error:
        raise ClipsError(
            f"{csv_path}: cannot be read ({error.strerror}); give the path of a clip list"
        ) from error
    except UnicodeDecodeError as error:
        raise ClipsError(f"{csv_path}: is not UTF-8; save it as CSV in UTF-8") from error
    except csv.Error as error:
        raise ClipsError(f"{csv_path}: is not a list of clips ({error})") from error
    if not clips:
        raise ClipsError(f"{csv_path}: has no rows")
    return clips


def read_all(csv_paths: Iterable[Path]) -> list[LabelledClip]:
    """The rows of several clip lists, in order."""
    return [clip for csv_path in csv_paths for clip in read_clips(csv_path)]


def _read_row(row: dict[str, str | None], csv_path: Path, line: int) -> LabelledClip:
    where = f"{csv_path}, line {line}"
    # A line that ends early has None in what it lacks.
    values = {name: (row.get(name) or "").strip() for name in (*_NEEDED, "gender", "intensity", "text")}
    if not values["path"] or "\0" in values["path"]:
        raise ClipsError(f"{where}: the path is missing or no path")
    named = values["emotion"].lower()
    emotion = LABEL_ALIASES.get(named, named)
    if emotion not in EMOTION_LABELS:
        raise ClipsError(
            f"{where}: unknown emotion {values['emotion']!r}; use one of {', '.join(EMOTION_LABELS)}"
        )
    return LabelledClip(
        path=csv_path.parent / values["path"],
        corpus=values["corpus"],
        language=values["language"],
        speaker=values["speaker"] or UNKNOWN,
        gender=values["gender"],
        emotion=emotion,
        intensity=values["intensity"],
        text=values["text"],
        **_part(row, where),
    )


def _part(row: dict[str, str | None], where: str) -> dict[str, float]:
    """`start_s` and `end_s` where a list has them: clips of one recording, such as corrections that were exported."""
    try:
        part = {name: float(text) for name in ("start_s", "end_s") if (text := row.get(name))}
    except ValueError as error:
        raise ClipsError(f"{where}: start_s and end_s are seconds, or empty") from error
    if not all(map(np.isfinite, part.values())):
        raise ClipsError(f"{where}: start_s and end_s are seconds, or empty")
    if part.get("start_s", 0.0) < 0 or part.get("end_s", np.inf) <= part.get("start_s", 0.0):
        raise ClipsError(f"{where}: end_s must come after start_s, and start_s not before 0")
    return part


def described(clip: LabelledClip) -> str:
    """Which sound it is: the file, and the part of it."""
    is_whole = clip.start_s == 0.0 and clip.end_s is None
    path = clip.path.resolve()
    return f"{path}" if is_whole else f"{path} {clip.start_s} {clip.end_s}"


def fingerprint(clips: Iterable[LabelledClip]) -> str:
    """Which clips these are, wherever their folder lies, and what they are labelled."""
    rows = (
        f"{clip.corpus}\t{clip.speaker}\t{clip.path.name}\t{clip.start_s}\t{clip.end_s}\t{clip.emotion}"
        for clip in clips
    )
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def read_clip(clip: LabelledClip) -> Clip:
    """The clip's part of its file, as `read_sound` gives a whole one. Decodes no more than that part."""
    if clip.start_s == 0.0 and clip.end_s is None:
        return read_sound(clip.path)
    wanted = None if clip.end_s is None else round((clip.end_s - clip.start_s) * SAMPLE_RATE_HZ)
    blocks: list[Clip] = []
    try:
        for block in read_blocks(clip.path, clip.start_s):
            blocks.append(block)
            if wanted is not None and sum(map(len, blocks)) >= wanted:
                break
    except InferenceError as error:
        raise ClipsError(f"{clip.path}: {error}") from error
    if not blocks:
        raise ClipsError(f"{clip.path}: it ends before {clip.start_s} s, where the clip begins")
    return np.clip(np.concatenate(blocks)[:wanted], np.float32(-1.0), np.float32(1.0))


def read_sound(path: Path) -> Clip:
    """`(time,)` float32 in [-1, 1] at 16 kHz, channels averaged.

    Raises `ClipsError` when there is no such file or no sound in it.
    """
    try:
        return np.clip(decode(path), np.float32(-1.0), np.float32(1.0))
    except InferenceError as error:
        raise ClipsError(f"{path}: {error}") from error
