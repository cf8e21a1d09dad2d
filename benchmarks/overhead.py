"""What does a short recording cost outside of inference? Goal: under 15 ms of CPU in the backend's own code.

Two tables: all that the processes of the stack spend, HTTP and websocket server, Celery and Redis included; and of
that the backend's own code with its database (`benchmarks.own_code`), which is what the goal is about.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
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
        own_ms = _own_code_ms(stack)
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
    own_ms["all"] = sum(own_ms.values())
    own_rows = [{"step": step, "cpu_ms_per_recording": spent} for step, spent in own_ms.items()]
    report("own_code", "Of that: the backend's own code, database included (goal: under 15 ms)", own_rows)


def _own_code_ms(stack: LiveStack) -> dict[str, float]:
    redis_url = f"unix://{stack.data_dir}/redis/redis.sock?db=0"
    env = {**os.environ, "DATA_DIR": str(stack.data_dir), "REDIS_URL": redis_url, "LOG_LEVEL": "WARNING"}
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.own_code"], env=env, check=True, capture_output=True, text=True
    )
    own_ms: dict[str, float] = json.loads(run.stdout)
    return own_ms


def _cpu_s(stack: LiveStack) -> dict[str, float]:
    times = {name: stack.child(name).cpu_times() for name in PROCESSES}
    return {name: spent.user + spent.system for name, spent in times.items()}


if __name__ == "__main__":
    main()
