"""One log for all processes: on the terminal with the name in front, and in a file that stays small."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

LONGEST_LINE_BYTES = 64 * 1024
FILE_BYTES = 5_000_000
OLD_FILES = 3
COLOURS = (36, 32, 33, 35, 34, 96, 92, 93)
OWN_NAME = "stack"


class LineBuffer:
    """Makes lines from the bytes of a pipe, which arrive in pieces and are not always text."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[str]:
        """The lines that `data` completes; a line without end is cut at 64 KiB."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        while len(self._rest) > LONGEST_LINE_BYTES:
            lines.append(self._rest[:LONGEST_LINE_BYTES])
            self._rest = self._rest[LONGEST_LINE_BYTES:]
        return [_text(line) for line in lines]

    def flush(self) -> list[str]:
        """What is left when the pipe has closed."""
        rest, self._rest = self._rest, b""
        return [_text(rest)] if rest else []


def _text(line: bytes) -> str:
    """Of a line that was written over with carriage returns (a progress bar), only the last state."""
    return line.decode("utf-8", errors="replace").rstrip("\r").rpartition("\r")[2]


class StackLog:
    """Writes `name | line` to the terminal and, with the time, to a file. Never stops the stack by failing.

    A terminal that has gone (closed window, `| head`) or a full disk ends that half of the log, not the
    program.
    """

    def __init__(self, names: Iterable[str], terminal: TextIO, file: Path | None, *, colour: bool) -> None:
        self._terminal: TextIO | None = terminal
        everyone = [OWN_NAME, *names]
        self._width = max(map(len, everyone))
        self._colours = {name: COLOURS[i % len(COLOURS)] for i, name in enumerate(everyone)} if colour else {}
        self._file = _SilentFile(file) if file else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def say(self, line: str) -> None:
        """A line of the stack itself."""
        self.write(OWN_NAME, line)

    def write(self, name: str, line: str) -> None:
        """A line of a child."""
        prefix = f"{name:<{self._width}} |"
        if self._file:
            self._file.emit(logging.makeLogRecord({"msg": f"{prefix} {line}"}))
        colour = self._colours.get(name)
        self._print(f"\x1b[{colour}m{prefix}\x1b[0m {line}" if colour else f"{prefix} {line}")

    def show(self, text: str) -> None:
        """Something for the person at the terminal only, without a prefix."""
        self._print(text)

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()

    def _print(self, text: str) -> None:
        if self._terminal is None:
            return
        try:
            self._terminal.write(text + "\n")
            self._terminal.flush()
        except (OSError, ValueError):
            _forget_terminal(self._terminal)
            self._terminal = None


def _forget_terminal(terminal: TextIO) -> None:
    """Point it at nothing, or Python complains once more when it flushes at its end."""
    # It may have no descriptor (a test's buffer), or be closed already.
    with contextlib.suppress(OSError, ValueError), open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), terminal.fileno())


class _SilentFile(RotatingFileHandler):
    """The log's file; it holds what can be written, and never prints a traceback between the lines."""

    def __init__(self, path: Path) -> None:
        with contextlib.suppress(OSError):  # then no line can be written, which `handleError` allows
            path.parent.mkdir(parents=True, exist_ok=True)
        super().__init__(
            path, maxBytes=FILE_BYTES, backupCount=OLD_FILES, encoding="utf-8", errors="replace", delay=True
        )
        self.setFormatter(logging.Formatter("%(asctime)s %(message)s"))

    def close(self) -> None:
        """What could not be written is lost, and that has been accepted."""
        with contextlib.suppress(OSError):
            super().close()

    def handleError(self, record: logging.LogRecord) -> None:
        """A full disk is reported by the processes that need it."""
