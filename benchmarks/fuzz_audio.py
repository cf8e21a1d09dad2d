"""Does any file end the worker, hold it up, or fill its memory? `tests.fuzzed_audio`, read as a unit reads it.

`python -m benchmarks.fuzz_audio --files 20000 --seed 1`. The files are read in processes of their own, so that one that
ends the process is seen; what is found is kept in `benchmarks/results/fuzzed/`. Ends with status 1 if anything is.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import selectors
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.block_engine import BlockTranscriber, EvenClassifier
from benchmarks.report import RESULTS_DIR, percentile, report
from inference_worker.audio import SAMPLE_RATE_HZ, probe, read_blocks
from inference_worker.audio_mono import LOUDEST
from inference_worker.contract import AnalysisRequest
from inference_worker.errors import (
    AudioEmptyError,
    AudioNoSoundTrackError,
    AudioTooLongError,
    AudioUnreadableError,
    InferenceError,
)
from inference_worker.pipeline import analyze_unit
from inference_worker.registry import Engines
from tests.fuzzed_audio import fuzzed_file

LIMIT_S = 120.0
"""Without an answer for longer, on a machine that does other things besides, the process is taken to hang."""
CPU_LIMIT_S = 10.0
"""More work than this for a file is too much."""
MEMORY_MIB = 400.0
"""So much more than before the file, at its peak."""
ADDRESS_SPACE_BYTES = 6 * 2**30
UNIT_S = 20.0
"""Decoding takes time in proportion, which is no question here."""
LONGEST_S = 6 * 3600.0
ANALYSED_EVERY = 10
"""One file in so many goes through all of the unit: cutting into utterances and measuring besides."""
LOUDEST_OUT = 4 * LOUDEST
"""Filters overshoot."""
CODES = {
    error.code for error in (AudioEmptyError, AudioNoSoundTrackError, AudioTooLongError, AudioUnreadableError)
}
ENDED, TOO_LONG = "ended the process", "took too long"


@dataclass(frozen=True, slots=True)
class Read:
    """What became of one file."""

    number: int
    outcome: str
    """`read`, the code of an error, or what must not happen."""
    wall_s: float = 0.0
    cpu_s: float = 0.0
    memory_mib: float = 0.0

    @property
    def is_finding(self) -> bool:
        is_expected = self.outcome in CODES | {"read"}
        return not is_expected or self.memory_mib > MEMORY_MIB or self.cpu_s > CPU_LIMIT_S


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    numbers = range(options.first, options.first + options.files)
    reads = fuzz(options.seed, numbers, jobs=options.jobs)
    findings = [read for read in reads if read.is_finding]
    _keep(options.seed, findings)
    _report(options.seed, reads, findings)
    return 1 if findings else 0


@dataclass(frozen=True, slots=True)
class Reader:
    """How files are read."""

    code: str = (
        "import sys; from benchmarks.fuzz_audio import read_files; "
        "read_files(int(sys.argv[1]), range(*map(int, sys.argv[2:])))"
    )
    """Python of the process, which writes a `Read` as a line of JSON for each file."""
    limit_s: float = LIMIT_S


def fuzz(seed: int, numbers: range, *, jobs: int = 1, reader: Reader | None = None) -> list[Read]:
    """Read the files `numbers` of the series `seed` in `jobs` processes at a time."""
    reads: list[Read] = []
    pieces = [numbers[job::jobs] for job in range(jobs)]
    threads = [
        threading.Thread(target=_all_of, args=(seed, piece, reads, reader or Reader()))
        for piece in pieces
        if piece
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(reads, key=lambda read: read.number)


def _all_of(seed: int, numbers: range, reads: list[Read], reader: Reader) -> None:
    """Go on behind a file that ended the process."""
    while numbers:
        done = list(_until_broken(seed, numbers, reader))
        reads += done
        numbers = numbers[len(done) :]


def _until_broken(seed: int, numbers: range, reader: Reader) -> Iterator[Read]:
    words = [str(word) for word in (seed, numbers.start, numbers.stop, numbers.step)]
    with subprocess.Popen([sys.executable, "-c", reader.code, *words], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        pending = b""
        with selectors.DefaultSelector() as selector:
            selector.register(child.stdout, selectors.EVENT_READ)
            for number in numbers:
                while b"\n" not in pending:
                    if not selector.select(reader.limit_s):
                        child.kill()
                        yield Read(number, TOO_LONG)
                        return
                    written = os.read(child.stdout.fileno(), 65_536)
                    if not written:
                        yield Read(number, f"{ENDED} ({child.wait()})")
                        return
                    pending += written
                line, _, pending = pending.partition(b"\n")
                yield Read(**json.loads(line))


def read_files(seed: int, numbers: range) -> None:
    """Read each and write what became of it to the standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE_BYTES, ADDRESS_SPACE_BYTES))
    engines = Engines(BlockTranscriber(0.0), EvenClassifier())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "audio"
        for number in numbers:
            path.write_bytes(fuzzed_file(seed, number).data)
            before_mib = _memory_mib("VmRSS")
            Path("/proc/self/clear_refs").write_text("5")
            wall_s, cpu_s = time.monotonic(), time.process_time()
            outcome = _outcome(path, number, engines)
            read = {
                "number": number,
                "outcome": outcome,
                "wall_s": time.monotonic() - wall_s,
                "cpu_s": time.process_time() - cpu_s,
                "memory_mib": _memory_mib("VmHWM") - before_mib,
            }
            # One line in one write, unbuffered: the process may end in the next file.
            os.write(1, (json.dumps(read) + "\n").encode())


