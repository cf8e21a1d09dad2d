"""The running stack, a microphone file, and a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, expect

from tests import speech
from tests.e2e.browser import browser
from tests.live_stack import LiveStack, live_stack

expect.set_options(timeout=30_000)  # a busy machine is no failure
ARTIFACTS_DIR = Path(__file__).resolve().parents[1] / "artifacts"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveStack]:
    with live_stack(tmp_path_factory.mktemp("stack") / "data") as running:
        yield running


@pytest.fixture(scope="session")
def microphone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second of silence, a sentence, and silence."""
    samples = np.concatenate(
        [speech.silence(1.5), speech.say("he said that there was nothing new"), speech.silence(30)]
    )
    return speech.write_audio(tmp_path_factory.mktemp("microphone") / "microphone.wav", samples)


@pytest.fixture(scope="module")
def chromium(microphone: Path) -> Iterator[Browser]:
    """Ended with its module: while Playwright runs, no other test can have an event loop in this thread."""
    with browser(microphone) as running:
        yield running


@pytest.fixture(scope="session")
def artifacts() -> Path:
    """Screenshots are kept here."""
    ARTIFACTS_DIR.mkdir(exist_ok=True)
    return ARTIFACTS_DIR
