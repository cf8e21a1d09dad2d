"""What distortions do to a sound, in numbers."""

from __future__ import annotations

import numpy as np
import pytest

from inference_worker.emotion import distortion
from inference_worker.emotion.augmentation import augment_sound
from inference_worker.emotion.features import active_power, frame_powers
from inference_worker.emotion.nonspeech import make_nonspeech
from inference_worker.emotion.robustness import CONDITIONS
from tests.speech import say, tone


def _power(sound: np.ndarray) -> float:
    return float((sound.astype(np.float64) ** 2).mean())


@pytest.mark.parametrize("snr_db", [20.0, 10.0, 5.0])
def test_noise_is_as_far_below_the_speech_as_asked(snr_db: float) -> None:
    speech = say("Good morning.")
    noise = distortion.coloured_noise(speech.size, -3.0, np.random.default_rng(0))
    added = distortion.add_noise(speech, noise, snr_db) - speech
    found_db = 10.0 * np.log10(active_power(frame_powers(speech)) / _power(added))
    assert found_db == pytest.approx(snr_db, abs=0.05)


def test_a_telephone_takes_the_low_and_the_high_away() -> None:
    for hz, kept in ((100.0, False), (1000.0, True), (6000.0, False)):
        sound = tone(hz, 1.0)
        share = _power(distortion.band_limit(sound, *distortion.TELEPHONE_BAND_HZ)[4000:]) / _power(sound)
        assert (share > 0.9) is kept
        assert (share < 0.01) is not kept


def test_tilt_is_in_decibels_per_octave() -> None:
    for hz, change_db in ((1000.0, 0.0), (2000.0, 3.0), (500.0, -3.0)):
        sound = tone(hz, 1.0)
        found_db = 10.0 * np.log10(_power(distortion.tilt_spectrum(sound, 3.0)) / _power(sound))
        assert found_db == pytest.approx(change_db, abs=0.05)


def test_speed_clipping_and_gain() -> None:
    sound = tone(197.3, 1.0)
    assert distortion.change_speed(sound, (20, 17)).size == pytest.approx(16_000 * 20 / 17, abs=1)
    flat = distortion.clip_peaks(sound, 0.2)
    assert np.mean(np.abs(flat) >= np.abs(flat).max() * 0.9999) == pytest.approx(0.2, abs=0.02)
    assert _power(distortion.change_gain(sound, -20.0)) == pytest.approx(_power(sound) / 100.0)


def test_echoes_follow_the_sound() -> None:
    click = np.zeros(8_000, np.float32)
    click[100] = 1.0
    wet = distortion.add_room(click, 0.3, 0.0, np.random.default_rng(0))
    assert wet[100] == pytest.approx(1.0, abs=1e-3)
    assert np.abs(wet[:99]).max() < 1e-3
    assert float((wet[101:] ** 2).sum()) == pytest.approx(1.0, rel=0.01)


def test_codecs_keep_the_sound_recognisable() -> None:
    speech = say("Good morning.")
    for coded in (distortion.through_opus(speech, 12_000), distortion.mu_law(speech)):
        assert coded.size == speech.size
        assert np.corrcoef(coded, speech)[0, 1] > 0.8


@pytest.mark.parametrize("name", CONDITIONS)
def test_conditions_do_not_change_the_callers_sound(name: str) -> None:
    speech = say("Yes.")
    before = speech.copy()
    after = CONDITIONS[name](speech, np.random.default_rng(0))
    assert np.array_equal(speech, before)
    assert np.isfinite(after).all()


@pytest.mark.parametrize("count", [0, 1, 100, 513, 4_000])
def test_augmentation_takes_any_length(count: int) -> None:
    speech = say("Good morning.")
    for seed in range(10):
        made = augment_sound(speech[:count], [speech], np.random.default_rng(seed))
        assert made.dtype == np.float32
        assert np.isfinite(made).all()


def test_nonspeech_is_finite_and_repeatable() -> None:
    first = [make_nonspeech(np.random.default_rng(seed)) for seed in range(20)]
    again = [make_nonspeech(np.random.default_rng(seed)) for seed in range(20)]
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert all(np.isfinite(sound).all() and 0.0 < np.abs(sound).max() <= 0.3001 for sound in first)
