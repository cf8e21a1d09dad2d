"""Nothing is left behind, even when the supervisor or the guardian is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from backend.embedded.guard import Guard
from tests.unit.backend.embedded.conftest import (
    STUBBORN_FAMILY,
    WELL_BEHAVED,
    dummy,
    is_alive,
    wait_until,
)


def test_sigkill_of_the_supervisor_leaves_neither_child_nor_grandchild(start_stack):
    stack = start_stack(dummy("web", WELL_BEHAVED), dummy("inference", STUBBORN_FAMILY))
    names = ("web", "inference", "inference.grandchild")
    pids = [stack.pid_of(name) for name in names] + [stack.guardian_pid]
    stack.send(signal.SIGKILL)
    stack.wait()
    wait_until(lambda: not any(map(is_alive, pids)), "all ended")


def test_the_foundation_outlives_the_others(start_stack):
    stamp = (
        WELL_BEHAVED
        + """
"""
    ).replace(
        'print("bye", flush=True)',
        'import time; pathlib.Path(sys.argv[1] + ".end").write_text(str(time.monotonic()))',
    )
    stack = start_stack(dummy("redis", stamp, is_foundation=True), dummy("web", stamp))
    pids = [stack.pid_of(name) for name in ("redis", "web")]
    stack.says(f"redis | hello from {pids[0]}")
    stack.says(f"web   | hello from {pids[1]}")
    stack.send(signal.SIGKILL)
    stack.wait()
    wait_until(lambda: not any(map(is_alive, pids)), "all ended")
    ended_s = {name: float((stack.folder / f"{name}.end").read_text()) for name in ("redis", "web")}
    assert ended_s["web"] < ended_s["redis"]


def test_a_new_stack_waits_for_the_remains_of_the_last(start_stack):
    last = start_stack(dummy("inference", STUBBORN_FAMILY))
    pid = last.pid_of("inference")
    last.send(signal.SIGKILL)
    last.wait()
    start_stack(dummy("web", WELL_BEHAVED)).pid_of("web")
    assert not is_alive(pid)


def test_a_killed_guardian_is_replaced_and_knows_the_children(start_stack):
    stack = start_stack(dummy("web", WELL_BEHAVED), dummy("inference", STUBBORN_FAMILY))
    pids = [stack.pid_of(name) for name in ("web", "inference", "inference.grandchild")]
    os.kill(stack.guardian_pid, signal.SIGKILL)
    stack.says("The guardian of the stack had died; it has been started again.")
    stack.send(signal.SIGKILL)
    stack.wait()
    wait_until(lambda: not any(map(is_alive, pids)), "all ended")


def test_a_group_that_is_gone_is_forgotten():
    with Guard() as guard:
        stranger = subprocess.Popen(
            guard.wrap(
                [sys.executable, "-c", "import time; print(flush=True); time.sleep(600)"], is_last=False
            ),
            start_new_session=True,
            pass_fds=(guard.fd,),
            stdout=subprocess.PIPE,
        )
        assert stranger.stdout is not None
        stranger.stdout.readline()  # it has reported itself before it became what prints
        guard.forget(stranger.pid)
    try:
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()
