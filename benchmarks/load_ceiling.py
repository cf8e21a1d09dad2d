"""Program: how many recordings a second the pipeline and the stub engine do by themselves, with as many threads as the
worker of `benchmarks.load` has, and no queue, database or fetching. Arguments: seconds a pass, sentences, recordings.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.block_engine import BlockTranscriber, EvenClassifier
from benchmarks.block_worker import worker_environment
from benchmarks.faults.crowd import recording
from benchmarks.fuzz_audio import unit_of
from benchmarks.load_clients import SOUNDS
from inference_worker.pipeline import analyze_unit
from inference_worker.registry import Engines
from tests.live_stack import REPOSITORY_DIR

CONCURRENCY = 2
"""Units at a time in the worker: one is fetched and cut while the engine hears the other."""


def ceiling_per_s(decode_s: float, sentences: int, recordings: int) -> float:
    """In a process of its own, whose libraries have as many threads as those of the worker."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load_ceiling", str(decode_s), str(sentences), str(recordings)],
        cwd=REPOSITORY_DIR,
        env=worker_environment(),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return float(done.stdout)


def _main(decode_s: float, sentences: int, recordings: int) -> None:
    engines = Engines(BlockTranscriber(decode_s), EvenClassifier())
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number in range(SOUNDS):
            paths.append(Path(folder) / f"{number}.wav")
            paths[-1].write_bytes(recording(sentences, seed=number))
        analyze_unit(unit_of(paths[0]), engines, paths[0])

        def analyse(number: int) -> None:
            path = paths[number % SOUNDS]
            assert analyze_unit(unit_of(path), engines, path).is_last

        began_s = time.monotonic()
        with ThreadPoolExecutor(CONCURRENCY) as pool:
            list(pool.map(analyse, range(recordings)))
        print(recordings / (time.monotonic() - began_s))


if __name__ == "__main__":
    _main(float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
