"""Program: the real inference worker with NeMo, whose batches wait while a file exists. Argument: that file.

Before a batch waits, its path with the suffix `.in-batch` is made, so that a test knows when to strike.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

from inference_worker.app import run_worker
from inference_worker.asr import nemo
from inference_worker.config import load
from inference_worker.registry import Registry

_encoded = nemo.NemoModel._encoded


def held(model: nemo.NemoModel, prepared: nemo.Prepared) -> Any:
    """The encoder's pass, and before its end a wait."""
    result = _encoded(model, prepared)
    hold = Path(sys.argv[1])
    if hold.exists():
        hold.with_suffix(".in-batch").touch()
    while hold.exists():
        time.sleep(0.05)
    return result


if __name__ == "__main__":
    config = load(os.environ)
    registry = Registry(config, with_emotion=False)
    registry.warm_up()
    nemo.NemoModel._encoded = held  # type: ignore[method-assign]
    run_worker(config, registry)
