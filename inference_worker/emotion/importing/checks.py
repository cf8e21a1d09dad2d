"""Listens to what a layout names: what can be read, what is there twice, and which labels look swapped."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from inference_worker.emotion.base import SAMPLE_RATE_HZ, Clip
from inference_worker.emotion.clips import ClipsError, read_sound
from inference_worker.emotion.cues import measure
from inference_worker.emotion.importing.found import FoundClip

LOUD_EMOTIONS, SOFT_EMOTIONS = ("angry", "happy", "fear", "surprise"), ("sad", "neutral")
FEWEST_SPEAKERS = 3
FEWEST_CLIPS = 2
SUSPICIOUS_SHARE = 0.75
"""Of the speakers, who are higher and livelier in the soft emotion than in the loud one."""
SUSPICIOUS_SEMITONES = 1.0


@dataclass(frozen=True, slots=True)
class Heard:
    """What one file sounds like, as far as the checks need it."""

    seconds: float
    content: str
    """Hash of the decoded sound: the same in another container."""
    pitch_semitones: float | None
    """Above 1 Hz."""


@dataclass(frozen=True, slots=True)
class SwapSuspicion:
    loud: str
    soft: str
    speakers: int
    """Who have both emotions."""
    reversed_: int
    """Of those: whose voice is lower in the loud one."""

    def __str__(self) -> str:
        return (
            f"{self.loud} and {self.soft} look swapped: in {self.reversed_} of {self.speakers} speakers "
            f"{self.loud} has the lower voice"
        )


def listen(clip: FoundClip) -> Heard:
    """Raises `ClipsError` for a file that cannot be read or holds nothing."""
    sound = read_sound(clip.path)
    if sound.size == 0 or not np.abs(sound).max() > 0.0:
        raise ClipsError(f"{clip.path}: holds no sound")
    return Heard(sound.size / SAMPLE_RATE_HZ, _hash(sound), _pitch(sound))


def _hash(sound: Clip) -> str:
    steps = np.round(np.clip(sound, -1.0, 1.0) * 32767.0).astype("<i2")
    return hashlib.sha256(steps.tobytes()).hexdigest()


def _pitch(sound: Clip) -> float | None:
    cues = measure(sound)
    return None if cues is None or cues.pitch_hz is None else 12.0 * float(np.log2(cues.pitch_hz))


def duplicates(heard: Mapping[FoundClip, Heard]) -> list[list[FoundClip]]:
    """Groups of clips with the same sound, in order."""
    groups: dict[str, list[FoundClip]] = defaultdict(list)
    for clip, one in heard.items():
        groups[one.content].append(clip)
    return [group for group in groups.values() if len(group) > 1]


def swapped(heard: Mapping[FoundClip, Heard]) -> list[SwapSuspicion]:
    """Pairs of labels for which most speakers do the reverse of what speakers do.

    Anger, joy, fear and surprise raise the voice against sadness and neutral speech (Banse and Scherer 1996). One
    person may differ; three in four who do point to exchanged labels. It is a hint to go and listen, no proof.
    """
    pitches: dict[tuple[str, str], list[float]] = defaultdict(list)
    for clip, one in heard.items():
        if clip.speaker and one.pitch_semitones is not None:
            pitches[clip.speaker, clip.emotion].append(one.pitch_semitones)
    means = {key: float(np.mean(values)) for key, values in pitches.items() if len(values) >= FEWEST_CLIPS}
    speakers = sorted({speaker for speaker, _ in means})
    found = (_suspicion(means, speakers, *pair) for pair in product(LOUD_EMOTIONS, SOFT_EMOTIONS))
    return [suspicion for suspicion in found if suspicion is not None]


def _suspicion(
    means: Mapping[tuple[str, str], float], speakers: Sequence[str], loud: str, soft: str
) -> SwapSuspicion | None:
    steps = [
        means[who, loud] - means[who, soft]
        for who in speakers
        if (who, loud) in means and (who, soft) in means
    ]
    reversed_ = sum(step < -SUSPICIOUS_SEMITONES for step in steps)
    if len(steps) < FEWEST_SPEAKERS or reversed_ < SUSPICIOUS_SHARE * len(steps):
        return None
    return SwapSuspicion(loud, soft, len(steps), reversed_)
