"""Program: the block worker whose first decode after FILE appears never ends. Arguments: seconds a pass, FILE."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from benchmarks.block_engine import BlockTranscriber, EvenClassifier
from inference_worker.app import run_worker
from inference_worker.asr.base import Clip, Transcript
from inference_worker.config import load
from inference_worker.registry import Engines, Registry


class HangingTranscriber(BlockTranscriber):
    """Hangs once: the file is taken away before."""

    def __init__(self, decode_s: float, file: Path) -> None:
        super().__init__(decode_s)
        self._file = file

    def transcribe(
        self, clips: Sequence[Clip], language: str | None, vocabulary: Sequence[str] = ()
    ) -> list[Transcript]:
        """See `Transcriber`."""
        if self._file.exists():
            self._file.unlink()
            threading.Event().wait()
        return super().transcribe(clips, language, vocabulary)


class _HangingRegistry(Registry):
    def engines(self) -> Engines:
        return ENGINES


if __name__ == "__main__":
    ENGINES = Engines(HangingTranscriber(float(sys.argv[1]), Path(sys.argv[2])), EvenClassifier())
    _config = load(os.environ)
    run_worker(_config, _HangingRegistry(_config))
