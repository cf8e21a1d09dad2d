"""`asr evaluate`: error rates of the engine of this machine, on the road that recordings take."""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from inference_worker.asr.scoring import NORMALISATION, Errors, errors, total
from inference_worker.config import WorkerConfig
from inference_worker.errors import ConfigurationError, InferenceError
from inference_worker.recording import FileOptions, analyze_file
from inference_worker.registry import Engines, Registry

EXIT_OK, EXIT_ERROR = 0, 2
SHOWN_LINES = 10
COLUMNS = ("path", "language", "text")
GROUPS = ("language", "corpus", "speaker")


@dataclass(frozen=True, slots=True)
class ListedClip:
    """One row of the list."""

    path: Path
    text: str
    groups: dict[str, str]
    """Language (its primary tag), corpus and speaker, where the list has them."""

    @property
    def language(self) -> str:
        """Empty: the engine decides."""
        return self.groups.get("language", "")


@dataclass(frozen=True, slots=True)
class HeardClip:
    """What became of one row."""

    clip: ListedClip
    heard: str
    errors: Errors
    duration_s: float


def evaluate(path: Path, config: WorkerConfig, *, worst: int, limit: int | None, as_json: bool) -> int:
    """Print error rates on the clips of `path`.

    Clips that cannot be read and lines without a path or a text are named and left out; languages that no checkpoint
    knows are named, and their clips count as not understood.

    Raises `ConfigurationError` if the list cannot be used.
    """
    listed, incomplete = read_list(path)
    clips = spread(listed, limit)
    engines = Registry(config, with_emotion=False).warm_up()
    began = time.monotonic()
    heard, unreadable = [], []
    for clip in tqdm(clips, disable=not sys.stderr.isatty(), leave=False, file=sys.stderr):
        try:
            heard.append(_heard(clip, engines))
        except InferenceError as error:
            unreadable.append({"path": str(clip.path), "code": error.code})
    document = {
        "asr_engine": engines.transcriber.name,
        "normalisation": NORMALISATION,
        "audio_s": round(sum(clip.duration_s for clip in heard), 1),
        "took_s": round(time.monotonic() - began, 1),
        "all": _rates(heard),
        **{
            f"by_{name}": _by(heard, name)
            for name in GROUPS
            if any(name in clip.clip.groups for clip in heard)
        },
        "worst": [_shown(clip) for clip in sorted(heard, key=_badness, reverse=True)[:worst]],
        "unreadable": unreadable,
        "incomplete_lines": incomplete,
        "unknown_languages": sorted({clip.language for clip in clips} - engines.transcriber.languages - {""}),
    }
    print(json.dumps(document, ensure_ascii=False, indent=2) if as_json else _text(document))
    return EXIT_ERROR if unreadable or not heard else EXIT_OK


def read_list(path: Path) -> tuple[list[ListedClip], list[int]]:
    """The rows of a clip list, and the lines that lack a path or a text. Raises `ConfigurationError`."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or [])]
            if missing:
                raise ConfigurationError(
                    f"{path} lacks the columns {', '.join(missing)}; add them to its first line, separated by commas."
                )
            numbered = [(reader.line_num, row) for row in reader]
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path} is not UTF-8; save it as CSV in UTF-8.") from error
    except (OSError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigurationError(f"{path} cannot be read as a list of clips ({reason}).") from error
    rows = [row for _, row in numbered if _is_complete(row)]
    if not rows:
        raise ConfigurationError(
            f"{path} has no row with a path and a text; there is nothing to compare with."
        )
    listed = [ListedClip(path.parent / row["path"], row["text"], _groups(row)) for row in rows]
    return listed, [line for line, row in numbered if not _is_complete(row)]


def _is_complete(row: dict[str, str]) -> bool:
    """Whether there is something to hear and to compare with. No path holds a zero byte."""
    return bool((row["text"] or "").strip() and row["path"] and "\0" not in row["path"])


def _groups(row: dict[str, str]) -> dict[str, str]:
    groups = {name: row[name].strip() for name in GROUPS if (row.get(name) or "").strip()}
    if "language" in groups:
        groups["language"] = groups["language"].split("-")[0].lower()
    return groups


def spread(clips: Sequence[ListedClip], limit: int | None) -> list[ListedClip]:
    """At most `limit` of `clips`, evenly over the list."""
    if limit is None or limit >= len(clips):
        return list(clips)
    return [clips[index * len(clips) // limit] for index in range(limit)]


def _heard(clip: ListedClip, engines: Engines) -> HeardClip:
    options = FileOptions(language=clip.language or None, want_emotion=False)
    results = list(analyze_file(clip.path, engines, options))
    text = " ".join(utterance.text for result in results for utterance in result.utterances if utterance.text)
    return HeardClip(clip, text, errors(clip.text, text), results[-1].duration_s)


def _rates(clips: Sequence[HeardClip]) -> dict[str, Any]:
    together = total(clip.errors for clip in clips)
    return {
        "clips": len(clips),
        "words": together.words,
        "wer": _rounded(together.word_rate),
        "cer": _rounded(together.character_rate),
    }


def _by(clips: Sequence[HeardClip], group: str) -> dict[str, Any]:
    names = sorted({clip.clip.groups.get(group, "") for clip in clips})
    return {
        name: _rates([clip for clip in clips if clip.clip.groups.get(group, "") == name]) for name in names
    }


def _badness(clip: HeardClip) -> tuple[float, int]:
    return clip.errors.character_rate or 0.0, clip.errors.character_errors


def _shown(clip: HeardClip) -> dict[str, Any]:
    return {
        "path": str(clip.clip.path),
        **clip.clip.groups,
        "text": clip.clip.text,
        "heard": clip.heard,
        "wer": _rounded(clip.errors.word_rate),
        "cer": _rounded(clip.errors.character_rate),
    }


def _rounded(rate: float | None) -> float | None:
    return None if rate is None else round(rate, 4)


def _percent(rate: float | None) -> str:
    return "     -" if rate is None else f"{rate:6.1%}"


def _text(document: dict[str, Any]) -> str:
    lines = [f"{document['asr_engine']}, {document['audio_s']} s of sound in {document['took_s']} s"]
    tables = {"": {"all": document["all"]}, **{name: document.get(f"by_{name}", {}) for name in GROUPS}}
    for group, rows in tables.items():
        for name, row in rows.items():
            title = f"{group} {name}".strip() if name else f"without {group}"
            lines.append(
                f"WER {_percent(row['wer'])}  CER {_percent(row['cer'])}  {row['clips']:5} clips  {title}"
            )
    lines.append("worst:")
    for row in document["worst"]:
        lines.append(
            f"CER {_percent(row['cer'])}  {row['path']}\n    said:  {row['text']}\n    heard: {row['heard']}"
        )
    lines += [f"unreadable ({row['code']}): {row['path']}" for row in document["unreadable"]]
    if left_out := document["incomplete_lines"]:
        shown = ", ".join(str(line) for line in left_out[:SHOWN_LINES])
        more = ", …" if len(left_out) > SHOWN_LINES else ""
        lines.append(f"left out: {len(left_out)} lines without a path or a text ({shown}{more})")
    lines += [
        f"no checkpoint knows {tag}: its clips count as not understood"
        for tag in document["unknown_languages"]
    ]
    lines.append(document["normalisation"])
    return "\n".join(lines)
