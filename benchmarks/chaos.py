"""Does any recording get lost? Uploads through a bad network while every part of the stack is killed in turn.

`make chaos`, or `python -m benchmarks.chaos --uploads 200`. Ends with status 1 when anything is lost or doubled.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.report import report
from tests.fault_run import Outcome, Plan, fault_run
from tests.live_stack import live_stack


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--uploads", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kill-every-s", type=float, default=6.0)
    options = parser.parse_args()
    plan = Plan(
        uploads=options.uploads,
        people=4,
        at_once=8,
        kill_every_s=options.kill_every_s,
        seed=options.seed,
    )
    with (
        tempfile.TemporaryDirectory(prefix="recognition-helpers-") as folder,
        live_stack(Path(folder) / "data", WORKER_SILENT_S="6") as stack,
    ):
        outcome = fault_run(stack, plan)
        if outcome.done != plan.uploads:
            print(stack.log_tail(200), file=sys.stderr)
    _print(outcome)
    whole = (outcome.done, outcome.on_the_server, outcome.identical)
    return 0 if whole == (plan.uploads,) * 3 else 1


def _print(outcome: Outcome) -> None:
    row = {
        "uploads": outcome.uploads,
        "done": outcome.done,
        "failed": outcome.failed,
        "stuck": outcome.stuck,
        "on the server": outcome.on_the_server,
        "byte-identical": outcome.identical,
        "MB": outcome.bytes_sent / 1e6,
        "requests": outcome.requests,
        "lost requests": outcome.requests_lost,
        "uploads took s": outcome.uploads_s,
        "all done after s": outcome.all_s,
    }
    report("chaos", "What becomes of uploads while everything fails in turn?", [row])
    report(
        "chaos_faults",
        "What failed?",
        [{**_sorted(outcome.kills, "killed "), **_sorted(outcome.connections)}],
    )


def _sorted(counts: dict[str, int], prefix: str = "") -> dict[str, int]:
    return {f"{prefix}{name}": counts[name] for name in sorted(counts)}


if __name__ == "__main__":
    sys.exit(main())
