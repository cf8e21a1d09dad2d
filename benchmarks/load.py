"""Do 500 people's recordings at once, and what they ask meanwhile, keep the workers as busy as they could be?

`python -m benchmarks.load` (some minutes), `--minutes 30` to see that memory stays flat, `--postgres` for a cluster of
its own instead of SQLite. The engine is a stub of fixed speed in the real inference worker. Its ceiling is measured in
the same run, before and after: the same recordings given to the same pipeline and engine without queue, database and
fetching. Ends with status 1 when anything fails or is not done.

The people, the database and this program share the cores with the service: what each takes of them is told, and what
others on the machine take.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

from benchmarks.block_worker import start_block_worker, wait_for_worker
from benchmarks.faults.crowd import ENDED
from benchmarks.faults.database import own_cluster
from benchmarks.load_ceiling import CONCURRENCY, ceiling_per_s
from benchmarks.load_clients import Calls, Plan
from benchmarks.own_environment import forget_what_is_exported
from benchmarks.report import percentile, report
from tests.live_stack import REPOSITORY_DIR, LiveStack, live_stack

CEILING_RECORDINGS = 60
SAMPLE_EVERY_S = 2.0
PROCESSES = ("web", "results", "beat", "redis")
CALLS_PER_S = 8.0
SHARE_OF_CEILING = 0.5
"""So much more than the burst is uploaded in the minutes after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is asked for."""

    people: int
    minutes: float
    decode_s: float
    sentences: int
    database: str
    """For the tables."""


@dataclass(slots=True)
class Watch:
    """Memory and CPU of the stack's processes while it runs, and CPU of everything else."""

    processes: dict[str, psutil.Process]
    """Of a name with more than one process (PostgreSQL) the first, which has started the others."""
    rss_mib: dict[str, list[float]] = field(default_factory=dict)
    cpu_s: dict[str, float] = field(default_factory=dict)
    machine_cpu_s: float = 0.0
    """All that its cores did."""
    took_s: float = 0.0
    _stop: threading.Event = field(default_factory=threading.Event)

    def look(self) -> None:
        while not self._stop.wait(SAMPLE_EVERY_S):
            for name, process in self.processes.items():
                self.rss_mib.setdefault(name, []).append(process.memory_info().rss / 2**20)

    @contextmanager
    def looking(self) -> Iterator[None]:
        began_s, machine_began_s = time.monotonic(), _machine_cpu_s()
        began = {name: _cpu_s(process) for name, process in self.processes.items()}
        thread = threading.Thread(target=self.look)
        thread.start()
        try:
            yield
        finally:
            self.cpu_s = {name: _cpu_s(process) - began[name] for name, process in self.processes.items()}
            self.machine_cpu_s = _machine_cpu_s() - machine_began_s
            self.took_s = time.monotonic() - began_s
            self._stop.set()
            thread.join()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--decode-s", type=float, default=0.25, help="of the engine, for each pass")
    parser.add_argument("--sentences", type=int, default=1)
    parser.add_argument("--postgres", action="store_true")
    options = parser.parse_args()
    forget_what_is_exported()
    load = Load(
        people=options.people,
        minutes=options.minutes,
        decode_s=options.decode_s,
        sentences=options.sentences,
        database="PostgreSQL" if options.postgres else "SQLite",
    )
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="recognition-helpers-")))
        cluster = held.enter_context(own_cluster()) if options.postgres else None
        environment = {"DATABASE_URL": cluster.url} if cluster else {}
        stack = held.enter_context(live_stack(folder / "data", has_worker=False, **environment))
        return _measure(load, stack, {"postgres": cluster.process()} if cluster else {})


def _measure(load: Load, stack: LiveStack, beside: dict[str, psutil.Process]) -> int:
    """`beside`: processes that are not of the stack."""
    ceilings = [_ceiling_per_s(load)]
    tokens = _people(stack, load.people)
    worker = start_block_worker(stack, load.decode_s, WORKER_CONCURRENCY=str(CONCURRENCY))
    try:
        wait_for_worker(stack)
        processes = {name: stack.child(name) for name in PROCESSES}
        watch = Watch({**processes, "worker": psutil.Process(worker.pid), **beside, "this": psutil.Process()})
        plan = Plan(
            url=stack.url,
            tokens=tokens,
            sentences=load.sentences,
            steady_s=60 * load.minutes,
            calls_per_s=CALLS_PER_S,
            uploads_per_s=SHARE_OF_CEILING * ceilings[0],
        )
        with watch.looking():
            calls = _clients(plan)
            ended_s, states = _settled(stack, plan, calls)
    finally:
        worker.terminate()
        worker.wait(30)
    ceilings.append(_ceiling_per_s(load))
    _report(load, calls, watch, ended_s - calls.began_s, ceilings)
    not_done = len(calls.sent) - states.count("done")
    for problem, count in calls.errors.most_common(5):
        print(f"  {count} x {problem}")
    return 1 if calls.errors or not_done else 0


