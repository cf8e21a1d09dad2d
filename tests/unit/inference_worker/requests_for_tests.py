"""Requests as the backend would send them."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

from inference_worker.contract import AnalysisRequest


def request_for(path: Path, **changes: Any) -> AnalysisRequest:
    """A request for all of `path`, with `changes`."""
    content = path.read_bytes()
    given: dict[str, Any] = {
        "analysis_id": "a1",
        "recording_id": "r1",
        "attempt": 1,
        "unit": 0,
        "audio_url": path.as_uri(),
        "audio_sha256": sha256(content).hexdigest(),
        "audio_size_bytes": len(content),
        "language": "en",
        "start_s": 0.0,
        "max_audio_s": 60.0,
        "max_duration_s": 3600.0,
        **changes,
    }
    return AnalysisRequest(**given)
