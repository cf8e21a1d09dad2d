"""How likely each window of a recording holds speech, by the detector that live captions have, too."""

from __future__ import annotations

from typing import Protocol

from inference_worker.audio_mono import Samples
from inference_worker.voice_detector.detector import WINDOW_S, Ear, hear
from inference_worker.voice_detector.protocol import WINDOW

__all__ = ["WINDOW", "WINDOW_S", "SileroDetector", "VoiceDetector"]


class VoiceDetector(Protocol):
    """Says for windows, one after another, how likely each holds speech."""

    def __call__(self, windows: Samples) -> list[float]:
        """`windows`: (count, 512) float32 at 16 kHz. Returns a probability in [0, 1] for each."""
        ...


class SileroDetector:
    """One stream of windows; remembers what went before. For one thread."""

    def __init__(self) -> None:
        self._ear = Ear()

    def __call__(self, windows: Samples) -> list[float]:
        ((probabilities, _),) = hear([self._ear], [windows])
        return probabilities
