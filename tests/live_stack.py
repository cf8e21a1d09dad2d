"""The real one-machine stack for tests and benchmarks: `manage.py up` in a folder of its own, and a client."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
from websockets.sync.client import ClientConnection, connect

REPOSITORY_DIR = Path(__file__).resolve().parents[1]
START_LIMIT_S = 180.0
PASSWORD = "correct horse battery staple"
CHILDREN = {
    "redis": "redis-server",
    "web": "uvicorn",
    "results": "-Q results",
    "inference": "inference_worker worker",
    "beat": " beat ",
}


class NotInTimeError(AssertionError):
    """Something that was waited for did not happen."""


def wait_until(condition: Callable[[], Any], *, limit_s: float, what: str) -> Any:
    """The first true value of `condition`, asked every 50 ms. Raises `NotInTimeError`."""
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise NotInTimeError(f"not within {limit_s:g} s: {what}")


@dataclass(slots=True)
class LiveStack:
    """A running stack. `port` and `data_dir` stay the same over `restart`."""

    data_dir: Path
    port: int
    environment: dict[str, str]
    has_worker: bool = True
    process: subprocess.Popen[bytes] | None = None
    log_path: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log_path = self.data_dir.parent / f"{self.data_dir.name}.log"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start and wait until every part is ready. Raises `NotInTimeError` with the log's end."""
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", *([] if self.has_worker else ["--no-worker"])],
                cwd=REPOSITORY_DIR,
                env={
                    **os.environ,
                    "DJANGO_SETTINGS_MODULE": "backend.config.settings.embedded",
                    "DATA_DIR": str(self.data_dir),
                    "PORT": str(self.port),
                    **self.environment,
                },
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            wait_until(self._is_ready, limit_s=START_LIMIT_S, what="the stack is ready")
        except NotInTimeError as error:
            raise NotInTimeError(f"{error}\n{self.log_tail()}") from None

    def stop(self, limit_s: float = 60.0) -> int:
        """End it as Ctrl-C does. Returns the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(limit_s)

    def kill_everything(self) -> None:
        """SIGKILL to the supervisor and all of its children at once: a power cut."""
        assert self.process is not None
        processes = [psutil.Process(self.process.pid), *self.descendants()]
        for process in processes:
            process.kill()
        psutil.wait_procs(processes, timeout=10)
        self.process.wait(10)

    def child(self, name: str) -> psutil.Process:
        """The process of one child, by its name in the log. Raises `LookupError` while it is not there."""
        for process in self.descendants():
            try:
                command = " ".join(process.cmdline()) + " "
            except psutil.NoSuchProcess:
                continue
            if CHILDREN[name] in command:
                return process
        raise LookupError(name)

    def descendants(self) -> list[psutil.Process]:
        assert self.process is not None
        return psutil.Process(self.process.pid).children(recursive=True)

    def log_tail(self, lines: int = 60) -> str:
        return "\n".join(self.log_path.read_text(errors="replace").splitlines()[-lines:])

    def _is_ready(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise NotInTimeError(f"the stack ended with {self.process.returncode}")
        if "times in a row" in self.log_path.read_text(errors="replace"):
            raise NotInTimeError("a part of the stack cannot start")
        try:
            parts = httpx.get(f"{self.url}/readyz", timeout=5).json()["parts"]
        except httpx.TransportError:
            return False
        needed = parts if self.has_worker else parts.keys() - {"inference_worker"}
        return all(parts[name] == "ok" for name in needed)


@contextmanager
def live_stack(data_dir: Path, *, has_worker: bool = True, **environment: str) -> Iterator[LiveStack]:
    """A started stack that is ended, whatever happens."""
    stack = LiveStack(data_dir=data_dir, port=free_port(), environment=environment, has_worker=has_worker)
    try:
        stack.start()
        yield stack
    finally:
        if stack.process is not None and stack.process.poll() is None:
            try:
                stack.stop()
            except subprocess.TimeoutExpired:
                stack.kill_everything()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def free_ports(count: int) -> int:
    """The first of `count` ports in a row that nobody listens on."""
    while True:
        first = free_port()
        with contextlib.suppress(OSError), contextlib.ExitStack() as held:
            for port in range(first, first + count):
                held.enter_context(socket.create_server(("127.0.0.1", port)))
            return first


class Person:
    """Somebody who is signed in as an app would be, with the events that were pushed to them."""

    def __init__(self, url: str, email: str | None = None) -> None:
        self.url = url
        self.email = email or f"{uuid.uuid4().hex}@example.org"
        self.http = httpx.Client(base_url=url, timeout=60)
        answer = self.http.post(
            "/_allauth/app/v1/auth/signup", json={"email": self.email, "password": PASSWORD}
        )
        answer.raise_for_status()
        self.http.headers["X-Session-Token"] = answer.json()["meta"]["session_token"]
        self.events: list[tuple[float, dict[str, Any]]] = []
        """What was pushed, each with the monotonic time of its arrival."""

    def upload(self, path: Path, *, recording_id: str | None = None, **fields: str) -> dict[str, Any]:
        """Raises `httpx.HTTPStatusError`."""
        with path.open("rb") as audio:
            answer = self.http.post(
                "/api/v1/recordings",
                data={"id": recording_id or str(uuid.uuid4()), **fields},
                files={"audio": (path.name, audio, "audio/wav")},
            )
        answer.raise_for_status()
        return dict(answer.json())

    def recording(self, recording_id: str) -> dict[str, Any]:
        answer = self.http.get(f"/api/v1/recordings/{recording_id}")
        answer.raise_for_status()
        return dict(answer.json())

    def utterances(self, recording_id: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        url: str | None = f"/api/v1/recordings/{recording_id}/utterances"
        while url:
            page = self.http.get(url).json()
            found += page["results"]
            url = page["next"]
        return found

    def finished(self, recording_id: str, *, limit_s: float = 120.0) -> dict[str, Any]:
        """The recording once its analysis is done, failed or cancelled. Raises `NotInTimeError`."""

        def ended() -> dict[str, Any] | None:
            try:
                recording = self.recording(recording_id)
            except httpx.TransportError:
                return None
            return recording if recording["analysis"]["state"] in ("done", "failed", "cancelled") else None

        return dict(wait_until(ended, limit_s=limit_s, what=f"the analysis of {recording_id} is finished"))

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Collect pushed events while the block runs."""
        socket_url = self.url.replace("http", "ws", 1) + "/ws/events"
        headers = {"X-Session-Token": self.http.headers["X-Session-Token"]}
        with connect(socket_url, additional_headers=headers, max_size=None) as connection:
            hello = json.loads(connection.recv(timeout=10))
            self.events.append((time.monotonic(), hello))
            reader = threading.Thread(target=self._read, args=(connection,), daemon=True)
            reader.start()
            yield
        reader.join(10)

    def _read(self, connection: ClientConnection) -> None:
        for message in connection:
            self.events.append((time.monotonic(), json.loads(message)))
