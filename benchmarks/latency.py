"""How long from the upload to the first caption, and to the last?"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.report import report
from benchmarks.spoken import write_speech
from tests.live_stack import Person, live_stack

LENGTHS_S = (5, 60, 1800)


def main(*, is_quick: bool = False) -> None:
    with tempfile.TemporaryDirectory() as folder, live_stack(Path(folder) / "data") as stack:
        rows = []
        for seconds in LENGTHS_S[: 2 if is_quick else None]:
            path = write_speech(Path(folder) / f"{seconds}.ogg", seconds)
            rows.append(_measure(Person(stack.url), path, seconds))
    report("latency", "From upload to first caption and to done (the engine that is installed)", rows)


def _measure(person: Person, path: Path, seconds: int) -> dict[str, Any]:
    with person.listening():
        start = time.monotonic()
        recording = person.finished(person.upload(path, language="en")["id"], limit_s=10 * seconds + 120)
        done_s = time.monotonic() - start
    first = next(t for t, e in person.events if e["type"] == "utterances.stored" and e["utterances"])
    return {
        "audio_s": seconds,
        "first_caption_s": first - start,
        "done_s": done_s,
        "times_real_time": seconds / done_s,
        "engine": recording["analysis"]["asr_engine"],
    }


if __name__ == "__main__":
    main()