def _ceiling_per_s(load: Load) -> float:
    return ceiling_per_s(load.decode_s, load.sentences, min(CEILING_RECORDINGS, load.people // 2))


def _people(stack: LiveStack, count: int) -> list[str]:
    environment = {
        **os.environ,
        **stack.environment,
        "DATA_DIR": str(stack.data_dir),
        "REDIS_URL": os.environ.get("REDIS_URL") or f"unix://{stack.data_dir}/redis/redis.sock?db=0",
        "LOG_LEVEL": "ERROR",
    }
    made = subprocess.run(
        [sys.executable, "-m", "benchmarks.many_people", str(count)],
        cwd=REPOSITORY_DIR,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return list(json.loads(made.stdout))


def _clients(plan: Plan) -> Calls:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load_clients"],
        cwd=REPOSITORY_DIR,
        input=json.dumps(asdict(plan)),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    calls = Calls(**json.loads(done.stdout))
    calls.errors = type(Calls().errors)(calls.errors)
    return calls


def _settled(stack: LiveStack, plan: Plan, calls: Calls) -> tuple[float, list[str]]:
    """When the last was done, and how each ended; what takes longer than ten minutes more is left out."""
    deadline_s = time.monotonic() + 600
    states: list[str] = []
    with httpx.Client(base_url=stack.url, timeout=60) as http:
        # The newest last: asking about those that wait anyway would be load of our own.
        for person, recording_id in calls.sent:
            state = ""
            while state not in ENDED and time.monotonic() < deadline_s:
                time.sleep(0 if state == "" else 0.2)
                answer = http.get(
                    f"/api/v1/recordings/{recording_id}", headers={"X-Session-Token": plan.tokens[person]}
                )
                state = answer.json()["analysis"]["state"]
            states.append(state)
    return time.monotonic(), states


def _report(load: Load, calls: Calls, watch: Watch, took_s: float, ceilings: Sequence[float]) -> None:
    count, ceiling = len(calls.sent), sum(ceilings) / len(ceilings)
    row = {
        "database": load.database,
        "recordings": count,
        "all taken after s": calls.burst_s,
        "all done after s": took_s,
        "done a second": count / took_s,
        "ceiling before": ceilings[0],
        "ceiling after": ceilings[-1],
        "of the ceiling": count / took_s / ceiling,
    }
    report("load", f"{load.people} recordings at once, and more for {load.minutes:g} min", [row])
    kinds: list[dict[str, Any]] = [
        {
            "call": kind,
            "calls": len(spent),
            "p50 ms": 1000 * percentile(spent, 50),
            "p95 ms": 1000 * percentile(spent, 95),
            "p99 ms": 1000 * percentile(spent, 99),
        }
        for kind, spent in sorted(calls.wall_s.items())
    ]
    report("load_calls", "How long does an answer take meanwhile? (goal: p95 under 100 ms)", kinds)
    report(
        "load_processes", "What does it take?", [_process_row(watch, name, count) for name in watch.processes]
    )
    spent_s = {**watch.cpu_s, "people": calls.cpu_s}
    # What this program has waited for is in nobody's account: the process of the people has ended.
    spent_s["others"] = max(0.0, watch.machine_cpu_s - sum(spent_s.values()))
    cores = watch.took_s * (os.cpu_count() or 1)
    shares: list[dict[str, Any]] = [
        {"part": name, "cpu s": cpu_s, "% of the cores": 100 * cpu_s / cores}
        for name, cpu_s in spent_s.items()
    ]
    report("load_cores", "Who had the cores? (others: not of this measurement)", shares)


def _process_row(watch: Watch, name: str, count: int) -> dict[str, Any]:
    """Memory in the second and the last quarter of the time: flat when they are alike."""
    samples = watch.rss_mib[name]
    quarter = max(1, len(samples) // 4)
    early, late = samples[quarter : 2 * quarter] or samples, samples[-quarter:]
    return {
        "process": name,
        "cpu ms a recording": 1000 * watch.cpu_s[name] / count,
        "MiB in the 2nd quarter": sum(early) / len(early),
        "MiB in the last": sum(late) / len(late),
        "growth MiB": sum(late) / len(late) - sum(early) / len(early),
    }


def _cpu_s(process: psutil.Process) -> float:
    """Its own, that of the processes it has started, and that of those of them that have ended."""
    spent = process.cpu_times()
    total = spent.user + spent.system
    if process.pid == os.getpid():
        return float(total)
    total += spent.children_user + spent.children_system
    for child in process.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            own = child.cpu_times()
            total += own.user + own.system
    return float(total)


def _machine_cpu_s() -> float:
    spent = psutil.cpu_times()
    return float(sum(spent) - spent.idle - getattr(spent, "iowait", 0.0) - getattr(spent, "guest", 0.0))


if __name__ == "__main__":
    sys.exit(main())
