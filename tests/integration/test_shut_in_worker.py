"""A worker on a host of its own: it reaches the broker and signed addresses, nothing else, and that is enough."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live_stack import REPOSITORY_DIR, LiveStack, Person, live_stack, wait_until
from tests.relay import connect, relay


def _may_shut_in() -> bool:
    """Whether the kernel gives us namespaces: many containers do not."""
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        return False
    command = ["unshare", "-rnm", "sh", "-c", "ip link set lo up && mount -t tmpfs tmpfs /mnt"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


pytestmark = [
    pytest.mark.stack,
    pytest.mark.skipif(
        not _may_shut_in(), reason="needs network and mount namespaces, which are not given here"
    ),
]


@pytest.fixture(scope="module")
def workerless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveStack]:
    with live_stack(tmp_path_factory.mktemp("service") / "data", has_worker=False) as running:
        yield running


@pytest.fixture
def doors() -> Iterator[Path]:
    # Not in tmp_path: the path of a socket has to be short.
    with tempfile.TemporaryDirectory(prefix="doors") as folder:
        yield Path(folder)


def test_the_broker_and_signed_addresses_are_enough(workerless: LiveStack, doors: Path, spoken: Path) -> None:
    (broker,) = workerless.data_dir.rglob("*.sock")
    opened = [
        relay(doors / "broker", broker),
        relay(doors / "backend", ("127.0.0.1", workerless.port)),
    ]
    database = socket.create_server(("127.0.0.1", 0))
    database_port = int(database.getsockname()[1])
    connect(("127.0.0.1", database_port)).close()
    command = ["unshare", "-rnm", sys.executable, "-m", "tests.shut_in_worker", str(doors)]
    worker = subprocess.Popen(
        [*command, str(workerless.port), str(workerless.data_dir), str(database_port)],
        cwd=REPOSITORY_DIR,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(doors),
            "REDIS_URL": f"unix://{doors}/broker",
            "WORKER_NAME": "shut-in",
            "WORKER_CACHE_DIR": str(doors / "cache"),
            "ASR_ENGINE": "pocketsphinx",
        },
    )
    try:
        person = Person(workerless.url)
        uploaded = person.upload(spoken, language="en")
        wait_until(lambda: not _is_silent(person), limit_s=300, what="the worker is heard of")
        recording = person.finished(uploaded["id"], limit_s=240)
        reached = json.loads((doors / "reached.json").read_text())
        assert recording["analysis"]["state"] == "done"
        assert len(person.utterances(recording["id"])) == 2
        assert (reached["broker"], reached["backend"]) == (True, True)
        assert (reached["database"], reached["internet"], reached["files"]) == (False, False, [])
        secrets = {"DATABASE_URL", "SECRET_KEY", "DATA_KEY", "AUDIO_KEYS", "MEDIA_S3_SECRET_KEY", "DATA_DIR"}
        assert secrets.isdisjoint(reached["environment"])
        worker.terminate()
        assert worker.wait(30) == 0
    finally:
        worker.kill()
        worker.wait()
        for door in (*opened, database):
            door.close()
    wait_until(lambda: _is_silent(person), limit_s=60, what="the backend notices that it has gone")


def _is_silent(person: Person) -> bool:
    parts = person.http.get("/readyz").json()["parts"]
    return str(parts["inference_worker"]).startswith("no worker")
