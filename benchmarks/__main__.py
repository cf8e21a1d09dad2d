"""`make bench`: every question about the whole road, one after the other. `--quick` leaves out the long files and the
million utterances.

Each module of this package also runs by itself, such as `python -m benchmarks.push`; those that need a corpus
(`emotion`, `asr_pocketsphinx`) take its clips.csv and are not part of `make bench`.
"""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys

from benchmarks import latency, live, memory, overhead, push

NEMO_BENCHMARKS = (
    ("asr", "--size", "tiny", "--clips", "12", "--utterances", "500"),
    ("asr_worker", "--clips", "12"),
)
"""Quick ones; `python -m benchmarks.asr --size large` compares at a real size."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="without the 30 min and 60 min files")
    is_quick = parser.parse_args().quick
    push.main()
    overhead.main()
    # Processes of their own: they set Django up for a test database.
    for name in ("search", "timeline"):
        more = [] if is_quick else ["--million"]
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *more], check=True)
    speech_recognition()
    memory.main(is_quick=is_quick)
    latency.main(is_quick=is_quick)
    # `python -m benchmarks.live --seconds 600` shows that the lag does not grow; that takes an hour.
    live.main(seconds=20.0 if is_quick else 60.0, streams=(1, 5) if is_quick else live.STREAMS)


def speech_recognition() -> None:
    """NeMo's engine and the worker around it, where NeMo is installed."""
    if importlib.util.find_spec("nemo") is None:
        print("\nNeMo is not installed (`make install ASR=nemo`): speech recognition is left out")
        return
    for name, *options in NEMO_BENCHMARKS:
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *options], check=True)


if __name__ == "__main__":
    main()
