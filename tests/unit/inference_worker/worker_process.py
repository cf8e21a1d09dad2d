"""Program: the real worker process with engines that know no speech. First argument: seconds a clip."""

from __future__ import annotations

import os
import sys

from inference_worker.app import run_worker
from inference_worker.config import load
from inference_worker.registry import Engines, Registry
from tests.unit.inference_worker.engine_doubles import engine_doubles


class DoubleRegistry(Registry):
    def engines(self) -> Engines:
        return ENGINES


ENGINES, _transcriber, _emotion = engine_doubles(delay_s=float(sys.argv[1]))

if __name__ == "__main__":
    config = load(os.environ)
    run_worker(config, DoubleRegistry(config))
