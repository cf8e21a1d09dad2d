"""The official tus client (`tus-js-client` in Node) uploads to the real stack, straight and over a bad connection."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.faulty_proxy import Faults, faulty_proxy
from tests.live_stack import LiveStack, Person, live_stack

REPOSITORY_DIR = Path(__file__).resolve().parents[2]
WEB_DIR = REPOSITORY_DIR / "clients" / "web"
SIZE_BYTES = 6_000_000
pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def storing_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveStack]:
    with live_stack(tmp_path_factory.mktemp("tus") / "data", has_worker=False) as running:
        yield running


@pytest.fixture(scope="module")
def person(storing_stack: LiveStack) -> Person:
    return Person(storing_stack.url)


@pytest.fixture(scope="module")
def audio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("audio") / "talk.wav"
    path.write_bytes(os.urandom(SIZE_BYTES))
    return path


def _node() -> str:
    """The Node that the Makefile uses: its own, where the machine has none."""
    found = shutil.which("node") or shutil.which("node", path=str(REPOSITORY_DIR / ".venv/node/bin"))
    if found is None or not (WEB_DIR / "node_modules" / "tus-js-client").is_dir():
        pytest.fail("Node and the web client's packages are needed: run the tests by `make test`.")
    return found


def _upload(port: int, person: Person, audio: Path, recording_id: str, **options: Any) -> dict[str, Any]:
    metadata = {
        "recording_id": recording_id,
        "filename": "회의.wav",
        "filetype": "audio/wav",
        "sha256": hashlib.sha256(audio.read_bytes()).hexdigest(),
    }
    headers = {"X-Session-Token": person.http.headers["X-Session-Token"]}
    endpoint = f"http://127.0.0.1:{port}/api/v1/uploads/"
    arguments = [endpoint, str(audio), json.dumps(metadata), json.dumps(headers), *options.get("chunk", [])]
    done = subprocess.run(
        [_node(), str(WEB_DIR / "scripts" / "tus-upload.mjs"), *arguments],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def _assert_whole(person: Person, audio: Path, recording_id: str) -> None:
    recording = person.recording(recording_id)
    assert (recording["size_bytes"], recording["file_name"]) == (SIZE_BYTES, "회의.wav")
    assert person.http.get(recording["audio_url"]).content == audio.read_bytes()


@pytest.mark.parametrize("chunk", [[], ["1000000"]], ids=["in one request", "in requests of 1 MB"])
def test_straight(storing_stack: LiveStack, person: Person, audio: Path, chunk: list[str]) -> None:
    recording_id = str(uuid.uuid4())
    seen = _upload(storing_stack.port, person, audio, recording_id, chunk=chunk)
    assert (seen["retries"], seen["offsets"][-1]) == (0, SIZE_BYTES)
    _assert_whole(person, audio, recording_id)
    again = _upload(storing_stack.port, person, audio, recording_id)
    assert again["url"].rsplit("/", 1)[1] == seen["url"].rsplit("/", 1)[1]
    assert person.http.delete(f"/api/v1/recordings/{recording_id}").status_code == 204


def test_over_a_connection_that_breaks_again_and_again(
    storing_stack: LiveStack, person: Person, audio: Path
) -> None:
    recording_id = str(uuid.uuid4())
    faults = Faults(cut=0.7, cut_answer=0.1, stall=0.1, repeat=0, stall_s=0.2, within_bytes=3_000_000)
    with faulty_proxy(storing_stack.port, faults, seed=4) as proxy:
        seen = _upload(proxy.port, person, audio, recording_id)
    assert seen["retries"] > 0
    # What was sent before a cut was kept: the client went on from offsets between the start and the end.
    assert [offset for offset in seen["offsets"] if 0 < offset < SIZE_BYTES]
    assert seen["offsets"] == sorted(seen["offsets"])
    _assert_whole(person, audio, recording_id)


def test_an_expired_session_is_told(storing_stack: LiveStack) -> None:
    answer = httpx.post(f"{storing_stack.url}/api/v1/uploads/", headers={"X-Session-Token": "gone"})
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
