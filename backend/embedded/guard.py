"""The supervisor's side of the guardian."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

HERE = Path(__file__).resolve().parent
# Isolated, without site-packages: both scripts need only the standard library, and start in milliseconds.
SCRIPT = (sys.executable, "-I", "-S")
CLOSING_WAIT_S = 20.0


class Guard:
    """Keeps a guardian process running, and tells it which process groups are ours.

    `held_fds` stay open in the guardian for as long as it lives: the lock of the data folder.
    """

    def __init__(self, held_fds: Iterable[int] = ()) -> None:
        self._held_fds = tuple(held_fds)
        self._process = self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The guardian's process id."""
        return self._process.pid

    @property
    def fd(self) -> int:
        """The pipe's end to pass to `launch.py`."""
        assert self._process.stdin is not None  # noqa: S101 - for the type checker: it was opened as a pipe
        return self._process.stdin.fileno()

    def wrap(self, argv: Sequence[str], *, is_last: bool) -> list[str]:
        """The command that reports itself to the guardian and then becomes `argv`."""
        return [*SCRIPT, str(HERE / "launch.py"), str(self.fd), "last" if is_last else "-", *argv]

    def forget(self, group: int) -> None:
        """The group is gone; its number may soon belong to somebody else."""
        self._write(f"-{group}\n")

    def revive(self, groups: Iterable[tuple[int, bool]]) -> bool:
        """Whether the guardian had died; then a new one runs, and knows the `(group, is_last)` that run."""
        if self._process.poll() is None:
            return False
        self._discard_pipe()
        self._process = self._start()
        for group, is_last in groups:
            self._write(f"+{group} {'last' if is_last else '-'}\n")
        return True

    def close(self) -> None:
        """Let it end what is left (nothing, after a clean stop), and wait for it: it holds the lock."""
        self._discard_pipe()
        try:
            self._process.wait(CLOSING_WAIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*SCRIPT, str(HERE / "guardian.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,
            pass_fds=self._held_fds,
        )

    def _write(self, line: str) -> None:
        assert self._process.stdin is not None  # noqa: S101 - for the type checker: it was opened as a pipe
        with contextlib.suppress(BrokenPipeError):  # it died; `revive` tells the next one everything
            self._process.stdin.write(line.encode())

    def _discard_pipe(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
