"""A recording that ends its worker whenever it is heard, among others."""

from __future__ import annotations

from pathlib import Path

from benchmarks.faults.crowd import ENDED, Account, Crowd, answered
from benchmarks.faults.kept_worker import kept_worker
from benchmarks.faults.processes import SILENT_S
from tests.live_stack import live_stack, wait_until

ATTEMPTS = 3


def run(concurrency: int, folder: Path, uploads: int, seed: int) -> Account:
    """The poisoned one in the middle of `uploads` others, in a worker that does `concurrency` units at a time."""
    with (
        live_stack(
            folder / "data", has_worker=False, WORKER_SILENT_S=SILENT_S, MAX_ATTEMPTS=str(ATTEMPTS)
        ) as stack,
        kept_worker(stack, DIES_OF="ko", WORKER_CONCURRENCY=str(concurrency)) as worker,
    ):
        crowd = Crowd(stack, seed)
        with crowd.sending(uploads):
            poison = crowd.send_poison()
        path = f"/api/v1/recordings/{poison.recording_id}"
        wait_until(
            lambda: answered(poison.person, path).json()["analysis"]["state"] in ENDED,
            limit_s=crowd.limit_s,
            what="the poisoned recording is at its end",
        )
        analysis = answered(poison.person, path).json()["analysis"]
        code = (analysis["error"] or {}).get("code")
        if (code, analysis["attempt"], worker.ended) != ("worker_lost", ATTEMPTS, ATTEMPTS):
            crowd.account.wrong.append(
                f"the poisoned one ended with {code} after {analysis['attempt']} attempts and {worker.ended} deaths"
            )
        return crowd.settle()