def _outcome(path: Path, number: int, engines: Engines) -> str:
    try:
        if number % ANALYSED_EVERY == 0:
            analyze_unit(unit_of(path), engines, path)
        _read_as_units_do(path)
    except InferenceError as error:
        return error.code
    except Exception as error:  # noqa: BLE001 - this is what is looked for
        return f"{type(error).__name__}: {error}"[:200]
    return "read"


def _read_as_units_do(path: Path) -> None:
    """The first unit, and one that begins in the middle."""
    info = probe(path)
    if not 0.0 <= info.duration_s < math.inf:
        raise ValueError(f"duration {info.duration_s}")
    if info.duration_s > LONGEST_S:
        raise AudioTooLongError("too long")
    for start_s in (0.0, info.duration_s / 2):
        heard = 0
        for block in read_blocks(path, start_s):
            if block.dtype != np.float32 or block.ndim != 1 or not (np.abs(block) < LOUDEST_OUT).all():
                raise ValueError("samples that are none")
            heard += len(block)
            if heard >= UNIT_S * SAMPLE_RATE_HZ:
                break


def unit_of(path: Path) -> AnalysisRequest:
    """The first unit of a file on this machine."""
    return AnalysisRequest(
        analysis_id="1",
        recording_id="1",
        attempt=1,
        unit=0,
        audio_url=path.as_uri(),
        audio_sha256="",
        audio_size_bytes=path.stat().st_size,
        language="en",
        start_s=0.0,
        max_audio_s=10.0,
        max_duration_s=LONGEST_S,
        want_emotion=True,
    )


def _memory_mib(what: str) -> float:
    """Linux only."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(what)).split()[1]) / 1024


def _keep(seed: int, findings: Sequence[Read]) -> None:
    folder = RESULTS_DIR / "fuzzed"
    for read in findings:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{seed}-{read.number}").write_bytes(fuzzed_file(seed, read.number).data)


def _report(seed: int, reads: Sequence[Read], findings: Sequence[Read]) -> None:
    by_outcome: dict[str, list[Read]] = defaultdict(list)
    for read in reads:
        by_outcome[read.outcome].append(read)
    rows: list[dict[str, Any]] = [
        {
            "outcome": outcome,
            "files": len(own),
            "cpu p50 ms": 1000 * percentile([read.cpu_s for read in own], 50),
            "cpu p99 ms": 1000 * percentile([read.cpu_s for read in own], 99),
            "cpu longest s": max(read.cpu_s for read in own),
            "wall longest s": max(read.wall_s for read in own),
            "memory most MiB": max(read.memory_mib for read in own),
        }
        for outcome, own in sorted(by_outcome.items(), key=lambda pair: -len(pair[1]))
    ]
    report("fuzz_audio", f"What becomes of {len(reads)} damaged files (seed {seed})?", rows)
    for read in findings:
        file = fuzzed_file(seed, read.number)
        took = f"{read.memory_mib:.0f} MiB, {read.cpu_s:.1f} s"
        print(f"  FOUND {seed}-{read.number} ({file.kind}, {file.change}): {read.outcome}, {took}")
    slowest = sorted(reads, key=lambda read: -read.cpu_s)[:5]
    kinds = Counter(fuzzed_file(seed, read.number).kind for read in slowest)
    print(f"  the slowest five: {', '.join(f'{count} x {kind}' for kind, count in kinds.items())}")


if __name__ == "__main__":
    sys.exit(main())
