"""Noise and narrow lines made in the features: every draw of a clip is heard somewhere else, at no cost.

A distorted copy in the cache is one recording for good. Here powers are added band by band, which is what
uncorrelated noise does on average, and what pitch, voicing and zero crossings lose is estimated from the shares.
"""

from __future__ import annotations

import functools

import librosa
import numpy as np
from numpy.typing import NDArray

from inference_worker.emotion.features import (
    CHANNELS,
    FLOOR_DB,
    MEL_BANDS,
    MEL_CENTRE_DB,
    MEL_HIGH_HZ,
    MEL_LOW_HZ,
    MEL_SPREAD_DB,
    TRIM_DB,
    VOICED_FROM,
)

SNR_DB = (0.0, 30.0)
"""Range of the noise below the active-speech level."""
NARROW_SHARE = 0.15
"""How often the noisy clip also goes through a narrow line."""
_ENERGY_CENTRE_DB, _ENERGY_SPREAD_DB = -20.0, 15.0
_FLOOR = 10.0 ** (FLOOR_DB / 10.0)
_PITCH_BAND_HZ = 2000.0
_NOISE_VOICING = 0.25
"""What the pitch tracker finds in noise."""
_POOL_FRAMES = 4096

Frames = NDArray[np.float32]


def surround(piece: Frames, room: int, rng: np.random.Generator) -> Frames:
    """`piece` `(time, CHANNELS)` in noise, `(time + added, CHANNELS)`.

    Up to `room` frames of noise alone are added at the ends: noise around an utterance is not cut off as silence is.
    """
    before, after = _margins(room, rng)
    heard = _with_silence(piece, before, after)
    clean = _powers(heard)
    level_before = _level(clean)
    noise = _noise(len(heard), rng) * 10.0 ** (-rng.uniform(*SNR_DB) / 10.0)
    noisy = (clean + noise) * (_line(rng) if rng.random() < NARROW_SHARE else 1.0) + _FLOOR
    share = clean[:, _pitched()].sum(axis=1) / np.maximum((clean + noise)[:, _pitched()].sum(axis=1), _FLOOR)
    gain_db = 10.0 * np.log10(level_before / _level(noisy))
    return _rebuilt(heard, clean, noisy, share, gain_db)


def _margins(room: int, rng: np.random.Generator) -> tuple[int, int]:
    if room <= 0 or rng.random() < 0.4:
        return 0, 0
    total = int(rng.integers(0, room + 1))
    before = int(rng.integers(0, total + 1))
    return before, total - before


def _with_silence(piece: Frames, before: int, after: int) -> Frames:
    heard = np.zeros((before + len(piece) + after, CHANNELS), dtype=np.float32)
    heard[:, :MEL_BANDS] = (FLOOR_DB - MEL_CENTRE_DB) / MEL_SPREAD_DB
    heard[:, MEL_BANDS] = (FLOOR_DB - _ENERGY_CENTRE_DB) / _ENERGY_SPREAD_DB
    heard[before : before + len(piece)] = piece
    return heard


def _powers(frames: Frames) -> NDArray[np.float64]:
    """`(time, MEL_BANDS)` relative to the active-speech level."""
    decibels = frames[:, :MEL_BANDS].astype(np.float64) * MEL_SPREAD_DB + MEL_CENTRE_DB
    return np.asarray(10.0 ** (decibels / 10.0))


def _level(powers: NDArray[np.float64]) -> float:
    whole = powers.sum(axis=1)
    return float((whole**2).sum() / max(whole.sum(), _FLOOR))


