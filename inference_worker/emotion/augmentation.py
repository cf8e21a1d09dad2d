"""Random distortions for training: each draw is one plausible way that the clip could have been recorded."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from inference_worker.emotion import distortion
from inference_worker.emotion.base import Clip

_SHORTEST = 512
"""Samples; filters and codecs have nothing to work on in less."""


def augment_sound(clip: Clip, others: Sequence[Clip], rng: np.random.Generator) -> Clip:
    """`clip` through a random chain: voice, room, microphone, noise, line, codec. `others` make the babble."""
    if clip.size < _SHORTEST:
        return clip
    sound = clip
    if rng.random() < 0.5:
        sound = distortion.change_speed(
            sound, distortion.SPEED_RATIOS[rng.integers(len(distortion.SPEED_RATIOS))]
        )
    if rng.random() < 0.35:
        sound = distortion.add_room(sound, rng.uniform(0.1, 0.8), rng.uniform(-3.0, 12.0), rng)
    if rng.random() < 0.5:
        sound = distortion.tilt_spectrum(sound, rng.uniform(-4.0, 4.0))
    if rng.random() < 0.6:
        sound = distortion.add_noise(sound, _noise(sound.size, others, rng), rng.uniform(0.0, 30.0))
    if rng.random() < 0.35:
        sound = _narrow(sound, rng)
    if rng.random() < 0.1:
        sound = distortion.mu_law(sound)
    if rng.random() < 0.1:
        sound = distortion.clip_peaks(sound, rng.uniform(0.001, 0.03))
    if rng.random() < 0.2:
        sound = distortion.through_opus(_safe_peak(sound), int(rng.choice((8_000, 12_000, 16_000, 24_000))))
    return sound


def _noise(count: int, others: Sequence[Clip], rng: np.random.Generator) -> Clip:
    if len(others) > 0 and rng.random() < 0.3:
        return distortion.babble(others, count)
    return distortion.coloured_noise(count, rng.uniform(-7.0, 1.0), rng)


def _narrow(sound: Clip, rng: np.random.Generator) -> Clip:
    if rng.random() < 0.5:
        low_hz, high_hz = distortion.TELEPHONE_BAND_HZ
        return distortion.band_limit(sound, low_hz * rng.uniform(0.7, 1.2), high_hz * rng.uniform(0.9, 1.1))
    return distortion.band_limit(sound, rng.uniform(40.0, 250.0), rng.uniform(2500.0, 7500.0))


def _safe_peak(sound: Clip) -> Clip:
    """The codec clips at full scale; distortions may have gone beyond."""
    peak = float(np.abs(sound).max(initial=0.0))
    return sound if peak <= 0.99 else np.asarray(sound * np.float32(0.99 / peak), dtype=np.float32)
