"""What a NeMo model is given: clips made safe, and long ones cut; what holds no speech is not given at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from inference_worker.asr.base import SAMPLE_RATE_HZ, Clip

SHORTEST_CLIP_S = 0.1
"""Shorter than any word; the models answer it with invented ones."""
SILENCE_PEAK = 1e-4
"""A clip whose every sample is below this (-80 dBFS) is silence."""
LONGEST_CLIP_S = 40.0
"""Longer clips are cut: memory for full attention grows with the square of the length."""
CUT_SEARCH_S = 5.0
CUT_WINDOW_S = 0.05


def prepared(clip: Clip) -> Clip | None:
    """`clip` with finite samples in [-1, 1], or None if no word can be in it.

    NaN and infinite samples become zero. Integer samples are scaled by their type, and a clip that is louder than
    full scale is scaled to it. Ordinary clips are returned as they are. Raises `ValueError` unless one-dimensional.
    """
    samples: npt.NDArray[Any] = np.asarray(clip)
    if samples.ndim != 1:
        raise ValueError(f"a clip has one dimension, this one has {samples.ndim}")
    if len(samples) < SHORTEST_CLIP_S * SAMPLE_RATE_HZ:
        return None
    if np.issubdtype(samples.dtype, np.integer):
        samples = samples / float(np.iinfo(samples.dtype).max)
    if not np.isfinite(samples).all():
        samples = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)
    peak = float(np.abs(samples).max())
    if peak > 1.0:
        samples = samples / peak
    if float(np.abs(samples - samples.mean()).max()) < SILENCE_PEAK:
        return None
    return np.ascontiguousarray(samples, dtype=np.float32)


def pieces(clip: Clip, longest_s: float = LONGEST_CLIP_S) -> Iterator[tuple[float, Clip]]:
    """`clip` in parts of at most `longest_s`, each with its start in seconds; cut where it is quietest."""
    longest = round(longest_s * SAMPLE_RATE_HZ)
    start = 0
    while len(clip) - start > longest:
        end = start + _quietest(clip[start : start + longest])
        yield start / SAMPLE_RATE_HZ, clip[start:end]
        start = end
    yield start / SAMPLE_RATE_HZ, clip[start:]


def _quietest(clip: Clip) -> int:
    """The middle of the quietest window in the last seconds of `clip`."""
    window = round(CUT_WINDOW_S * SAMPLE_RATE_HZ)
    searched = clip[-round(CUT_SEARCH_S * SAMPLE_RATE_HZ) :]
    count = len(searched) // window
    energy = np.square(searched[: count * window].reshape(count, window)).sum(axis=1)
    # The last of equally quiet windows: fewer and longer pieces.
    place = count - 1 - int(np.argmin(energy[::-1]))
    return len(clip) - len(searched) + place * window + window // 2
