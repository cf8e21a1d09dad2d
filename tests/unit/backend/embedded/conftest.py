"""A running supervisor over dummy children, and patience with deadlines."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

REPOSITORY_DIR = Path(__file__).resolve().parents[4]
RUNNER = Path(__file__).with_name("stack_runner.py")
DEADLINE_S = 60.0

# Writes its pid to NAME.pid, then waits; on SIGTERM says so and ends.
WELL_BEHAVED = """
import os, pathlib, signal, sys
def stop(*_):
    print("bye", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
pathlib.Path(sys.argv[1] + ".pid").write_text(str(os.getpid()))
print("hello from", os.getpid(), flush=True)
while True:
    signal.pause()
"""
# Ignores SIGTERM, and has a child that does so too.
STUBBORN_FAMILY = """
import os, pathlib, signal, subprocess, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
pathlib.Path(sys.argv[1] + ".grandchild.pid").write_text(str(grandchild.pid))
pathlib.Path(sys.argv[1] + ".pid").write_text(str(os.getpid()))
print("hello", flush=True)
while True:
    signal.pause()
"""


def wait_until(condition: Callable[[], Any], what: str, limit_s: float = DEADLINE_S) -> Any:
    """The first truthy answer of `condition`; fails the test when there is none in time."""
    deadline_s = time.monotonic() + limit_s
    while time.monotonic() < deadline_s:
        if found := condition():
            return found
        time.sleep(0.02)
    pytest.fail(f"not within {limit_s:g} s: {what}")


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that only waits to be collected does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def dummy(name: str, script: str, **more: Any) -> dict[str, Any]:
    """A child of the plan that runs `script`."""
    return {"name": name, "argv": [sys.executable, "-c", script, name], **more}


class RunningStack:
    """A supervisor in a process of its own, its output, and the pids that its children have written down."""

    def __init__(self, folder: Path, children: list[dict[str, Any]], policy: dict[str, float]) -> None:
        self.folder = folder
        plan = folder / "plan.json"
        plan.write_text(json.dumps({"data_dir": str(folder), "children": children, "policy": policy}))
        self.output_path = folder / "terminal.txt"
        with self.output_path.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(RUNNER), str(plan)],
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONPATH": str(REPOSITORY_DIR)},
                start_new_session=True,
                # Also where the tests themselves run under nohup.
                preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
            )

    @property
    def output(self) -> str:
        """All that was printed so far."""
        return self.output_path.read_text(encoding="utf-8")

    def says(self, text: str, limit_s: float = DEADLINE_S) -> None:
        """Wait until it has printed `text`."""
        wait_until(lambda: text in self.output, f"{text!r} in:\n{self.output}", limit_s)

    def pid_of(self, name: str, *, other_than: int | None = None) -> int:
        """The pid that a child has written down, once it is there."""

        def read() -> int | None:
            path = self.folder / f"{name}.pid"
            text = path.read_text() if path.exists() else ""
            return int(text) if text and int(text) != other_than else None

        return int(wait_until(read, f"{name} started"))

    @property
    def guardian_pid(self) -> int:
        """The pid of the process that cleans up after a SIGKILL."""
        self.says("guardian ")
        return int(self.output.split("guardian ")[1].split()[0])

    def send(self, number: signal.Signals) -> None:
        """Signal the supervisor only."""
        self.process.send_signal(number)

    def wait(self, limit_s: float = DEADLINE_S) -> int:
        """Its exit code."""
        return self.process.wait(limit_s)


@pytest.fixture
def start_stack(tmp_path: Path) -> Iterator[Callable[..., RunningStack]]:
    """Starts supervisors; ends what a failed test leaves."""
    started: list[RunningStack] = []

    def start(*children: dict[str, Any], **policy: float) -> RunningStack:
        started.append(RunningStack(tmp_path, list(children), policy))
        return started[-1]

    yield start
    for stack in started:
        if stack.process.poll() is None:
            stack.process.kill()  # the guardian ends the rest
            stack.process.wait()
