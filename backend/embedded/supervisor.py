"""Keeps the stack's processes running, and ends them all, in order, when asked."""

from __future__ import annotations

import selectors
import signal
import time
from collections.abc import Callable, Iterable

from backend.embedded.child import Child, describe_exit
from backend.embedded.child_spec import ChildSpec, RestartPolicy
from backend.embedded.errors import StackError
from backend.embedded.guard import Guard
from backend.embedded.log import StackLog
from backend.embedded.signals import SignalInbox

IDLE_S = 1.0
KILLED_WAIT_S = 5.0
SAME_PRESS_S = 0.3
"""Some wrappers pass on a Ctrl-C that the terminal has already sent: that is one press, not two."""


class Supervisor:
    """Runs children in the order given until a stop signal, then ends them in reverse order.

    One thread, one loop: it waits for output, deaths, signals and due restarts, whichever comes first.
    """

    def __init__(
        self,
        specs: Iterable[ChildSpec],
        *,
        log: StackLog,
        guard: Guard,
        inbox: SignalInbox,
        policy: RestartPolicy | None = None,
        on_ready: Callable[[str], None] = lambda name: None,
    ) -> None:
        policy = policy or RestartPolicy()
        self._children = [Child(spec, policy) for spec in specs]
        self._policy = policy
        self._log = log
        self._guard = guard
        self._inbox = inbox
        self._on_ready = on_ready
        self._ready: set[str] = set()
        self._announced: set[str] = set()
        self._selector = selectors.DefaultSelector()
        self._stop_asked_at_s: float | None = None
        self._is_impatient = False

    def run(self) -> bool:
        """Returns after a stop: True if it was clean, False if everything was killed on a second signal."""
        with self._selector:
            self._selector.register(self._inbox, selectors.EVENT_READ)
            try:
                while self._stop_asked_at_s is None:
                    self._start_due()
                    self._turn(self._idle_s())
                    self._announce()
            finally:
                self._stop()
        return not self._is_impatient

    def _start_due(self) -> None:
        """Start what is due; nothing that stands on a foundation which is not ready."""
        for child in self._children:
            if child.due_at_s is not None and child.due_at_s <= time.monotonic():
                self._start(child)
            if child.spec.is_foundation and not child.is_ready:
                return

    def _start(self, child: Child) -> None:
        try:
            child.start(self._guard, self._inbox.wake)
        except (StackError, OSError) as error:
            child.last_lines.append(str(error))
            child.fail()
            self._report_failure(child, f"could not be started: {error}")
            return
        self._selector.register(child.output, selectors.EVENT_READ, child)

    def _idle_s(self) -> float:
        due = [child.due_at_s for child in self._children if child.due_at_s is not None]
        return max(0.0, min([IDLE_S, *(at_s - time.monotonic() for at_s in due if at_s > time.monotonic())]))

    def _turn(self, timeout_s: float) -> None:
        """Wait for something to happen, and deal with it."""
        for key, _ in self._selector.select(timeout_s):
            if isinstance(key.data, Child):
                self._forward(key.data)
        self._hear_signals()
        for child in self._children:
            exit_code = child.notice_death()
            if exit_code is not None:
                self._bury(child, exit_code)
        running = [(child.pid, child.spec.is_foundation) for child in self._children]
        if self._guard.revive((pid, is_last) for pid, is_last in running if pid is not None):
            self._log.say("The guardian of the stack had died; it has been started again.")

    def _hear_signals(self) -> None:
        for number in self._inbox.read_stop_signals():
            now_s = time.monotonic()
            if self._stop_asked_at_s is None:
                self._stop_asked_at_s = now_s
                hint = " Ctrl-C again kills everything at once." if number == signal.SIGINT else ""
                self._log.say(f"Stopping ({number.name}).{hint}")
            elif now_s - self._stop_asked_at_s > SAME_PRESS_S:
                self._is_impatient = True

    def _forward(self, child: Child) -> None:
        """Log what the child has written."""
        lines, is_open = child.read_lines()
        self._write(child, lines)
        if not is_open:
            self._selector.unregister(child.output)

    def _write(self, child: Child, lines: Iterable[str]) -> None:
        for line in filter(str.strip, lines):  # an empty line says nothing behind a name
            self._log.write(child.spec.name, line)

    def _bury(self, child: Child, exit_code: int) -> None:
        if child.output in self._selector.get_map():
            self._selector.unregister(child.output)
        self._write(child, child.read_last_lines())
        child.bury(self._guard)
        if self._stop_asked_at_s is None:
            self._report_failure(child, f"ended unexpectedly ({describe_exit(exit_code)})")

    def _report_failure(self, child: Child, what: str) -> None:
        delay_s = self._policy.delay_s(child.failures_in_a_row)
        self._log.say(f"{child.spec.name} {what}. Starting it again in {delay_s:g} s.")
        if child.failures_in_a_row == self._policy.alarm_after:
            self._log.say(
                f"{child.spec.name} has failed {child.failures_in_a_row} times in a row: something is wrong "
                "with it. It will be tried again all the same. Its last lines:"
            )
            for line in child.last_lines:
                self._log.say(f"    {line}")

    def _announce(self) -> None:
        """Say which child has become ready: the first time to the owner, after a restart in the log."""
        ready = {child.spec.name for child in self._children if child.is_ready}
        for name in sorted(ready - self._ready):
            if name in self._announced:
                self._log.say(f"{name} is running again.")
            else:
                self._announced.add(name)
                self._on_ready(name)
        self._ready = ready

    def _stop(self) -> None:
        """End every child, the last one first, each within its grace."""
        if (
            self._stop_asked_at_s is None
        ):  # an error in the loop: nobody asked, but nothing may be left behind
            self._stop_asked_at_s = time.monotonic()
        for child in reversed(self._children):
            child.signal_group(signal.SIGTERM)
            self._wait_for([child], child.spec.stop_grace_s, while_patient=True)
            if child.is_running and not self._is_impatient:
                self._log.say(
                    f"{child.spec.name} did not stop within {child.spec.stop_grace_s:g} s; killing it."
                )
                self._kill([child])
        self._kill(self._children)

    def _kill(self, children: list[Child]) -> None:
        for child in children:
            child.signal_group(signal.SIGKILL)
        self._wait_for(children, KILLED_WAIT_S, while_patient=False)

    def _wait_for(self, children: list[Child], limit_s: float, *, while_patient: bool) -> None:
        deadline_s = time.monotonic() + limit_s
        while any(child.is_running for child in children) and not (while_patient and self._is_impatient):
            left_s = deadline_s - time.monotonic()
            if left_s <= 0:
                return
            self._turn(min(IDLE_S, left_s))
