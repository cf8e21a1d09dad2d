"""How much memory does each process take at its peak, and does inference need more for a longer file?"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from benchmarks.report import report
from benchmarks.spoken import write_speech
from tests.live_stack import CHILDREN, LiveStack, Person, live_stack

SHARE_OF_SPEECH = 0.1
"""Little speech, so that the long file takes minutes: memory is a matter of length, not of words."""


def main(*, is_quick: bool = False) -> None:
    minutes = (1, 10) if is_quick else (1, 60)
    peaks: dict[int, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder, live_stack(Path(folder) / "data") as stack:
        person = Person(stack.url)
        for length in minutes:
            path = write_speech(
                Path(folder) / f"{length}.ogg", 60.0 * length, share_of_speech=SHARE_OF_SPEECH
            )
            person.finished(person.upload(path, language="en")["id"], limit_s=3600)
            peaks[length] = {name: _peak_mib(stack, name) for name in CHILDREN}
    short, long = minutes
    rows: list[dict[str, Any]] = [
        {
            "process": name,
            f"peak_mib_after_{short}_min": peaks[short][name],
            f"peak_mib_after_{long}_min": peaks[long][name],
            "ratio": peaks[long][name] / peaks[short][name],
        }
        for name in CHILDREN
    ]
    report("memory", f"Peak memory after a file of {short} min and one of {long} min", rows)


def _peak_mib(stack: LiveStack, name: str) -> float:
    """Linux only: the kernel's own high-water mark."""
    status = Path(f"/proc/{stack.child(name).pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()
