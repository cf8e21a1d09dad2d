"""How likely each short window holds speech: Silero VAD, made to hear quiet recordings as well.

Silero VAD v6.2 (https://github.com/snakers4/silero-vad, MIT), see `network`. It ignores white and pink noise and hum at
any level; it starts to miss speech below about -60 dBFS.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from inference_worker.voice_detector.network import Floats, State, first_state, probabilities_of
from inference_worker.voice_detector.protocol import WINDOW

SAMPLE_RATE_HZ = 16_000
WINDOW_S = WINDOW / SAMPLE_RATE_HZ
TARGET_LEVEL = 10.0 ** (-23.0 / 20.0)
"""RMS to which quiet windows are raised for the detector only."""
HIGHEST_GAIN = 10.0 ** (30.0 / 20.0)
LEVEL_DECAY = float(np.exp(-WINDOW_S / 3.0))
"""A window: the level follows a rise at once and a fall within 3 s, so that pauses are not pumped up."""
SILENCE_LEVEL = 10.0 ** (-90.0 / 20.0)
"""Windows below this RMS are silence without asking the network."""


@dataclass(slots=True)
class Ear:
    """What one stream's detector remembers."""

    state: State = field(default_factory=first_state)
    level: float = 0.0


def hear(ears: Sequence[Ear], blocks: Sequence[Floats]) -> list[tuple[list[float], list[float]]]:
    """Of each stream's `(count, WINDOW)` float32 at 16 kHz in [-1, 1]: how likely each window holds speech, in [0, 1],
    and its mean square. All streams in one pass."""
    powers = [np.einsum("wt,wt->w", block, block, dtype=np.float64) / WINDOW for block in blocks]
    levels = [np.sqrt(power) for power in powers]
    audible = [level >= SILENCE_LEVEL for level in levels]
    raised = [
        np.clip(block[heard] * _gains(ear, level)[heard, None].astype(np.float32), -1.0, 1.0)
        for ear, block, level, heard in zip(ears, blocks, levels, audible, strict=True)
    ]
    answers = probabilities_of(raised, [ear.state for ear in ears])
    found = []
    for heard, answer, power in zip(audible, answers, powers, strict=True):
        probabilities = np.zeros(len(heard))
        probabilities[heard] = answer
        found.append((probabilities.tolist(), power.tolist()))
    return found


def _gains(ear: Ear, levels: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """How much each window is raised."""
    gains = np.ones(len(levels))
    for place, level in enumerate(levels.tolist()):
        ear.level = max(level, ear.level * LEVEL_DECAY)
        if level >= SILENCE_LEVEL:
            gains[place] = min(max(TARGET_LEVEL / ear.level, 1.0), HIGHEST_GAIN)
    return gains
