"""One supervised process, in a session and process group of its own."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable
from typing import BinaryIO, cast

from backend.embedded.child_spec import ChildSpec, RestartPolicy
from backend.embedded.guard import Guard
from backend.embedded.log import LineBuffer
from backend.embedded.readiness import Readiness

READ_BYTES = 64 * 1024
REMEMBERED_LINES = 5
LAST_READS = 64


class Child:
    """Starts, watches and ends the process of a `ChildSpec`. Not running at first; due at once.

    Only the main thread calls it, and all of it returns at once: waiting is the supervisor's.
    """

    def __init__(self, spec: ChildSpec, policy: RestartPolicy) -> None:
        self.spec = spec
        self.due_at_s: float | None = time.monotonic()
        """When it is to be started (monotonic clock); None while it runs."""
        self.failures_in_a_row = 0
        self.last_lines: deque[str] = deque(maxlen=REMEMBERED_LINES)
        self._policy = policy
        self._process: subprocess.Popen[bytes] | None = None
        self._readiness: Readiness | None = None
        self._started_at_s = 0.0
        self._lines = LineBuffer()

    @property
    def pid(self) -> int | None:
        """Its process id, which is also that of its group; None when it does not run."""
        return self._process.pid if self._process else None

    @property
    def is_running(self) -> bool:
        """From its start until its death has been noticed."""
        return self._process is not None

    @property
    def is_ready(self) -> bool:
        """Whether it runs and its check has passed."""
        return self._readiness is not None and self._readiness.is_ready

    @property
    def output(self) -> BinaryIO:
        """The read end of what it writes; only while it runs."""
        assert self._process is not None  # noqa: S101 - a mistake of the caller
        return cast(BinaryIO, self._process.stdout)

    def start(self, guard: Guard, wake: Callable[[], None]) -> None:
        """Start it. Raises `StackError` from its preparation, or OSError when no process can be made."""
        self._started_at_s = time.monotonic()
        if self.spec.before_start:
            self.spec.before_start()
        self._process = subprocess.Popen(
            guard.wrap(self.spec.argv, is_last=self.spec.is_foundation),
            env=dict(self.spec.env),
            cwd=self.spec.work_dir,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            start_new_session=True,
            pass_fds=(guard.fd,),
        )
        os.set_blocking(self.output.fileno(), False)
        self.due_at_s = None
        self._readiness = Readiness(self.spec.ready_check, wake, self.spec.ready_interval_s)

    def read_lines(self) -> tuple[list[str], bool]:
        """The lines it has written since the last call, and whether its output is still open."""
        try:
            data = os.read(self.output.fileno(), READ_BYTES)
        except BlockingIOError:
            return [], True
        return self._remember(self._lines.feed(data)), bool(data)

    def read_last_lines(self) -> list[str]:
        """After its death: all that is still in the pipe, a line without end included."""
        lines = []
        for _ in range(LAST_READS):  # bounded: a process that has left its group may still write
            new, is_open = self.read_lines()
            lines += new
            if not is_open or not self._has_output():
                break
        return lines + self._remember(self._lines.flush())

    def _has_output(self) -> bool:
        return bool(select.select([self.output], [], [], 0)[0])

    def _remember(self, lines: list[str]) -> list[str]:
        self.last_lines.extend(line for line in lines if line.strip())
        return lines

    def signal_group(self, number: signal.Signals) -> None:
        """Send it, and everything that it has started, a signal."""
        if self._process is not None:
            _signal_group(self._process.pid, number)

    def notice_death(self) -> int | None:
        """Its exit code (negative: the signal) once it has ended, else None. Ends the rest of its group."""
        if self._process is None:
            return None
        exit_code = self._process.poll()
        if exit_code is not None:
            _signal_group(self._process.pid, signal.SIGKILL)
        return exit_code

    def bury(self, guard: Guard) -> None:
        """After its death: close its pipe, and count the death."""
        assert self._process is not None  # noqa: S101 - a mistake of the caller
        guard.forget(self._process.pid)
        self.output.close()
        self._process = None
        self._lines = LineBuffer()
        if self._readiness:
            self._readiness.cancel()
        self.fail()

    def fail(self) -> None:
        """Count one more failure, and set when the next start is due."""
        now_s = time.monotonic()
        if now_s - self._started_at_s >= self._policy.settled_after_s:
            self.failures_in_a_row = 0
        self.failures_in_a_row += 1
        self.due_at_s = now_s + self._policy.delay_s(self.failures_in_a_row)


def _signal_group(group: int, number: signal.Signals) -> None:
    # It may have ended; macOS answers EPERM for a group of zombies.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def describe_exit(exit_code: int) -> str:
    """`exit code 1`, or `killed by SIGKILL`."""
    if exit_code >= 0:
        return f"exit code {exit_code}"
    try:
        return f"killed by {signal.Signals(-exit_code).name}"
    except ValueError:
        return f"killed by signal {-exit_code}"
