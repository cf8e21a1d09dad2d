"""A real Chromium with a microphone that hears a WAV file."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

_CANDIDATES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)


def chromium_path() -> str:
    """Skips the test where there is no Chromium; fails it in CI, where there must be one."""
    found = next((path for name in _CANDIDATES if (path := shutil.which(name))), None)
    if found is None:
        message = "No Chromium found. Install it (Debian: apt install chromium) to run the browser tests."
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found


@contextmanager
def browser(microphone: Path) -> Iterator[Browser]:
    """`microphone` is played once, from the moment that a page opens the microphone."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=chromium_path(),
            args=[*_FLAGS, f"--use-file-for-fake-audio-capture={microphone}%noloop"],
        )
        try:
            yield chromium
        finally:
            chromium.close()
