"""A whole local file without any server: unit after unit through the worker's own pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from inference_worker.contract import AnalysisRequest, CueBaseline, UnitResult
from inference_worker.pipeline import UnitControl, analyze_unit
from inference_worker.registry import Engines

UNIT_S = 60.0
MAX_DURATION_S = 24 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOptions:
    """What is wanted of a file."""

    language: str | None = None
    want_emotion: bool = True
    max_audio_s: float = UNIT_S


def analyze_file(
    path: Path, engines: Engines, options: FileOptions, control: UnitControl | None = None
) -> Iterator[UnitResult]:
    """The units of `path` as they are done. Raises what `analyze_unit` raises."""
    start_s, unit, is_last = 0.0, 0, False
    baseline: CueBaseline | None = None
    while not is_last:
        request = AnalysisRequest(
            analysis_id="local",
            recording_id=str(path),
            attempt=1,
            unit=unit,
            audio_url=path.resolve().as_uri(),
            audio_sha256="",
            audio_size_bytes=0,
            language=options.language,
            start_s=start_s,
            max_audio_s=options.max_audio_s,
            max_duration_s=MAX_DURATION_S,
            want_emotion=options.want_emotion,
            cue_baseline=baseline,
        )
        result = analyze_unit(request, engines, path, control)
        yield result
        baseline = result.cue_baseline
        start_s, unit, is_last = result.processed_until_s, unit + 1, result.is_last
