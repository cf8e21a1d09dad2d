"""Sounds that are no speech, made by arithmetic: the model learns from them when to stay silent."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from inference_worker.emotion.base import SAMPLE_RATE_HZ, Clip
from inference_worker.emotion.distortion import coloured_noise

Maker = Callable[[int, np.random.Generator], NDArray[np.float64]]


def make_nonspeech(rng: np.random.Generator) -> Clip:
    """`(time,)` of one random sound, 0.5 to 5 s, peak 0.3; often with a second one under it."""
    count = int(rng.uniform(0.5, 5.0) * SAMPLE_RATE_HZ)
    sound = _unit(_MAKERS[rng.integers(len(_MAKERS))](count, rng))
    if rng.random() < 0.5:
        under = _unit(_MAKERS[rng.integers(len(_MAKERS))](count, rng))
        sound = sound + under * 10.0 ** (rng.uniform(-40.0, 0.0) / 20.0)
    return np.asarray(0.3 * sound / (np.abs(sound).max() + 1e-9), dtype=np.float32)


def _unit(sound: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(sound / (np.sqrt((sound**2).mean()) + 1e-9))


def _seconds(count: int) -> NDArray[np.float64]:
    return np.arange(count) / SAMPLE_RATE_HZ


def _wander(count: int, rate_hz: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """`(count,)` slow random curve with unit deviation, about `rate_hz` turns a second."""
    knots = max(int(count / SAMPLE_RATE_HZ * rate_hz * 2.0) + 2, 4)
    curve = np.interp(np.linspace(0, knots - 1, count), np.arange(knots), rng.standard_normal(knots))
    return np.asarray(curve)


def _noise(count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    return coloured_noise(count, rng.uniform(-9.0, 3.0), rng).astype(np.float64)


def _gusts(count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    depth_db = rng.uniform(3.0, 20.0)
    return _noise(count, rng) * 10.0 ** (_wander(count, rng.uniform(0.5, 8.0), rng) * depth_db / 20.0)


def _tone(count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    return np.sin(2.0 * np.pi * rng.uniform(60.0, 4000.0) * _seconds(count))


def _partials(count: int, pitch_hz: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    phase = 2.0 * np.pi * np.cumsum(pitch_hz) / SAMPLE_RATE_HZ
    slope = rng.uniform(0.3, 2.0)
    highest = max(int(min(7000.0 / float(pitch_hz.max()), 30)), 1)
    total = np.zeros(count)
    for number in range(1, highest + 1):
        total += rng.uniform(0.3, 1.0) * number**-slope * np.sin(number * phase)
    return total


def _hum(count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    return _partials(count, np.full(count, rng.choice((50.0, 60.0, 100.0, 120.0))), rng)


def _engine(count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    pitch_hz = rng.uniform(30.0, 250.0) * 2.0 ** (_wander(count, 0.4, rng) * 0.1)
    return _unit(_partials(count, pitch_hz, rng)) + rng.uniform(0.05, 1.0) * _noise(count, rng)


def _siren(count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    swing = rng.uniform(0.1, 1.0) * np.sin(2.0 * np.pi * rng.uniform(0.2, 6.0) * _seconds(count))
    return _partials(count, rng.uniform(300.0, 1200.0) * 2.0**swing, rng)


def _chirp(count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    first_hz, last_hz = rng.uniform(60.0, 5000.0, 2)
    return np.sin(2.0 * np.pi * np.cumsum(np.geomspace(first_hz, last_hz, count)) / SAMPLE_RATE_HZ)


def _clicks(count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    sound = np.zeros(count)
    places = rng.integers(0, count, max(int(rng.uniform(0.5, 60.0) * count / SAMPLE_RATE_HZ), 1))
    sound[places] = rng.standard_normal(places.size)
    length = int(rng.uniform(0.001, 0.08) * SAMPLE_RATE_HZ)
    knock = np.exp(-5.0 * np.arange(length) / length) * np.sin(
        2.0 * np.pi * rng.uniform(100.0, 3000.0) * _seconds(length)
    )
    return np.asarray(np.convolve(sound, knock if rng.random() < 0.7 else np.ones(1))[:count])


def _melody(count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Notes and chords of plucked or held partials."""
    sound = np.zeros(count)
    note = int(rng.uniform(0.12, 0.7) * SAMPLE_RATE_HZ)
    voices, decay = rng.integers(1, 4), rng.uniform(0.0, 8.0)
    for start in range(0, count, note):
        length = min(note, count - start)
        envelope = np.exp(-decay * _seconds(length)) * np.minimum(_seconds(length) / 0.01, 1.0)
        for _ in range(voices):
            pitch_hz = 110.0 * 2.0 ** (rng.integers(0, 36) / 12.0)
            sound[start : start + length] += envelope * _partials(length, np.full(length, pitch_hz), rng)
    return np.asarray(sound)


def _beeps(count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    gate = np.sin(2.0 * np.pi * rng.uniform(0.8, 8.0) * _seconds(count)) > rng.uniform(-0.5, 0.5)
    return np.asarray(_tone(count, rng) * gate + 1e-4 * rng.standard_normal(count))


def _near_silence(count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """One short thing in a long stretch of dither."""
    sound = 10.0 ** (rng.uniform(-70.0, -40.0) / 20.0) * rng.standard_normal(count)
    length = min(int(rng.uniform(0.01, 0.15) * SAMPLE_RATE_HZ), count)
    start = int(rng.integers(0, count - length + 1))
    sound[start : start + length] += _noise(length, rng)
    return np.asarray(sound)


_MAKERS: tuple[Maker, ...] = (
    _noise,
    _gusts,
    _tone,
    _hum,
    _engine,
    _siren,
    _chirp,
    _clicks,
    _melody,
    _melody,
    _beeps,
    _near_silence,
)
