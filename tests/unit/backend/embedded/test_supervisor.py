"""Restarts, order of shutdown, impatience: with real processes."""

from __future__ import annotations

import os
import signal
import sys
import time

from backend.embedded.supervisor import SAME_PRESS_S
from tests.unit.backend.embedded.conftest import (
    STUBBORN_FAMILY,
    WELL_BEHAVED,
    dummy,
    is_alive,
    wait_until,
)


def test_a_killed_child_is_started_again_with_growing_delays(start_stack):
    stack = start_stack(dummy("web", WELL_BEHAVED), first_delay_s=0.1)
    first = stack.pid_of("web")
    os.kill(first, signal.SIGKILL)
    second = stack.pid_of("web", other_than=first)
    os.kill(second, signal.SIGKILL)
    third = stack.pid_of("web", other_than=second)
    stack.says(f"web   | hello from {third}")
    assert "stack | web ended unexpectedly (killed by SIGKILL). Starting it again in 0.1 s." in stack.output
    assert "stack | web ended unexpectedly (killed by SIGKILL). Starting it again in 0.2 s." in stack.output
    assert "web is running again." in stack.output
    assert not is_alive(first)


def test_the_delay_begins_again_after_a_settled_life(start_stack):
    stack = start_stack(dummy("web", WELL_BEHAVED), first_delay_s=0.1, settled_after_s=0.3)
    first = stack.pid_of("web")
    time.sleep(0.4)  # it lives long enough to count as settled
    os.kill(first, signal.SIGKILL)
    second = stack.pid_of("web", other_than=first)
    time.sleep(0.4)
    os.kill(second, signal.SIGKILL)
    stack.pid_of("web", other_than=second)
    assert stack.output.count("Starting it again in 0.1 s.") == 2


def test_what_a_dead_child_has_started_dies_before_the_restart(start_stack):
    stack = start_stack(dummy("inference", STUBBORN_FAMILY), first_delay_s=0.1)
    pid, grandchild = stack.pid_of("inference"), stack.pid_of("inference.grandchild")
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not is_alive(grandchild), "the grandchild ended")
    stack.pid_of("inference", other_than=pid)


def test_a_child_that_keeps_failing_is_named_with_its_last_lines(start_stack):
    script = "import sys; print('first'); print('no model found'); sys.exit(3)"
    stack = start_stack(dummy("inference", script), dummy("web", WELL_BEHAVED), first_delay_s=0.02)
    stack.says("inference has failed 5 times in a row: something is wrong with it.")
    stack.says("stack     |     no model found")
    assert "inference ended unexpectedly (exit code 3)." in stack.output
    assert "failed" not in stack.output.split("has failed 5 times")[0]
    assert is_alive(stack.pid_of("web"))


def test_a_program_that_is_missing_is_named(start_stack):
    stack = start_stack({"name": "redis", "argv": ["/nowhere/redis-server"]}, first_delay_s=0.1)
    stack.says("redis | /nowhere/redis-server cannot be run: No such file or directory")
    stack.says("redis ended unexpectedly (exit code 127)")


def test_a_stop_ends_the_children_in_reverse_order_and_leaves_nothing(start_stack):
    names = ["redis", "web", "beat"]
    stack = start_stack(*(dummy(name, WELL_BEHAVED) for name in names))
    pids = [stack.pid_of(name) for name in names] + [stack.guardian_pid]
    stack.send(signal.SIGINT)
    assert stack.wait() == 0
    said = [line.split("|")[0].strip() for line in stack.output.splitlines() if line.endswith("| bye")]
    assert said == ["beat", "web", "redis"]
    assert [pid for pid in pids if is_alive(pid)] == []
    assert "unexpectedly" not in stack.output


def test_sigterm_and_sighup_stop_it_too(start_stack):
    for number in (signal.SIGTERM, signal.SIGHUP):
        stack = start_stack(dummy("web", WELL_BEHAVED))
        pid = stack.pid_of("web")
        wait_until(lambda pid=pid: is_alive(pid), "web started")
        stack.says(f"hello from {pid}")
        stack.send(number)
        assert stack.wait() == 0
        assert f"Stopping ({number.name})." in stack.output
        assert not is_alive(pid)
        (stack.folder / "web.pid").unlink()


