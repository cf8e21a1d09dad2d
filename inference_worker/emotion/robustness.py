"""How many labels change when only the recording changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from tqdm import tqdm

from inference_worker.emotion import distortion
from inference_worker.emotion.base import Clip, EmotionClassifier
from inference_worker.emotion.clips import LabelledClip, read_clip

Distort = Callable[[Clip, np.random.Generator], Clip]
_BATCH = 32


def _gain(gain_db: float) -> Distort:
    return lambda clip, rng: distortion.change_gain(clip, gain_db)


def _clipped_gain(gain_db: float) -> Distort:
    return lambda clip, rng: np.clip(distortion.change_gain(clip, gain_db), np.float32(-1.0), np.float32(1.0))


def _noise(snr_db: float) -> Distort:
    def distort(clip: Clip, rng: np.random.Generator) -> Clip:
        return distortion.add_noise(clip, distortion.coloured_noise(clip.size, -3.0, rng), snr_db)

    return distort


def _room(clip: Clip, rng: np.random.Generator) -> Clip:
    return distortion.add_room(clip, 0.3, 3.0, rng)


CONDITIONS: dict[str, Distort] = {
    "gain -20 dB": _gain(-20.0),
    "gain -10 dB": _gain(-10.0),
    "gain +10 dB": _gain(10.0),
    "gain +20 dB": _gain(20.0),
    "gain +20 dB, clipped": _clipped_gain(20.0),
    "noise 20 dB": _noise(20.0),
    "noise 10 dB": _noise(10.0),
    "noise 5 dB": _noise(5.0),
    "telephone band": lambda clip, rng: distortion.band_limit(clip, *distortion.TELEPHONE_BAND_HZ),
    "Opus 12 kbit/s": lambda clip, rng: distortion.through_opus(clip, 12_000),
    "small room": _room,
}
"""Noise is pink, relative to the active-speech level; the room falls by 60 dB in 0.3 s, with the direct sound
3 dB above the echoes. Gain without clipping stays in floating point, unquantised."""


def robustness(
    classifier: EmotionClassifier, clips: Sequence[LabelledClip], seed: int = 0
) -> dict[str, dict[str, Any]]:
    """For each condition: share of changed labels and of shown labels that changed, and accuracy under it."""
    changed: dict[str, list[bool]] = {name: [] for name in CONDITIONS}
    shown_changed: dict[str, list[bool]] = {name: [] for name in CONDITIONS}
    right: dict[str, list[bool]] = {name: [] for name in ("as recorded", *CONDITIONS)}
    for start in tqdm(range(0, len(clips), _BATCH), desc="robustness", mininterval=5.0):
        part = clips[start : start + _BATCH]
        sounds = [read_clip(clip) for clip in part]
        before = classifier.classify(sounds)
        right["as recorded"] += [b.label == clip.emotion for b, clip in zip(before, part, strict=True)]
        for name, distort in CONDITIONS.items():
            rng = np.random.default_rng((seed, start))
            after = classifier.classify([distort(sound, rng) for sound in sounds])
            pairs = list(zip(before, after, strict=True))
            changed[name] += [b.label != a.label for b, a in pairs]
            shown_changed[name] += [b.label != a.label for b, a in pairs if b.confident and a.confident]
            right[name] += [a.label == clip.emotion for a, clip in zip(after, part, strict=True)]
    result: dict[str, dict[str, Any]] = {"as recorded": {"accuracy": _share(right["as recorded"])}}
    for name in CONDITIONS:
        result[name] = {
            "changed": _share(changed[name]),
            "shown_changed": _share(shown_changed[name]),
            "accuracy": _share(right[name]),
        }
    return result


def _share(flags: Sequence[bool]) -> float:
    return round(sum(flags) / len(flags), 4) if flags else 0.0
