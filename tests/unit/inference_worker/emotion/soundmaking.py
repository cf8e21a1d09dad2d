"""Sounds for these tests that are no speech. Written apart from the generator that training uses."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

RATE_HZ = 16_000
Sound = NDArray[np.float32]


def _time(seconds: float) -> NDArray[np.float64]:
    return np.arange(int(seconds * RATE_HZ)) / RATE_HZ


def _white(seconds: float, rng: np.random.Generator) -> NDArray[np.float64]:
    return rng.standard_normal(int(seconds * RATE_HZ))


def _rain(seconds: float, rng: np.random.Generator) -> NDArray[np.float64]:
    drops = _white(seconds, rng) * (rng.random(int(seconds * RATE_HZ)) < 0.01)
    return np.asarray(lfilter([1.0], [1.0, -rng.uniform(0.3, 0.9)], drops))


def _filtered_noise(seconds: float, rng: np.random.Generator) -> NDArray[np.float64]:
    return np.asarray(lfilter([1.0], [1.0, -rng.uniform(-0.9, 0.99)], _white(seconds, rng)))


def _dial_tones(seconds: float, rng: np.random.Generator) -> NDArray[np.float64]:
    time = _time(seconds)
    digit = (time * rng.uniform(2.0, 6.0)).astype(int) % 4
    low, high = np.array([697, 770, 852, 941])[digit], np.array([1209, 1336, 1477, 1633])[digit]
    return np.asarray(np.sin(2 * np.pi * low * time) + np.sin(2 * np.pi * high * time))


def _plucked(seconds: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Karplus-Strong strings."""
    sound = np.zeros(int(seconds * RATE_HZ))
    for start in range(0, sound.size, int(rng.uniform(0.2, 0.6) * RATE_HZ)):
        period = int(rng.integers(30, 160))
        burst = np.zeros(sound.size - start)
        burst[:period] = rng.standard_normal(min(period, burst.size))
        sound[start:] += lfilter([1.0], [1.0, *np.zeros(period - 1), -0.49, -0.49], burst)
    return sound


def _wobble(seconds: float, rng: np.random.Generator) -> NDArray[np.float64]:
    time = _time(seconds)
    bend = rng.uniform(1.0, 8.0) * np.sin(2 * np.pi * rng.uniform(0.5, 12.0) * time)
    return np.asarray(np.sin(2 * np.pi * rng.uniform(150.0, 2500.0) * time + bend))


def _square_alarm(seconds: float, rng: np.random.Generator) -> NDArray[np.float64]:
    time = _time(seconds)
    pitch_hz = np.where((time * rng.uniform(1.0, 5.0)).astype(int) % 2 == 0, 600.0, 900.0)
    return np.asarray(np.sign(np.sin(2 * np.pi * np.cumsum(pitch_hz) / RATE_HZ)))


def _knocks(seconds: float, rng: np.random.Generator) -> NDArray[np.float64]:
    sound = 1e-4 * _white(seconds, rng)
    decay = np.exp(-np.arange(800) / rng.uniform(30.0, 200.0)) * rng.standard_normal(800)
    for start in range(0, sound.size - 800, int(rng.uniform(0.2, 0.8) * RATE_HZ)):
        sound[start : start + 800] += decay
    return sound


def _dither(seconds: float, rng: np.random.Generator) -> NDArray[np.float64]:
    return np.asarray(np.round(_white(seconds, rng)) / 32768.0 / 0.3)


MAKERS: dict[str, Callable[[float, np.random.Generator], NDArray[np.float64]]] = {
    "white": _white,
    "rain": _rain,
    "filtered": _filtered_noise,
    "dial": _dial_tones,
    "plucked": _plucked,
    "wobble": _wobble,
    "alarm": _square_alarm,
    "knocks": _knocks,
    "dither": _dither,
}


def make(kind: str, seed: int) -> Sound:
    """One sound, 0.4 to 6 s, peak 0.3 (dither: a few steps of 16 bits)."""
    rng = np.random.default_rng((seed, len(kind)))
    sound = MAKERS[kind](float(rng.uniform(0.4, 6.0)), rng)
    if kind == "dither":
        return np.asarray(0.3 * sound, dtype=np.float32)
    return np.asarray(0.3 * sound / np.abs(sound).max(), dtype=np.float32)
