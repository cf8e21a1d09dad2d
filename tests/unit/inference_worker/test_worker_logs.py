"""Log lines of a unit carry its ids, in both forms."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from inference_worker import log_context
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
