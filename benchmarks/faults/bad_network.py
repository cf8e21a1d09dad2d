"""Resumable uploads through a bad network while the parts of the stack are killed in turn (`tests.fault_run`)."""

from __future__ import annotations

from pathlib import Path

from benchmarks.faults.crowd import Account
from benchmarks.faults.processes import SILENT_S
from benchmarks.report import report
from tests.fault_run import Outcome, Plan, fault_run
from tests.live_stack import live_stack

KILL_EVERY_S = 6.0


def bad_network(folder: Path, uploads: int, seed: int) -> Account:
    """With the real engine of this machine."""
    plan = Plan(uploads=uploads, people=4, at_once=8, kill_every_s=KILL_EVERY_S, seed=seed)
    with live_stack(folder / "data", WORKER_SILENT_S=SILENT_S) as stack:
        outcome = fault_run(stack, plan)
    _print(outcome)
    account = Account(
        uploads=outcome.uploads,
        done=outcome.done,
        failed=outcome.failed,
        stuck=outcome.stuck,
        on_the_server=outcome.on_the_server,
        identical=outcome.identical,
        whole=outcome.done,
        took_s=outcome.all_s,
    )
    account.put_off["lost requests"] = outcome.requests_lost
    return account


def _print(outcome: Outcome) -> None:
    row = {
        "MB": outcome.bytes_sent / 1e6,
        "requests": outcome.requests,
        "lost requests": outcome.requests_lost,
        "uploads took s": outcome.uploads_s,
        **{f"killed {name}": outcome.kills[name] for name in sorted(outcome.kills)},
        **{name: outcome.connections[name] for name in sorted(outcome.connections)},
    }
    report("chaos_faults", "What failed while uploads were sent?", [row])
