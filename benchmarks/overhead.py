"""What does a short recording cost outside of inference? Goal: under 15 ms of CPU in the backend's own code."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.push import upload_and_answer
from benchmarks.report import report
from benchmarks.spoken import write_speech
from benchmarks.synthetic_worker import SyntheticWorker
from tests.live_stack import LiveStack, Person, live_stack

RECORDINGS = 200
IDLE_S = 10.0
PROCESSES = ("web", "results", "beat", "redis")


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        live_stack(Path(folder) / "data", has_worker=False) as stack,
    ):
        worker, person = SyntheticWorker(stack), Person(stack.url)
        path = write_speech(Path(folder) / "short.ogg", 3.0)
        with person.listening():
            for _ in range(10):
                upload_and_answer(person, worker, path)
        before, start = _cpu_s(stack), time.monotonic()
        time.sleep(IDLE_S)
        idle_s = {name: _cpu_s(stack)[name] - before[name] for name in PROCESSES}
        idle_length_s = time.monotonic() - start
        before, start = _cpu_s(stack), time.monotonic()
        with person.listening():
            for _ in range(RECORDINGS):
                upload_and_answer(person, worker, path)
        after, length_s = _cpu_s(stack), time.monotonic() - start
    rows: list[dict[str, Any]] = []
    for name in PROCESSES:
        spent_s = after[name] - before[name] - idle_s[name] * length_s / idle_length_s
        rows.append(
            {
                "process": name,
                "cpu_ms_per_recording": 1000 * spent_s / RECORDINGS,
                "idle_cpu_percent": 100 * idle_s[name] / idle_length_s,
            }
        )
    total = sum(row["cpu_ms_per_recording"] for row in rows)
    rows.append({"process": "all", "cpu_ms_per_recording": total, "idle_cpu_percent": 0.0})
    report("overhead", "CPU outside of inference for a short recording: upload, dispatch, result, push", rows)


def _cpu_s(stack: LiveStack) -> dict[str, float]:
    times = {name: stack.child(name).cpu_times() for name in PROCESSES}
    return {name: spent.user + spent.system for name, spent in times.items()}


if __name__ == "__main__":
    main()
