"""Signals as something the supervisor's loop can wait for."""

from __future__ import annotations

import contextlib
import signal
import socket
from types import FrameType, TracebackType
from typing import Any, Self

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class SignalInbox:
    """Collects signals, and wakes a `select` on it when one comes or another thread calls `wake`.

    Handlers do nothing: Python writes the signal's number to a socket, and the loop reads it when it can.
    SIGHUP stays ignored where it is (`nohup`).
    """

    def __init__(self) -> None:
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._earlier: dict[signal.Signals, Any] = {}
        self._earlier_wakeup_fd = -1

    def __enter__(self) -> Self:
        self._earlier_wakeup_fd = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        for number in (*STOP_SIGNALS, signal.SIGCHLD):
            if number == signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN:
                continue
            self._earlier[number] = signal.signal(number, _do_nothing)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._earlier.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._earlier_wakeup_fd)
        self._reader.close()
        self._writer.close()

    def fileno(self) -> int:
        """For `select`."""
        return self._reader.fileno()

    def wake(self) -> None:
        """Make the loop look around. May be called from any thread."""
        with contextlib.suppress(OSError):  # full: it wakes anyway; closed: nobody waits any more
            self._writer.send(b"\0")

    def read_stop_signals(self) -> list[signal.Signals]:
        """The requests to stop that came since the last call."""
        try:
            received = self._reader.recv(4096)
        except BlockingIOError:
            return []
        return [number for number in map(_signal, received) if number in STOP_SIGNALS]


def _signal(number: int) -> signal.Signals | None:
    return signal.Signals(number) if number else None


def _do_nothing(number: int, frame: FrameType | None) -> None:
    """Having a handler is what makes Python report the signal."""
