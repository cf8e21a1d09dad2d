"""Labelled clips: the CSV that lists them, and reading one as sound."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inference_worker.audio import decode, read_blocks
from inference_worker.contract import EMOTION_LABELS
from inference_worker.emotion.base import SAMPLE_RATE_HZ, Clip
from inference_worker.errors import InferenceError

LABEL_ALIASES = {"calm": "neutral", "anger": "angry", "fearful": "fear", "surprised": "surprise"}
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
    """The rows of a clip list; paths in it are relative to its folder.

    Raises `ClipsError` for a missing file, a missing column or an unknown emotion.
    """
    try:
        with csv_path.open(newline="", encoding="utf-8") as stream:
            reader = csv.DictReader(stream)
            missing = [name for name in _NEEDED if name not in (reader.fieldnames or [])]
            if missing:
                raise ClipsError(f"{csv_path}: columns are missing: {', '.join(missing)}")
            return [_read_row(row, csv_path, number) for number, row in enumerate(reader, start=2)]
    except OSError as error:
        raise ClipsError(
            f"{csv_path}: cannot be read ({error.strerror}); give the path of a clip list"
        ) from error


def read_all(csv_paths: Iterable[Path]) -> list[LabelledClip]:
    """The rows of several clip lists, in order."""
    return [clip for csv_path in csv_paths for clip in read_clips(csv_path)]


def _read_row(row: dict[str, str], csv_path: Path, line: int) -> LabelledClip:
    emotion = LABEL_ALIASES.get(row["emotion"], row["emotion"])
    if emotion not in EMOTION_LABELS:
        raise ClipsError(
            f"{csv_path}, line {line}: unknown emotion {row['emotion']!r}; use one of {', '.join(EMOTION_LABELS)}"
        )
    return LabelledClip(
        path=csv_path.parent / row["path"],
        corpus=row["corpus"],
        language=row["language"],
        speaker=row["speaker"],
        gender=row.get("gender") or "",
        emotion=emotion,
        intensity=row.get("intensity") or "",
        text=row.get("text") or "",
        **_part(row, f"{csv_path}, line {line}"),
    )


def _part(row: dict[str, str], where: str) -> dict[str, float]:
    """`start_s` and `end_s` where a list has them: clips of one recording, such as corrections that were exported."""
    try:
        part = {name: float(row[name]) for name in ("start_s", "end_s") if row.get(name)}
    except ValueError as error:
        raise ClipsError(f"{where}: start_s and end_s are seconds, or empty") from error
    if part.get("start_s", 0.0) < 0 or part.get("end_s", np.inf) <= part.get("start_s", 0.0):
        raise ClipsError(f"{where}: end_s must come after start_s, and start_s not before 0")
    return part


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
