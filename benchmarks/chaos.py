"""Does any recording get lost, whatever fails? `make chaos`, or `python -m benchmarks.chaos --scenario NAME`.

Each scenario starts a stack of its own, uploads recordings while something fails, and ends with an account of every
recording: there once, byte for byte, done with each utterance once (or failed where it is meant to), none stuck.
`--scenario` may be given several times; `--list` names them. Ends with status 1 when anything is not so. A database or
a queue that is exported is left alone: each scenario starts its own.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.faults import clock, database, disk, poison, processes, storage
from benchmarks.faults.bad_network import bad_network
from benchmarks.faults.crowd import Account
from benchmarks.faults.skipping import SkippedError
from benchmarks.own_environment import forget_what_is_exported
from benchmarks.report import RESULTS_DIR, report

logger = logging.getLogger(__name__)
Run = Callable[[Path, int, int], Account]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One row."""

    what: str
    run: Run
    uploads: int = 24


SCENARIOS: dict[str, Scenario] = {
    "uploads": Scenario("a bad network, and each process killed in turn", bad_network, 200),
    **{
        f"kill-{name}": Scenario(f"SIGKILL to {name}, twice", partial(processes.run, processes.kill(name)))
        for name in ("web", "results", "beat", "redis")
    },
    "kill-worker": Scenario("SIGKILL to the inference worker", partial(processes.run, processes.kill_worker)),
    "power-cut": Scenario("SIGKILL to everything at once", partial(processes.run, processes.power_cut)),
    "redis-restarted": Scenario("Redis shut down, twice", partial(processes.run, processes.restart_redis)),
    "redis-emptied": Scenario("Redis loses all it holds", partial(processes.run, processes.empty_redis)),
    "postgres-restarted": Scenario("PostgreSQL restarted, then away for 5 s", database.run),
    "disk-full": Scenario("no byte left for 24 s, database and queue included", disk.run),
    "storage-refusing": Scenario("S3 answers 503, 403, not at all, slowly", storage.run),
    "clock-behind": Scenario(
        "the worker's clock is an hour behind", partial(clock.worker_is_off, -clock.HOUR_S)
    ),
    "clock-ahead": Scenario(
        "the worker's clock is an hour ahead", partial(clock.worker_is_off, clock.HOUR_S)
    ),
    "clock-jumps": Scenario("the server's clock jumps by hours", clock.server_jumps),
    "poison": Scenario("a recording that ends its worker each time", partial(poison.run, 1)),
    "poison-shared": Scenario("the same, with four units at a time", partial(poison.run, 4)),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", action="append", choices=sorted(SCENARIOS))
    parser.add_argument("--uploads", type=int, help="instead of each scenario's own number")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    if options.list:
        print("\n".join(f"{name:20} {scenario.what}" for name, scenario in SCENARIOS.items()))
        return 0
    forget_what_is_exported()
    # What is told to end (by a time limit, say) leaves no process behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    rows, problems = [], []
    for name in options.scenario or SCENARIOS:
        row, found = _row(name, options.uploads or SCENARIOS[name].uploads, options.seed)
        rows.append(row)
        problems += [f"{name}: {problem}" for problem in found]
        print(json.dumps(row), flush=True)
    report("chaos", "What becomes of recordings while things fail?", rows)
    for problem in problems:
        print(f"  {problem}")
    return 1 if problems else 0


def _row(name: str, uploads: int, seed: int) -> tuple[dict[str, object], Sequence[str]]:
    scenario, began_s = SCENARIOS[name], time.monotonic()
    with tempfile.TemporaryDirectory(prefix="recognition-helpers-") as folder:
        try:
            account = scenario.run(Path(folder), uploads, seed)
            problems = account.problems()
            verdict = ("WRONG" if problems == account.wrong else "LOST") if problems else "kept"
        except SkippedError as reason:
            account, problems, verdict = Account(), [], f"skipped: {reason}"
        except Exception as error:  # The boundary: the scenarios after it are run all the same.
            logger.exception("%s is broken", name)
            account, problems, verdict = Account(), [f"{type(error).__name__}: {error}"], "BROKEN"
        if problems:
            _keep_logs(name, Path(folder))
    return {
        "scenario": name,
        "what": scenario.what,
        "uploads": account.uploads,
        "done": account.done,
        "failed": account.failed,
        "meant to": account.meant_to_fail,
        "stuck": account.stuck,
        "rows": account.on_the_server,
        "identical": account.identical,
        "put off": ", ".join(f"{count} x {code}" for code, count in account.put_off.most_common()) or "-",
        "all done s": round(account.took_s, 1),
        "took s": round(time.monotonic() - began_s, 1),
        "verdict": verdict,
    }, problems


def _keep_logs(name: str, folder: Path) -> None:
    RESULTS_DIR.mkdir(exist_ok=True)
    for log in folder.glob("*.log"):
        (RESULTS_DIR / f"chaos-{name}.log").write_bytes(log.read_bytes())
    print(f"  the log is in {os.path.relpath(RESULTS_DIR / f'chaos-{name}.log')}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
