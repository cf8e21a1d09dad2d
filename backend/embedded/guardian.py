"""Ends the stack's processes when its supervisor is gone. Run as a script; standard library only.

A supervisor that is killed with SIGKILL cannot clean up after itself. The guardian is a process in a
session of its own that reads a pipe whose other end only the supervisor holds. Each line names a process
group: `+123 -` started, `+123 last` started and to be ended after the others (Redis, which the others still
talk to while they stop), `-123` gone. When the pipe closes, whatever is left gets SIGTERM and, a few seconds
later, SIGKILL: groups, so grandchildren too. This is the same on Linux and macOS, which `PR_SET_PDEATHSIG` is
not, and it does not depend on which thread started a process.

The guardian also holds the lock of the data folder (an inherited descriptor that it never touches), so that a
new stack cannot start beside the remains of the last one.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterable

GRACE_S = 3.0
FOUNDATION_GRACE_S = 5.0
KILLED_WAIT_S = 1.0


def main() -> int:
    """Remember groups until the pipe closes, then end those that are left."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    is_last_by_group: dict[int, bool] = {}
    for line in sys.stdin:
        group, *rank = line[1:].split()
        if line.startswith("+"):
            is_last_by_group[int(group)] = rank == ["last"]
        else:
            is_last_by_group.pop(int(group), None)
    end_groups((group for group, is_last in is_last_by_group.items() if not is_last), GRACE_S)
    end_groups((group for group, is_last in is_last_by_group.items() if is_last), FOUNDATION_GRACE_S)
    return 0


def end_groups(groups: Iterable[int], grace_s: float) -> None:
    """SIGTERM, wait, SIGKILL; returns once all are gone (or cannot be killed)."""
    alive = list(groups)
    for number, wait_s in ((signal.SIGTERM, grace_s), (signal.SIGKILL, KILLED_WAIT_S)):
        alive = [group for group in alive if signal_group(group, number)]
        deadline = time.monotonic() + wait_s
        while alive and time.monotonic() < deadline:
            time.sleep(0.05)
            alive = [group for group in alive if signal_group(group, 0)]


def signal_group(group: int, number: int) -> bool:
    """Whether the group was there to get the signal (0: only ask)."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):  # macOS answers EPERM for a group of zombies
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
