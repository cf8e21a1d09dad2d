"""The front end: what it measures, and what must not change it."""

from __future__ import annotations

import numpy as np
import pytest

from inference_worker.emotion import distortion, features
from inference_worker.emotion.features import CHANNELS, MEL_BANDS, extract
from tests.speech import say


def _harmonic(pitch_hz: float, seconds: float = 1.0) -> np.ndarray:
    time = np.arange(int(seconds * 16_000)) / 16_000
    partials = [np.sin(2 * np.pi * pitch_hz * n * time) / n for n in range(1, int(3000 / pitch_hz))]
    return np.asarray(0.1 * np.sum(partials, axis=0), dtype=np.float32)


@pytest.mark.parametrize("pitch_hz", [80.0, 120.0, 160.0, 240.0, 420.0])
def test_pitch_of_a_harmonic_sound(pitch_hz: float) -> None:
    frames = extract(_harmonic(pitch_hz)).frames[5:-5]
    assert frames[:, MEL_BANDS + 2].min() == 1.0
    found_hz = 160.0 * 2.0 ** np.median(frames[:, MEL_BANDS + 3])
    assert found_hz == pytest.approx(pitch_hz, rel=0.02)


def test_noise_has_no_pitch() -> None:
    noise = np.random.default_rng(0).standard_normal(32_000).astype(np.float32) * 0.1
    assert extract(noise).frames[:, MEL_BANDS + 2].mean() < 0.05


@pytest.mark.parametrize("gain_db", [-40.0, -20.0, -6.0, 6.0, 20.0])
def test_gain_changes_nothing(gain_db: float) -> None:
    speech = say("You said it first, and now you say it again.")
    before = extract(speech)
    after = extract(speech * np.float32(10.0 ** (gain_db / 20.0)))
    assert after.frames.shape == before.frames.shape
    assert np.abs(after.frames - before.frames).max() < 2e-3
    assert after.active_s == before.active_s


def test_silence_around_speech_is_cut_off() -> None:
    speech = say("Good morning.")
    padded = np.concatenate([np.zeros(16_384, np.float32), speech, np.zeros(16_384, np.float32)])
    lengths = len(extract(speech).frames), len(extract(padded).frames)
    assert abs(lengths[0] - lengths[1]) <= 2 * features.TRIM_MARGIN_FRAMES


def test_spectral_tilt_is_kept() -> None:
    speech = say("Good morning, how are you?")
    darker = np.convolve(speech, [0.5, 0.5]).astype(np.float32)
    high = slice(MEL_BANDS - 8, MEL_BANDS)
    assert extract(darker).frames[:, high].mean() < extract(speech).frames[:, high].mean() - 0.1


@pytest.mark.parametrize(
    "clip",
    [
        np.zeros(0, np.float32),
        np.zeros(16_000, np.float32),
        np.full(1_000, np.nan, np.float32),
        np.full(1_000, np.inf, np.float32),
        np.full(8_000, 0.5, np.float32),
    ],
    ids=["empty", "silence", "nan", "inf", "offset"],
)
def test_nothing_to_hear_gives_no_frames(clip: np.ndarray) -> None:
    found = extract(clip)
    assert found.frames.shape == (0, CHANNELS)
    assert (found.active_s, found.voiced_s, found.contrast_db) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("count", [1, 2, 255, 256, 257, 700, 3_200])
def test_any_length_gives_one_frame_a_hop(count: int) -> None:
    clip = np.random.default_rng(count).standard_normal(count).astype(np.float32)
    frames = extract(clip).frames
    assert len(frames) <= -(-count // features.HOP)
    assert np.isfinite(frames).all()


def test_active_power_ignores_silence() -> None:
    powers = np.array([0.0, 4.0, 4.0, 0.0, 0.0])
    assert features.active_power(powers) == 4.0
    assert features.active_power(np.zeros(3)) == 0.0


def test_the_callers_clip_stays_as_it_was() -> None:
    clip = np.array([np.nan, 0.5, -0.5], np.float32)
    extract(clip)
    assert np.isnan(clip[0])
    assert clip[1] == np.float32(0.5)


def test_noise_around_an_utterance_is_cut_off_as_silence_is() -> None:
    rng = np.random.default_rng(0)
    spoken = np.pad(say("Where are you going?"), 16_000)
    noisy = distortion.add_noise(spoken, distortion.coloured_noise(spoken.size, -3.0, rng), 15.0)
    quiet, heard = (len(extract(sound).frames) for sound in (spoken, noisy))
    assert heard < quiet + 12
    assert heard > 0.6 * quiet
