"""How long from a worker's result to the event at the client? Goal: p95 under 50 ms."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks.report import percentile, report
from benchmarks.spoken import write_speech
from benchmarks.synthetic_worker import SyntheticWorker
from tests.live_stack import Person, live_stack, wait_until

RECORDINGS = 200


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        live_stack(Path(folder) / "data", has_worker=False) as stack,
    ):
        worker, person = SyntheticWorker(stack), Person(stack.url)
        path = write_speech(Path(folder) / "short.ogg", 3.0)
        with person.listening():
            latencies_ms = [upload_and_answer(person, worker, path) for _ in range(RECORDINGS)]
    row = {
        "results": len(latencies_ms),
        "p50_ms": percentile(latencies_ms, 50),
        "p95_ms": percentile(latencies_ms, 95),
        "p99_ms": percentile(latencies_ms, 99),
    }
    report("push", "From a result put into the queue to the event at the client, one at a time", [row])


def upload_and_answer(person: Person, worker: SyntheticWorker, path: Path) -> float:
    """One recording through upload, dispatch, result and push. Returns result to event in ms.

    `person` must be listening.
    """
    recording_id = person.upload(path)["id"]
    request = worker.take()
    worker.say_running(request)
    seen = len(person.events)
    sent = time.monotonic()
    worker.answer(request)

    def arrived() -> float | None:
        for at, event in person.events[seen:]:
            if event["type"] == "utterances.stored" and event["recording"]["id"] == recording_id:
                return at
        return None

    return 1000 * (float(wait_until(arrived, limit_s=10, what="the event")) - sent)


if __name__ == "__main__":
    main()
