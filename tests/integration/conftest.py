"""One real stack for the tests that do not break it, and speech to upload."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests import speech
from tests.live_stack import LiveStack, Person, free_ports, live_stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveStack]:
    folder = tmp_path_factory.mktemp("stack") / "data"
    with live_stack(folder, METRICS_ADDRESS=f"127.0.0.1:{free_ports(3)}") as running:
        yield running


@pytest.fixture
def person(stack: LiveStack) -> Person:
    return Person(stack.url)


@pytest.fixture(scope="session")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sentences with a pause between them, as WAV."""
    path = tmp_path_factory.mktemp("speech") / "two_sentences.wav"
    return write_sentences(path, "you said it first", "he said that there was nothing new")


@pytest.fixture(scope="session")
def spoken_long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three quarters of a minute of sentences: several units."""
    path = tmp_path_factory.mktemp("speech") / "long.wav"
    return write_sentences(
        path, *["the people of the city went to the house", "he said that it was good"] * 7
    )


def write_sentences(path: Path, *sentences: str) -> Path:
    """Write the sentences with a second of silence around each."""
    parts = [part for text in sentences for part in (speech.silence(1.0), speech.say(text))]
    return speech.write_audio(path, np.concatenate([*parts, speech.silence(1.0)]))