def test_a_stop_while_a_restart_is_due_does_not_start_it(start_stack):
    stack = start_stack(dummy("web", "print('gone')"), first_delay_s=600)
    stack.says("Starting it again in 30 s.")
    stack.send(signal.SIGTERM)
    assert stack.wait() == 0
    assert stack.output.count("web   | gone") == 1


def test_a_child_that_ignores_sigterm_is_killed_with_its_family(start_stack):
    stack = start_stack(dummy("web", WELL_BEHAVED), dummy("inference", STUBBORN_FAMILY, stop_grace_s=0.5))
    pids = [stack.pid_of(name) for name in ("web", "inference", "inference.grandchild")]
    stack.send(signal.SIGTERM)
    assert stack.wait() == 0
    assert "inference did not stop within 0.5 s; killing it." in stack.output
    wait_until(lambda: not any(map(is_alive, pids)), "all ended")


def test_a_second_signal_kills_at_once(start_stack):
    stack = start_stack(dummy("web", WELL_BEHAVED), dummy("inference", STUBBORN_FAMILY, stop_grace_s=600))
    pids = [stack.pid_of(name) for name in ("web", "inference", "inference.grandchild")]
    stack.send(signal.SIGINT)
    stack.says("Stopping (SIGINT). Ctrl-C again kills everything at once.")
    time.sleep(SAME_PRESS_S + 0.2)
    stack.send(signal.SIGINT)
    assert stack.wait() == 130
    wait_until(lambda: not any(map(is_alive, pids)), "all ended")


def test_one_press_that_arrives_twice_is_one(start_stack):
    stack = start_stack(dummy("web", WELL_BEHAVED))
    pid = stack.pid_of("web")
    stack.says(f"hello from {pid}")
    stack.send(signal.SIGINT)
    stack.send(signal.SIGTERM)
    assert stack.wait() == 0
    assert "web   | bye" in stack.output


def test_the_others_wait_for_the_foundation(start_stack, tmp_path):
    ready = tmp_path / "ready"
    foundation = dummy("redis", WELL_BEHAVED, is_foundation=True, ready_file=str(ready))
    stack = start_stack(foundation, dummy("web", WELL_BEHAVED))
    stack.says(f"hello from {stack.pid_of('redis')}")
    time.sleep(0.5)  # long enough for a mistake to show
    assert not (tmp_path / "web.pid").exists()
    ready.touch()
    stack.pid_of("web")
    assert "redis is ready" in stack.output


def test_lines_arrive_whole_whatever_the_bytes(start_stack):
    script = (
        "import sys, time\n"
        "out = sys.stdout.buffer\n"
        "out.write('말'.encode()[:2]); out.flush(); time.sleep(0.2)\n"
        "out.write('말'.encode()[2:] + b' split\\n\\xff\\xfe bytes\\n'); out.flush()\n"
        "out.write(b'10%\\r55%\\r100%\\n'); out.flush()\n"
        "sys.stderr.write('to stderr\\n'); sys.stderr.flush()\n"
        "out.write(b'no end'); out.flush()\n"
    )
    stack = start_stack(dummy("web", script), dummy("inference", WELL_BEHAVED), first_delay_s=600)
    stack.says("web ended unexpectedly (exit code 0)")
    said = [line.partition("| ")[2] for line in stack.output.splitlines() if line.startswith("web       |")]
    assert said == ["말 split", "\ufffd\ufffd bytes", "100%", "to stderr", "no end"]
    assert "web       | 말 split" in (stack.folder / "stack.log").read_text(encoding="utf-8")


def test_much_output_arrives_complete_and_in_order(start_stack):
    script = "for i in range(50000): print(f'line {i}')"
    stack = start_stack(dummy("web", script), first_delay_s=600)
    stack.says("web ended unexpectedly", limit_s=30)
    said = [line for line in stack.output.splitlines() if line.startswith("web")]
    assert said == [f"web   | line {i}" for i in range(50000)]


def test_children_get_neither_the_lock_nor_the_guardians_pipe(start_stack):
    script = "import os; print('open:', sorted(os.listdir('/dev/fd'))[:-1], flush=True)"
    stack = start_stack({"name": "web", "argv": [sys.executable, "-c", script]}, first_delay_s=600)
    stack.says("open: ['0', '1', '2']")