def _noise(count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """`(count, MEL_BANDS)` powers of noise, mean 1 a frame: a random smooth spectrum, sometimes in gusts."""
    slope = rng.uniform(-9.0, 1.0)
    octaves = np.log2(_centres_hz() / 1000.0)
    bumps = rng.normal(0.0, 4.0, 5) @ np.cos(
        np.pi * np.arange(1, 6)[:, None] * (np.arange(MEL_BANDS) + 0.5) / MEL_BANDS
    )
    shape = _widths_hz() * 10.0 ** ((slope * octaves + bumps) / 10.0)
    start = int(rng.integers(0, _POOL_FRAMES - min(count, _POOL_FRAMES) + 1))
    grain = np.resize(_grain()[start : start + count], (count, MEL_BANDS))
    noise = grain * (shape / shape.sum())
    if rng.random() < 0.4:
        knots = max(count // int(rng.integers(8, 60)) + 2, 3)
        curve = np.interp(np.linspace(0, knots - 1, count), np.arange(knots), rng.normal(0.0, 4.0, knots))
        swell = 10.0 ** (curve / 10.0)
        noise *= (swell / swell.mean())[:, None]
    return np.asarray(noise)


def _line(rng: np.random.Generator) -> NDArray[np.float64]:
    """`(MEL_BANDS,)` power response of a telephone or a cheap microphone, 24 dB an octave outside."""
    low_hz, high_hz = rng.uniform(100.0, 400.0), rng.uniform(2800.0, 6500.0)
    outside = np.maximum(np.log2(low_hz / _centres_hz()), np.log2(_centres_hz() / high_hz)).clip(0.0)
    return np.asarray(10.0 ** (-24.0 * outside / 10.0))


def _rebuilt(
    heard: Frames,
    clean: NDArray[np.float64],
    noisy: NDArray[np.float64],
    share: NDArray[np.float64],
    gain_db: float,
) -> Frames:
    """`heard` with the powers `noisy`; `share` `(time,)` is the voice's part of what the pitch tracker hears."""
    rebuilt = heard.copy()
    decibels = 10.0 * np.log10(noisy) + gain_db
    rebuilt[:, :MEL_BANDS] = (np.maximum(decibels, FLOOR_DB) - MEL_CENTRE_DB) / MEL_SPREAD_DB
    louder_db = 10.0 * np.log10(noisy.sum(axis=1) / clean.sum(axis=1)) + gain_db
    energy_db = heard[:, MEL_BANDS] * _ENERGY_SPREAD_DB + _ENERGY_CENTRE_DB + louder_db
    rebuilt[:, MEL_BANDS] = (np.maximum(energy_db, FLOOR_DB) - _ENERGY_CENTRE_DB) / _ENERGY_SPREAD_DB
    voicing = heard[:, MEL_BANDS + 1] * share + _NOISE_VOICING * (1.0 - share)
    voiced = (heard[:, MEL_BANDS + 2] > 0.5) & (voicing > VOICED_FROM) & (energy_db > TRIM_DB)
    rebuilt[:, MEL_BANDS + 1] = voicing
    for channel in (2, 3, 4):
        rebuilt[:, MEL_BANDS + channel] *= voiced
    rate = _rice_rate(noisy) / np.maximum(_rice_rate(clean), 1e-3)
    rebuilt[:, MEL_BANDS + 5] = np.clip(heard[:, MEL_BANDS + 5] * rate, 0.0, 2.0)
    silent = heard[:, MEL_BANDS + 5] <= 0.0
    rebuilt[silent, MEL_BANDS + 5] = np.clip(3.0 * _rice_rate(noisy[silent]), 0.0, 2.0)
    return rebuilt


def _rice_rate(powers: NDArray[np.float64]) -> NDArray[np.float64]:
    """`(time,)` zero crossings a sample of noise with these band powers (S. O. Rice 1944): 2 f_rms / f_s."""
    mean_square = powers @ _centres_hz() ** 2 / np.maximum(powers.sum(axis=1), _FLOOR)
    return np.asarray(2.0 * np.sqrt(mean_square) / 16_000.0)


@functools.cache
def _edges_hz() -> NDArray[np.float64]:
    return np.asarray(librosa.mel_frequencies(MEL_BANDS + 2, fmin=MEL_LOW_HZ, fmax=MEL_HIGH_HZ))


def _centres_hz() -> NDArray[np.float64]:
    return _edges_hz()[1:-1]


@functools.cache
def _widths_hz() -> NDArray[np.float64]:
    return np.asarray((_edges_hz()[2:] - _edges_hz()[:-2]) / 2.0)


@functools.cache
def _pitched() -> NDArray[np.bool_]:
    return np.asarray(_centres_hz() < _PITCH_BAND_HZ)


@functools.cache
def _grain() -> NDArray[np.float64]:
    """`(_POOL_FRAMES, MEL_BANDS)` how far single frames of noise are from their mean: a gamma variable for as many
    independent bins as a band has (31 Hz each, 1.5 for the window's overlap)."""
    bins = np.maximum(_widths_hz() / 31.25 / 1.5, 1.0)
    pool = np.random.default_rng(0).gamma(bins, 1.0 / bins, (_POOL_FRAMES, MEL_BANDS))
    return np.asarray(pool)
