"""`analyze` and `transcribe`: local files in, script or JSON out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from inference_worker.audio import probe
from inference_worker.config import WorkerConfig
from inference_worker.contract import UnitResult
from inference_worker.errors import InferenceError
from inference_worker.pipeline import UnitControl
from inference_worker.recording import FileOptions, analyze_file
from inference_worker.registry import Engines, Registry
from inference_worker.script_form import script_line

PROGRESS_BAR_FROM_S = 20.0
EXIT_OK, EXIT_ERROR = 0, 2


def analyze(path: Path, config: WorkerConfig, options: FileOptions, as_json: bool) -> int:
    """Print `path` as a script, line by line as it is understood, or as one JSON document."""
    probe(path)
    engines = Registry(config, with_emotion=options.want_emotion).engines()
    results = []
    for result in _with_progress_bar(path, engines, options):
        results.append(result)
        if not as_json:
            for utterance in result.utterances:
                tqdm.write(script_line(utterance), file=sys.stdout)
    if as_json:
        print(json.dumps(_document(path, results), ensure_ascii=False, indent=2))
    elif not any(result.utterances for result in results):
        print("No speech was found.", file=sys.stderr)
    return EXIT_OK


def transcribe(paths: Sequence[Path], config: WorkerConfig, options: FileOptions, as_json: bool) -> int:
    """Print the words of each file; a file that cannot be read is reported, and the others are done."""
    engines = Registry(config, with_emotion=False).engines()
    code = EXIT_OK
    for path in paths:
        try:
            results = list(_with_progress_bar(path, engines, options))
        except InferenceError as error:
            print(f"error[{error.code}]: {path}: {error}", file=sys.stderr)
            code = EXIT_ERROR
            continue
        if as_json:
            print(json.dumps(_document(path, results), ensure_ascii=False), flush=True)
        else:
            text = " ".join(utterance.text for result in results for utterance in result.utterances)
            print(text if len(paths) == 1 else f"{path}: {text}", flush=True)
    return code


def _with_progress_bar(path: Path, engines: Engines, options: FileOptions) -> Iterator[UnitResult]:
    duration_s = probe(path).duration_s
    is_shown = duration_s > PROGRESS_BAR_FROM_S and sys.stderr.isatty()
    layout = "{percentage:3.0f} %|{bar}| {n:.0f} of {total:.0f} s, {remaining} left"
    with tqdm(total=duration_s, disable=not is_shown, bar_format=layout, leave=False, file=sys.stderr) as bar:

        def show(position_s: float, _duration_s: float | None) -> None:
            bar.update(max(0.0, min(position_s, duration_s) - bar.n))

        yield from analyze_file(path, engines, options, UnitControl(progress=show))


def _document(path: Path, results: Sequence[UnitResult]) -> dict[str, Any]:
    last = results[-1]
    return {
        "file": str(path),
        "duration_s": round(last.duration_s, 3),
        "asr_engine": last.asr_engine,
        "emotion_engine": last.emotion_engine,
        "text": " ".join(u.text for result in results for u in result.utterances if u.text),
        "utterances": [utterance.to_json() for result in results for utterance in result.utterances],
        "decode_s": round(sum(result.decode_s for result in results), 3),
        "inference_s": round(sum(result.inference_s for result in results), 3),
    }
