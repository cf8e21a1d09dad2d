"""Stand-ins for engines offer all that the Protocol names: whoever adds to it is told here, not by a silent worker."""

from __future__ import annotations

import pytest

from benchmarks.block_engine import BlockTranscriber
from inference_worker.asr.base import Transcriber
from inference_worker.asr.pocketsphinx import PocketSphinxTranscriber
from tests.unit.inference_worker.engine_doubles import CountingTranscriber

NEEDED = {*Transcriber.__annotations__, *(name for name in vars(Transcriber) if not name.startswith("_"))}


@pytest.mark.parametrize(
    "engine",
    [BlockTranscriber(0.0), CountingTranscriber(), PocketSphinxTranscriber()],
    ids=lambda engine: type(engine).__name__,
)
def test_nothing_is_missing(engine: Transcriber) -> None:
    assert {"name", "device", "transcribe"} <= NEEDED
    assert {name for name in NEEDED if not hasattr(engine, name)} == set()
