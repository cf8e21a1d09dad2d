"""The encoder of a NeMo checkpoint for emotion heads: between recognition and emotion, which know nothing of each
other."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from inference_worker.asr.base import SAMPLE_RATE_HZ, Clip
from inference_worker.asr.encoded import fingerprint
from inference_worker.emotion.base import EmotionModelError
from inference_worker.errors import ConfigurationError

SUFFIX = ".nemo"
_ADAPTER = "inference_worker.asr.nemo"
_LEAST_SAMPLES = SAMPLE_RATE_HZ // 5
_LEAST_PEAK = 1e-3
_USUAL_PEAK = 0.1


class NemoEncoder:
    """An `emotion.encoder_head.Encoder`. The checkpoint is loaded when it is first needed: where recognition has it,
    never."""

    def __init__(self, path: Path, device: str = "cpu", checkpoint: str | None = None) -> None:
        """`checkpoint`: the fingerprint that the file must have. Raises `EmotionModelError` when it has another, or
        cannot be read."""
        self.name = path.stem
        self.borrow: Callable[[str], Any] = lambda checkpoint: None
        """Asked for a loaded engine of the checkpoint before one is loaded: a second one would cost its memory."""
        self._path, self._device = path, device
        self._lock, self._loaded = threading.Lock(), None
        try:
            self.checkpoint = fingerprint(path)
        except OSError as error:
            raise EmotionModelError(
                f"{path}: cannot be read ({error.strerror}); put the encoder there"
            ) from error
        if checkpoint is not None and self.checkpoint != checkpoint:
            raise EmotionModelError(
                f"{path}: not the encoder that the head was trained on; train the head again"
            )

    def encode(self, clips: Sequence[Clip]) -> npt.NDArray[np.float64]:
        """`(clips, 2 * width)`: mean and deviation of the encoder's frames; clips hold sound."""
        transcripts = self._transcriber().transcribe([_audible(clip) for clip in clips], None)
        return np.stack([transcript.encoded.vector for transcript in transcripts])

    def _transcriber(self) -> Any:
        borrowed = self.borrow(self.checkpoint)
        if borrowed is not None:
            return borrowed
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _load(self) -> Any:
        try:
            adapter = importlib.import_module(_ADAPTER)
            options = adapter.NemoOptions(
                device=self._device, precision="float32", keeps_encoded=self.checkpoint
            )
            loaded = adapter.load(self._path, self.name, frozenset({"und"}), options)
        except ImportError as error:
            raise EmotionModelError("a .nemo encoder needs NeMo; install the extra `nemo`") from error
        except ConfigurationError as error:
            raise EmotionModelError(str(error)) from error
        if not loaded.keeps_encoded:
            raise EmotionModelError(
                f"{self._path}: its encoder is told the language, and a head cannot know it; use another checkpoint"
            )
        return loaded


def _audible(clip: Clip) -> Clip:
    """`clip` long and loud enough to be looked at by recognition; ordinary clips as they are."""
    samples = np.nan_to_num(np.asarray(clip, dtype=np.float32).reshape(-1), posinf=0.0, neginf=0.0)
    samples = np.pad(samples, (0, max(0, _LEAST_SAMPLES - samples.size)))
    peak = float(np.abs(samples - samples.mean()).max())
    if peak >= _LEAST_PEAK:
        return samples
    return np.asarray(
        (samples - samples.mean()) * np.float32(_USUAL_PEAK / max(peak, 1e-12)), dtype=np.float32
    )
