"""`emotion import`: a corpus' folder becomes a clip list, and a report of what is odd about it."""

from __future__ import annotations

import csv
import os
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from inference_worker.contract import EMOTION_LABELS
from inference_worker.emotion.clips import LABEL_ALIASES, ClipsError
from inference_worker.emotion.importing import checks, layouts
from inference_worker.emotion.importing.aihub import read_aihub
from inference_worker.emotion.importing.found import Found, FoundClip, LayoutError, Reader

COLUMNS = ("path", "corpus", "language", "speaker", "gender", "emotion", "intensity", "seconds", "text")


@dataclass(frozen=True, slots=True)
class Corpus:
    read: Reader
    language: str


CORPORA = {
    "ravdess": Corpus(layouts.read_ravdess, "en"),
    "tess": Corpus(layouts.read_tess, "en"),
    "crema-d": Corpus(layouts.read_cremad, "en"),
    "savee": Corpus(layouts.read_savee, "en"),
    "emodb": Corpus(layouts.read_emodb, "de"),
    "aihub-263": Corpus(read_aihub, "ko"),
}


def import_corpus(name: str, folder: Path, out: Path) -> dict[str, Any]:
    """Write the clip list `out` (paths relative to its folder) and return the report, ready for JSON.

    Raises `LayoutError` when `folder` is not that corpus or has no usable clip.
    """
    if not folder.is_dir():
        raise LayoutError(f"{folder}: no such folder; give the unpacked corpus")
    found = CORPORA[name].read(folder)
    known, unknown = _by_label(found)
    heard, unreadable = _listen(known)
    copies = checks.duplicates(heard)
    extra = {clip for group in copies for clip in group[1:]}
    kept = {clip: one for clip, one in heard.items() if clip not in extra}
    if not kept:
        raise LayoutError(f"{folder}: holds no usable clip of {name}; is it the right corpus?")
    _write(out, name, CORPORA[name].language, kept)
    return {
        "corpus": name,
        "clips": len(kept),
        "seconds": round(sum(one.seconds for one in kept.values()), 1),
        "emotions": dict(sorted(Counter(clip.emotion for clip in kept).items())),
        "speakers": dict(sorted(Counter(clip.speaker or "unknown" for clip in kept).items())),
        "sentences": dict(sorted(Counter(clip.text for clip in kept).items())),
        "skipped": [{"file": str(path), "why": why} for path, why in found.skipped],
        "unknown_labels": dict(sorted(unknown.items())),
        "unreadable": unreadable,
        "duplicates": [[str(clip.path) for clip in group] for group in copies],
        "contradicting_duplicates": [
            [str(clip.path) for clip in group] for group in copies if len({c.emotion for c in group}) > 1
        ],
        "suspicions": [str(one) for one in checks.swapped(kept)],
    }


def _by_label(found: Found) -> tuple[list[FoundClip], Counter[str]]:
    known, unknown = [], Counter[str]()
    for clip in found.clips:
        emotion = LABEL_ALIASES.get(clip.emotion, clip.emotion)
        if emotion in EMOTION_LABELS:
            known.append(replace(clip, emotion=emotion))
        else:
            unknown[clip.emotion] += 1
    return known, unknown


def _listen(clips: list[FoundClip]) -> tuple[dict[FoundClip, checks.Heard], list[str]]:
    heard, unreadable = {}, []
    for clip in tqdm(clips, desc="listening", mininterval=5.0):
        try:
            heard[clip] = checks.listen(clip)
        except ClipsError as error:
            unreadable.append(str(error))
    return heard, unreadable


def _write(out: Path, corpus: str, language: str, kept: dict[FoundClip, checks.Heard]) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for clip, one in kept.items():
            writer.writerow(
                (
                    os.path.relpath(clip.path, out.parent),
                    corpus,
                    language,
                    f"{corpus}-{clip.speaker or 'unknown'}",
                    clip.gender,
                    clip.emotion,
                    clip.intensity,
                    f"{one.seconds:.3f}",
                    clip.text,
                )
            )


def as_text(report: dict[str, Any], out: Path) -> str:
    """The report for people."""
    lines = [
        f"{report['clips']} clips, {report['seconds']:.0f} s, {len(report['speakers'])} speakers, "
        f"{len(report['sentences'])} sentences -> {out}",
        "emotions: " + ", ".join(f"{name} {count}" for name, count in report["emotions"].items()),
        "speakers: " + ", ".join(f"{name} {count}" for name, count in report["speakers"].items()),
    ]
    for name, title in (
        ("unknown_labels", "labels that are none of ours, left out"),
        ("unreadable", "unreadable, left out"),
        ("skipped", "skipped"),
        ("duplicates", "the same sound more than once, kept once"),
        ("contradicting_duplicates", "the same sound with different labels, look at these"),
    ):
        if report[name]:
            lines.append(f"{title}: {len(report[name])}, such as {_first(report[name])}")
    return "\n".join([*lines, *(f"WARNING: {text}" for text in report["suspicions"])])


def _first(items: Any) -> str:
    item = next(iter(items.items())) if isinstance(items, dict) else items[0]
    if isinstance(item, dict):
        return f"{item['file']} ({item['why']})"
    return " ".join(str(part) for part in item) if isinstance(item, list | tuple) else str(item)
