"""Fetching: patient with a server that restarts, strict with what arrives, bounded on disk."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from inference_worker.contract import AnalysisRequest
from inference_worker.errors import (
    AudioChecksumMismatchError,
    AudioEmptyError,
    AudioUnavailableError,
    AudioUrlExpiredError,
)
from inference_worker.storage import AudioStorage, StorageOptions
from tests.unit.inference_worker.requests_for_tests import request_for

CONTENT = bytes(range(256)) * 4000


@dataclass
class Server:
    """Answers with `statuses` one after another, then with 200."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    content: bytes = CONTENT
    promised_bytes: int | None = None
    location: str = ""
    asked: int = 0


@pytest.fixture
def server() -> Iterator[Server]:
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked += 1
            status = state.statuses.pop(0) if state.statuses else 200
            self.send_response(status)
            if status in (301, 302):
                self.send_header("Location", state.location)
            body = state.content if status == 200 else b"no"
            self.send_header("Content-Length", str(state.promised_bytes or len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: Any) -> None:
            return None

    http_server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http_server.serve_forever, daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{http_server.server_address[1]}/audio"
    yield state
    http_server.shutdown()
    http_server.server_close()


@dataclass
class Waits:
    seconds: list[float] = field(default_factory=list)

    def __call__(self, wait_s: float) -> None:
        self.seconds.append(wait_s)


def storage(tmp_path: Path, waits: Waits | None = None, **changes: Any) -> AudioStorage:
    options = StorageOptions(
        cache_dir=tmp_path / "cache", cache_max_bytes=10**9, fetch_attempts=4, fetch_timeout_s=2.0
    )
    return AudioStorage(replace(options, **changes), sleep=waits or Waits())


def wanted(tmp_path: Path, url: str, content: bytes = CONTENT, **changes: Any) -> AnalysisRequest:
    source = tmp_path / "source"
    source.write_bytes(content)
    return request_for(source, audio_url=url, audio_sha256=sha256(content).hexdigest(), **changes)


def cached(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "cache").iterdir())


def test_fetched_once_and_kept(tmp_path: Path, server: Server) -> None:
    store, request = storage(tmp_path), wanted(tmp_path, server.url)
    for _ in range(3):
        with store.audio(request) as path:
            assert path.read_bytes() == CONTENT
    assert server.asked == 1
    with storage(tmp_path).audio(request) as path:
        assert path.read_bytes() == CONTENT
    assert server.asked == 1, "another process finds it as well"


def test_a_server_that_restarts_is_waited_for(tmp_path: Path, server: Server) -> None:
    server.statuses, waits = [503, 502, 404], Waits()
    with storage(tmp_path, waits).audio(wanted(tmp_path, server.url)) as path:
        assert path.read_bytes() == CONTENT
    assert (server.asked, waits.seconds) == (4, [0.5, 1.0, 2.0])


def test_a_server_that_is_away_is_given_up(tmp_path: Path) -> None:
    waits = Waits()
    request = wanted(tmp_path, "http://127.0.0.1:1/audio")
    with (
        pytest.raises(AudioUnavailableError) as failure,
        storage(tmp_path, waits, fetch_attempts=6).audio(request),
    ):
        pass
    assert failure.value.retryable
    assert waits.seconds == [0.5, 1.0, 2.0, 4.0, 8.0]


@pytest.mark.parametrize("status", [401, 403, 410])
def test_an_expired_address_is_not_tried_again(tmp_path: Path, server: Server, status: int) -> None:
    server.statuses = [status]
    with (
        pytest.raises(AudioUrlExpiredError) as failure,
        storage(tmp_path).audio(wanted(tmp_path, server.url)),
    ):
        pass
    assert (server.asked, failure.value.retryable, failure.value.data) == (1, True, {"status": status})


@pytest.mark.parametrize("content", [CONTENT[:-1] + b"x", CONTENT[:-1], CONTENT + b"x", b""])
def test_other_bytes_than_promised_are_refused(tmp_path: Path, server: Server, content: bytes) -> None:
    server.content = content
    with (
        pytest.raises(AudioChecksumMismatchError),
        storage(tmp_path, fetch_attempts=2).audio(wanted(tmp_path, server.url)),
    ):
        pass
    assert server.asked == 2
    assert cached(tmp_path) == [], "nothing of it is left"


def test_a_connection_that_breaks_off_is_tried_again(tmp_path: Path, server: Server) -> None:
    server.content, server.promised_bytes = CONTENT[:1000], len(CONTENT)
    store, request = storage(tmp_path, fetch_attempts=2), wanted(tmp_path, server.url)
    with pytest.raises((AudioUnavailableError, AudioChecksumMismatchError)), store.audio(request):
        pass
    assert server.asked == 2
    server.content, server.promised_bytes = CONTENT, None
    with store.audio(request) as path:
        assert path.read_bytes() == CONTENT


def test_redirects_lead_to_the_web_only(tmp_path: Path, server: Server) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(CONTENT)
    server.statuses, server.location = [302], secret.as_uri()
    with (
        pytest.raises(AudioUnavailableError),
        storage(tmp_path, fetch_attempts=1).audio(wanted(tmp_path, server.url)),
    ):
        pass
    server.statuses, server.location = [302], server.url
    with storage(tmp_path).audio(wanted(tmp_path, server.url)) as path:
        assert path.read_bytes() == CONTENT


def test_other_schemes_are_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(AudioUnavailableError, match="not http"),
        storage(tmp_path, fetch_attempts=1).audio(wanted(tmp_path, "ftp://127.0.0.1/a")),
    ):
        pass


def test_local_files(tmp_path: Path) -> None:
    file = tmp_path / "한국어 녹음.wav"
    file.write_bytes(CONTENT)
    with storage(tmp_path).audio(wanted(tmp_path, file.as_uri())) as path:
        assert path.read_bytes() == CONTENT


def test_an_empty_recording_is_not_fetched(tmp_path: Path, server: Server) -> None:
    with pytest.raises(AudioEmptyError), storage(tmp_path).audio(wanted(tmp_path, server.url, b"")):
        pass
    assert server.asked == 0


def test_the_least_recently_used_goes_first_and_what_is_in_use_stays(tmp_path: Path, server: Server) -> None:
    store = storage(tmp_path, cache_max_bytes=2 * len(CONTENT) + 10)
    requests = [wanted(tmp_path, server.url, recording_id=f"r{index}") for index in range(4)]
    with store.audio(requests[0]) as first:
        for request in requests[1:]:
            with store.audio(request):
                pass
        assert first.exists()
        assert len(cached(tmp_path)) == 2
    asked = server.asked
    with store.audio(requests[3]):
        pass
    assert server.asked == asked
    with store.audio(requests[1]):
        pass
    assert server.asked == asked + 1


def test_many_threads_fetch_once(tmp_path: Path, server: Server) -> None:
    store, request, found = storage(tmp_path), wanted(tmp_path, server.url), []

    def read() -> None:
        with store.audio(request) as path:
            found.append(path.read_bytes() == CONTENT)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (found, server.asked) == ([True] * 8, 1)
