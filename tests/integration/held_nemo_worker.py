"""Program: the real inference worker with NeMo, whose batches wait while a file exists. Argument: that file.

The file may say of how many callers a shared pass must be to wait; empty: of one. A pass of fewer is let through, but
not before that many others wait behind it. The suffix `.waits` is made when a pass waits for others; `.in-batch`, with
the callers of the pass and the clips of the batch as JSON, before a batch waits, so that a test knows when to strike.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from inference_worker.app import run_worker
from inference_worker.asr import nemo
from inference_worker.batching import SharedPass
from inference_worker.config import load
from inference_worker.registry import Registry

_encoded = nemo.NemoModel._encoded
_run = SharedPass._run
_callers = [1]
"""Of the pass that runs; there is one model, and one pass at a time."""


def wanted() -> int:
    """How many callers a pass must have to wait; 0: none waits."""
    try:
        return int(Path(sys.argv[1]).read_text() or 1)
    except FileNotFoundError:
        return 0


def shared(one: SharedPass[Any, Any], calls: list[Any]) -> None:
    """A pass; one of too few callers waits until the next one has enough."""
    _callers[0] = len(calls)
    while len(calls) < (least := wanted()) and len(one._waiting) < least:
        Path(sys.argv[1]).with_suffix(".waits").touch()
        time.sleep(0.05)
    _run(one, calls)


def held(model: nemo.NemoModel, prepared: nemo.Prepared) -> Any:
    """The encoder's pass, and before its end a wait."""
    result = _encoded(model, prepared)
    seen = {"callers": _callers[0], "clips": len(prepared.lengths)}
    if 0 < wanted() <= _callers[0]:
        partial = Path(sys.argv[1]).with_suffix(".partial")
        partial.write_text(json.dumps(seen))
        partial.rename(partial.with_suffix(".in-batch"))
    while 0 < wanted() <= _callers[0]:
        time.sleep(0.05)
    return result


if __name__ == "__main__":
    config = load(os.environ)
    registry = Registry(config, with_emotion=False)
    registry.warm_up()
    nemo.NemoModel._encoded = held  # type: ignore[method-assign]
    SharedPass._run = shared  # type: ignore[method-assign]
    run_worker(config, registry)
