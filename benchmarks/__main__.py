"""`make bench`: every question about the whole road, one after the other. `--quick` leaves out the long files.

Each module of this package also runs by itself, such as `python -m benchmarks.push`; those that need a corpus
(`emotion`, `asr_pocketsphinx`) take its clips.csv and are not part of `make bench`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

from benchmarks import latency, live, memory, overhead, push


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="without the 30 min and 60 min files")
    is_quick = parser.parse_args().quick
    push.main()
    overhead.main()
    # Processes of their own: they set Django up for a test database.
    for name in ("search", "timeline"):
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True)
    memory.main(is_quick=is_quick)
    latency.main(is_quick=is_quick)
    # `python -m benchmarks.live --seconds 600` shows that the lag does not grow; that takes an hour.
    live.main(seconds=20.0 if is_quick else 60.0, streams=(1, 5) if is_quick else live.STREAMS)


if __name__ == "__main__":
    main()
