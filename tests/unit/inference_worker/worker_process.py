"""Program: the real worker process with engines that know no speech.

First argument: seconds a clip. The second one may be `loses-gpu`: then the first clip does not find its GPU.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from inference_worker.app import run_worker
from inference_worker.asr.base import Transcript
from inference_worker.config import load
from inference_worker.device_loss import end_process
from inference_worker.errors import DeviceLostError
from inference_worker.registry import Engines, Registry
from tests.unit.inference_worker.engine_doubles import Clip, CountingTranscriber, engine_doubles


class DoubleRegistry(Registry):
    def engines(self) -> Engines:
        return ENGINES


class LosingTranscriber(CountingTranscriber):
    """Of a GPU that is lost once the worker is warm."""

    def transcribe(
        self, clips: Sequence[Clip], language: str | None, phrases: tuple[str, ...] = ()
    ) -> list[Transcript]:
        if language is None:  # while the worker warms up
            return super().transcribe(clips, language, phrases)
        end_process()
        raise DeviceLostError("The GPU does not answer any more; try again.")


ENGINES, _transcriber, _emotion = engine_doubles(delay_s=float(sys.argv[1]))
if sys.argv[2:] == ["loses-gpu"]:
    ENGINES = Engines(LosingTranscriber(), None)

if __name__ == "__main__":
    config = load(os.environ)
    sys.exit(run_worker(config, DoubleRegistry(config)))
