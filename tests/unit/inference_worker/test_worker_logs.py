"""Log lines of a unit carry its ids, in both forms."""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.core.log_secrets import redact as redact_in_the_backend
from inference_worker import log_context
from inference_worker.errors import AudioUnavailableError
from inference_worker.log_secrets import redact
from inference_worker.storage import AudioStorage, StorageOptions
from tests.unit.inference_worker.requests_for_tests import request_for


@pytest.fixture
def audio(tmp_path: Path) -> Path:
    path = tmp_path / "a.wav"
    path.write_bytes(b"sound")
    return path


@pytest.fixture(autouse=True)
def _keep_the_handlers() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def test_json_names_the_recording_and_the_unit(capsys: pytest.CaptureFixture[str], audio: Path) -> None:
    log_context.configure("INFO", "json")
    request = request_for(audio, unit=2)
    with log_context.bound(request):
        logging.getLogger("a").info("loud %s", "and clear")
    logging.getLogger("a").info("outside")
    inside, outside = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (inside["message"], inside["level"], inside["logger"]) == ("loud and clear", "INFO", "a")
    assert inside["recording"] == request.recording_id
    assert (inside["analysis"], inside["unit"], inside["attempt"]) == (request.analysis_id, 2, 1)
    assert "analysis" not in outside


def test_text_names_them_too(capsys: pytest.CaptureFixture[str], audio: Path) -> None:
    log_context.configure("INFO")
    request = request_for(audio)
    with log_context.bound(request):
        logging.getLogger("a").warning("short")
    line = capsys.readouterr().err
    assert (
        f"[recording={request.recording_id} analysis={request.analysis_id} unit=0 attempt=1]: short" in line
    )


def test_an_exception_stays_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    log_context.configure("INFO", "json")
    try:
        raise ValueError("broken")
    except ValueError:
        logging.getLogger("a").exception("failed")
    (line,) = capsys.readouterr().err.splitlines()
    assert "ValueError: broken" in json.loads(line)["exception"]


TOKEN = "8c0ffee:1xYz-abc:S1gn4ture"


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        (
            f"http://backend:8000/internal/audio/{TOKEN} is away",
            "http://backend:8000/internal/audio/… is away",
        ),
        (
            "https://s3/a?X-Amz-Credential=AK%2F1&X-Amz-Date=1&X-Amz-Signature=abc&x=1",
            "https://s3/a?X-Amz-Credential=…&X-Amz-Date=1&X-Amz-Signature=…&x=1",
        ),
        ("redis://:hunter2@redis:6379/0", "redis://:…@redis:6379/0"),
        ("redis://worker:hunter2@redis:6379/0 is away", "redis://worker:…@redis:6379/0 is away"),
        ("Authorization: Bearer abc.def", "Authorization: …"),
        ("done from 0.0 to 9.0 of 9.0 s, 6 utterances", "done from 0.0 to 9.0 of 9.0 s, 6 utterances"),
    ],
)
def test_secrets_are_hidden_as_in_the_backend(line: str, kept: str) -> None:
    assert redact(line) == redact_in_the_backend(line) == kept


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_fetch_that_fails_tells_no_signed_address(
    capsys: pytest.CaptureFixture[str], audio: Path, tmp_path: Path, log_format: str
) -> None:
    log_context.configure("DEBUG", log_format)
    options = StorageOptions(
        cache_dir=tmp_path / "cache", cache_max_bytes=10**6, fetch_attempts=2, fetch_timeout_s=1.0
    )
    url = f"http://user:hunter2@127.0.0.1:9/internal/audio/{TOKEN}?X-Amz-Signature=abc"
    request = dataclasses.replace(request_for(audio), audio_url=url)
    try:
        with AudioStorage(options, sleep=lambda _: None).audio(request):
            pytest.fail("nothing listens at that address")
    except AudioUnavailableError:
        logging.getLogger("a").exception("cannot fetch %s", url)
    written = capsys.readouterr().err
    assert "cannot fetch http://user:…@127.0.0.1:9/internal/audio/…" in written
    assert not [secret for secret in (TOKEN, "S1gn4ture", "hunter2", "=abc") if secret in written]
