"""Program: hears where speech is, for many streams. Started by the backend; ends with its standard input."""

from __future__ import annotations

import importlib
import os
import sys


def main() -> None:
    """Products so small cost more when threads share them; numpy asks for it once, when it is loaded."""
    os.environ.update({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"})
    importlib.import_module("inference_worker.voice_detector.service").serve(
        sys.stdin.buffer, sys.stdout.buffer
    )


if __name__ == "__main__":
    main()
