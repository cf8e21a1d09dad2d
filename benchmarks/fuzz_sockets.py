"""Does anything that is sent to a websocket bring the web server to an error, a stop, or out of memory?

`python -m benchmarks.fuzz_sockets --conversations 5000 --seed 1`: conversations of `tests.socket_fuzz` with a stack of
its own. Stops at the first that ends in an error of ours and prints the shortest like it. Ends with status 1 then.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from benchmarks.report import report
from tests.live_stack import Person, live_stack
from tests.socket_fuzz import Conversation, FuzzedServer, conversations

MEMORY_MIB = 80.0
"""So much more than before, in the end."""
WARM_UP = 100


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="recognition-helpers-") as folder,
        live_stack(Path(folder) / "data", has_worker=False, LIVE_STREAMS_PER_PERSON="100000") as stack,
    ):
        server, began_s = FuzzedServer(stack, Person(stack.url)), time.monotonic()
        hold_many(server, WARM_UP, options.seed)
        before_mib = server.memory_mib
        hold_many(server, options.conversations, options.seed + 1)
        time.sleep(2)
        server.check()
        grown_mib = server.memory_mib - before_mib
        rows = [{"ended": code, "conversations": number} for code, number in sorted(server.codes.items())]
        report("fuzz_sockets", f"How did {options.conversations + WARM_UP} conversations end?", rows)
        print(f"  memory of the web server: {before_mib:.0f} MiB, then {grown_mib:+.0f} MiB")
        print(
            f"  {time.monotonic() - began_s:.0f} s, no error in the log, the same process: {server.answers()}"
        )
    return 1 if grown_mib > MEMORY_MIB else 0


def hold_many(server: FuzzedServer, count: int, first: int) -> None:
    """Raises `AssertionError`."""

    @seed(first)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(conversations())
    def each(conversation: Conversation) -> None:
        server.hold(conversation)

    each()


if __name__ == "__main__":
    sys.exit(main())
