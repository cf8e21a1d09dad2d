"""From sound to what the network sees: mel bands, pitch and voicing, all relative to the speech level.

A gain change must change nothing, so the clip is first divided by its own active-speech level; every later
number is a ratio to it. Spectral tilt and pitch are kept, in absolute terms too: they carry arousal.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import librosa
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from inference_worker.emotion.base import SAMPLE_RATE_HZ, Clip
from inference_worker.emotion.pitch import PITCH_WINDOW, octaves_relative_to_median, track_pitch

FEATURE_VERSION = 2
"""Raise it when a number in this file changes meaning: caches and weights of another version are refused."""

HOP = 256
"""Samples between frames: 16 ms."""
WINDOW = 512
"""Samples in a spectral frame: 32 ms."""
MEL_BANDS = 64
MEL_LOW_HZ = 60.0
MEL_HIGH_HZ = 7600.0
AUX_CHANNELS = 6
CHANNELS = MEL_BANDS + AUX_CHANNELS

FLOOR_DB = -70.0
TRIM_DB = -30.0
"""Frames softer than this, relative to the active-speech level, at both ends are cut off."""
TRIM_MARGIN_FRAMES = 4
ABOVE_NOISE_DB = 6.0
HIGHEST_TRIM_DB = -6.0
"""In noise the bar rises to so much above it, but never beyond this: noise around an utterance is no part of it."""
_SMOOTHING_FRAMES = 7
SILENCE_DBFS = -80.0
"""Below this there is only the dither of a 16-bit recording."""
VOICED_FROM = 0.5
MEL_CENTRE_DB, MEL_SPREAD_DB = -35.0, 18.0
PITCH_REFERENCE_HZ = 160.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipFeatures:
    """One clip as the network sees it, with what abstention needs to know about its quality."""

    frames: NDArray[np.float32]
    """`(time, CHANNELS)`: `MEL_BANDS` scaled log-mel bands, then relative energy, voicing in [0, 1], voiced
    flag, log2 pitch against 160 Hz, log2 pitch against the clip's median (0 where unvoiced), zero-crossing
    rate. 62.5 frames a second. `time` is 0 for silence."""
    active_s: float
    """Seconds within 30 dB of the active-speech level."""
    voiced_s: float
    """Seconds of that with a clear pitch."""
    contrast_db: float
    """Loud against soft frames (90th minus 10th percentile): small for steady noise."""


NOTHING = ClipFeatures(
    frames=np.zeros((0, CHANNELS), dtype=np.float32), active_s=0.0, voiced_s=0.0, contrast_db=0.0
)
"""Of silence."""


def sanitise(clip: Clip) -> Clip:
    """`clip` as a one-dimensional finite array without offset; NaN and infinities become silence."""
    samples = np.asarray(clip, dtype=np.float32).reshape(-1)
    if samples.size == 0:
        return samples
    if not np.isfinite(samples).all():
        samples = np.where(np.isfinite(samples), samples, np.float32(0.0))
    # A float file can hold anything; squares of more than this overflow.
    largest = float(np.abs(samples).max())
    if largest > 1e6:
        samples = samples / np.float32(largest)
    return np.asarray(samples - np.float32(samples.mean(dtype=np.float64)), dtype=np.float32)


def frame_powers(samples: Clip) -> NDArray[np.float64]:
    """`(ceil(time / HOP),)` mean square of each hop."""
    count = -(-samples.size // HOP)
    padded = np.zeros(count * HOP, dtype=np.float64)
    padded[: samples.size] = samples
    return np.asarray((padded.reshape(count, HOP) ** 2).mean(axis=1))


def active_power(powers: NDArray[np.float64]) -> float:
    """Power of the active speech: the mean of frame powers weighted by themselves; 0 for digital silence.

    A smooth relative of the active speech level of ITU-T P.56: pauses have no weight, so that the length of
    silence around an utterance changes nothing, and there is no threshold to fall on two sides of.
    """
    total = float(powers.sum())
    return float((powers**2).sum()) / total if total > 0.0 else 0.0


def extract(clip: Clip) -> ClipFeatures:
    """Features of one clip of at most a minute (memory grows with length)."""
    samples = sanitise(clip)
    powers = frame_powers(samples)
    level = active_power(powers)
    if level < 10.0 ** (SILENCE_DBFS / 10.0):
        return NOTHING
    relative_db = 10.0 * np.log10(powers / level + 1e-12)
    first, last = _spoken_part(powers, level, relative_db)
    frames = _frames(torch.from_numpy(samples[first * HOP : last * HOP]) / level**0.5)
    relative_db = relative_db[first:last]
    active = relative_db > TRIM_DB
    voiced = frames[:, MEL_BANDS + 2] > 0.5
    seconds = HOP / SAMPLE_RATE_HZ
    low, high = np.percentile(relative_db, (10, 90))
    return ClipFeatures(
        frames=frames,
        active_s=float(active.sum()) * seconds,
        voiced_s=float((active & voiced).sum()) * seconds,
        contrast_db=float(high - low),
    )


def _spoken_part(
    powers: NDArray[np.float64], level: float, relative_db: NDArray[np.float64]
) -> tuple[int, int]:
    """First frame of the utterance and the one behind its last.

    The softest tenth of the clip, smoothed, is taken for its noise. Where that is quiet the bar is `TRIM_DB`.
    """
    smooth = np.convolve(powers, np.full(_SMOOTHING_FRAMES, 1.0 / _SMOOTHING_FRAMES), mode="same")
    smooth_db = 10.0 * np.log10(smooth / level + 1e-12)
    bar_db = min(float(np.percentile(smooth_db, 10)) + ABOVE_NOISE_DB, HIGHEST_TRIM_DB)
    in_noise = bar_db > TRIM_DB
    loud = np.flatnonzero(smooth_db > bar_db) if in_noise else np.flatnonzero(relative_db > TRIM_DB)
    if len(loud) == 0:
        return 0, powers.size
    margin = TRIM_MARGIN_FRAMES + (2 if in_noise else 0)
    return max(int(loud[0]) - margin, 0), min(int(loud[-1]) + 1 + margin, powers.size)


def _frames(samples: Tensor) -> NDArray[np.float32]:
    """`(time, CHANNELS)` of `samples`, which are at unit active level and begin and end with sound."""
    count = -(-samples.numel() // HOP)
    side = (PITCH_WINDOW - HOP) // 2
    padded = torch.zeros(count * HOP + 2 * side)
    padded[side : side + samples.numel()] = samples
    wide = padded.unfold(0, PITCH_WINDOW, HOP)
    inset = (PITCH_WINDOW - WINDOW) // 2
    narrow = wide[:, inset : inset + WINDOW]
    window = _hann()
    spectrum = torch.fft.rfft(narrow * window)
    power = spectrum.real.square() + spectrum.imag.square()
    # Parseval: the sum over the one-sided spectrum is the frame's mean square.
    scale = 2.0 / (WINDOW * float(window.square().sum()))
    mel_db = 10.0 * torch.log10((power @ _mel_filters()) * scale + 10.0 ** (FLOOR_DB / 10.0))
    hops = padded[inset:].unfold(0, HOP, HOP)[: count + 1].square().sum(dim=1)
    energy_db = 10.0 * torch.log10((hops[:-1] + hops[1:]) / WINDOW + 10.0 ** (FLOOR_DB / 10.0))
    pitch_hz, voicing = track_pitch(wide)
    voiced = (voicing > VOICED_FROM) & (energy_db > TRIM_DB)
    # A tiny offset keeps the signs of near-silence from deciding the rate.
    signs = padded[inset : inset + (count + 1) * HOP] > 1e-3
    changes = torch.zeros(signs.numel() + 1)
    changes[2:] = (signs[1:] != signs[:-1]).float()
    changes = changes.cumsum(dim=0)
    crossings = (changes[WINDOW::HOP] - changes[1 : signs.numel() - WINDOW + 2 : HOP]) / (WINDOW - 1)
    aux = torch.stack(
        [
            (energy_db + 20.0) / 15.0,
            voicing,
            voiced.float(),
            torch.where(voiced, torch.log2(pitch_hz / PITCH_REFERENCE_HZ), torch.zeros(())),
            octaves_relative_to_median(pitch_hz, voiced) * 2.0,
            crossings * 3.0,
        ],
        dim=1,
    )
    mel = (mel_db - MEL_CENTRE_DB) / MEL_SPREAD_DB
    return np.asarray(torch.cat([mel, aux], dim=1).numpy(), dtype=np.float32)


@functools.cache
def _hann() -> Tensor:
    return torch.hann_window(WINDOW, periodic=True)


@functools.cache
def _mel_filters() -> Tensor:
    """`(WINDOW // 2 + 1, MEL_BANDS)` triangles on the Slaney mel scale, not area-normalised: bands add up to
    the frame's power, so a value is the band's share of the speech level."""
    filters = librosa.filters.mel(
        sr=SAMPLE_RATE_HZ, n_fft=WINDOW, n_mels=MEL_BANDS, fmin=MEL_LOW_HZ, fmax=MEL_HIGH_HZ, norm=None
    )
    return torch.from_numpy(np.ascontiguousarray(filters.T, dtype=np.float32))
