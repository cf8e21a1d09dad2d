"""AI-Hub 263, Korean emotional dialogue (감정 분류를 위한 대화 음성 데이터셋): tables with five raters a clip."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from inference_worker.emotion.importing.found import Found, FoundClip, LayoutError, sounds

FEWEST_AGREEING = 3
"""Of five raters."""
_LABELS = {
    "happiness": "happy",
    "angry": "angry",
    "anger": "angry",
    "disgust": "disgust",
    "fear": "fear",
    "neutral": "neutral",
    "sadness": "sad",
    "surprise": "surprise",
}
_STRONG_FROM = 1.5
"""Mean of the raters who agree; they gave 0 to 2."""
_GENDERS = {"female": "f", "male": "m", "여": "f", "남": "m", "여성": "f", "남성": "m"}


def read_aihub(folder: Path) -> Found:
    """Every table under `folder` with the columns `wav_id` and `1번 감정`…, and the sounds that it names.

    A clip counts when at least three raters name one emotion. The tables do not say who speaks: such clips train,
    and are never used to judge. Raises `LayoutError` when there is no such table.
    """
    rows = [row for table in sorted(folder.rglob("*.csv")) for row in _rows(table)]
    if not rows:
        raise LayoutError(
            f"{folder}: no table with the columns wav_id and 1번 감정; give the unpacked folder"
        )
    files = {path.stem: path for path in sounds(folder)}
    found = Found()
    for row in rows:
        path = files.pop(row["wav_id"].strip(), None)
        if path is None:
            found.skipped.append((folder / f"{row['wav_id']}.wav", "in a table, but there is no such sound"))
            continue
        emotion, intensity = agreed(_ratings(row))
        if not emotion:
            found.skipped.append((path, f"fewer than {FEWEST_AGREEING} raters agree"))
            continue
        found.clips.append(
            FoundClip(
                path=path,
                speaker="",
                gender=_GENDERS.get((row.get("성별") or "").strip().lower(), ""),
                emotion=emotion,
                intensity=intensity,
                text=(row.get("발화문") or "").strip(),
            )
        )
    found.skipped += [(path, "in no table") for path in files.values()]
    return found


def agreed(ratings: Sequence[tuple[str, float | None]]) -> tuple[str, str]:
    """Emotion and intensity that enough raters give; empty strings where they do not agree."""
    counts = Counter(emotion for emotion, _ in ratings)
    if not counts:
        return "", ""
    emotion, votes = counts.most_common(1)[0]
    if votes < FEWEST_AGREEING:
        return "", ""
    strengths = [strength for name, strength in ratings if name == emotion and strength is not None]
    if not strengths or emotion == "neutral":
        return emotion, ""
    return emotion, "strong" if sum(strengths) / len(strengths) >= _STRONG_FROM else "normal"


def _rows(table: Path) -> list[dict[str, str]]:
    content = table.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp949", errors="replace")
    reader = csv.DictReader(io.StringIO(text, newline=""))
    reader.fieldnames = [(name or "").strip() for name in reader.fieldnames or []]
    if "wav_id" not in reader.fieldnames or not any(_rater(name) for name in reader.fieldnames):
        return []
    return [row for row in reader if (row["wav_id"] or "").strip()]


def _rater(column: str) -> str | None:
    match = re.fullmatch(r"(\d)번\s*감정", column)
    return match.group(1) if match else None


def _ratings(row: dict[str, str]) -> list[tuple[str, float | None]]:
    strengths = {
        match.group(1): value
        for column, value in row.items()
        if column and (match := re.fullmatch(r"(\d)번\s*감정\s*세기", column))
    }
    ratings = []
    for column, value in row.items():
        rater = _rater(column or "")
        if rater is not None and (value or "").strip():
            label = value.strip().lower()
            ratings.append((_LABELS.get(label, label), _number(strengths.get(rater))))
    return ratings


def _number(text: str | None) -> float | None:
    try:
        return float(text or "")
    except ValueError:
        return None
