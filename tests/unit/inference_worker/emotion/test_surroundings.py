"""Noise made in the features: near what real noise does to them."""

from __future__ import annotations

import numpy as np
import pytest

from inference_worker.emotion import distortion, surroundings
from inference_worker.emotion.features import CHANNELS, MEL_BANDS, extract
from tests.speech import say


@pytest.fixture(scope="module")
def spoken() -> np.ndarray:
    return say("The kettle is on the table beside the window.", rate_wpm=150)


def test_it_is_near_real_noise(spoken: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surroundings, "SNR_DB", (10.0, 10.0))
    monkeypatch.setattr(surroundings, "NARROW_SHARE", 0.0)
    rng = np.random.default_rng(1)
    clean = extract(spoken).frames
    made = np.mean([surroundings.surround(clean, 0, rng).mean(axis=0) for _ in range(20)], axis=0)
    real = np.mean(
        [
            extract(
                distortion.add_noise(
                    spoken, distortion.coloured_noise(spoken.size, rng.uniform(-9.0, 1.0), rng), 10.0
                )
            ).frames.mean(axis=0)
            for _ in range(20)
        ],
        axis=0,
    )
    quiet = clean.mean(axis=0)
    for part in (slice(0, 32), slice(32, MEL_BANDS), MEL_BANDS, MEL_BANDS + 1, MEL_BANDS + 2):
        moved, wanted = np.mean((made - quiet)[part]), np.mean((real - quiet)[part])
        # Pitch suffers more in the noise that is made: the front end cuts off what real noise is alone.
        assert abs(moved - wanted) < 0.5 * abs(wanted) + 0.11
        assert np.sign(moved) == np.sign(wanted)


def test_silence_around_the_utterance_is_filled(spoken: np.ndarray) -> None:
    clean = extract(spoken).frames
    rng = np.random.default_rng(2)
    lengths = {len(surroundings.surround(clean, 30, rng)) for _ in range(40)}
    assert min(lengths) == len(clean)
    assert len(clean) < max(lengths) <= len(clean) + 30
    heard = surroundings.surround(clean, 30, rng)
    assert heard.shape[1] == CHANNELS
    assert np.isfinite(heard).all()


def test_the_same_draw_gives_the_same_sound(spoken: np.ndarray) -> None:
    clean = extract(spoken).frames
    first, second = (surroundings.surround(clean, 20, np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(first, second)
