"""Telling voices apart with NeMo's Sortformer (Park et al., arXiv:2409.06656), offline and streaming checkpoints."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from inference_worker.asr.base import SAMPLE_RATE_HZ, Clip
from inference_worker.asr.device_errors import within_memory
from inference_worker.asr.devices import chosen_device
from inference_worker.asr.nemo import restored
from inference_worker.asr.nemo_archive import DIARIZER_CLASS, inspect
from inference_worker.errors import OutOfMemoryError

# After `asr.nemo`, which quietens what NeMo says while it is imported.
from nemo.collections.asr.models import SortformerEncLabelModel  # isort: skip


def load(path: Path, name: str, device: str) -> SortformerDiarizer:
    """Load the `.nemo` file at `path` and run it once. Raises `ConfigurationError` if it cannot be used."""
    inspect(path, frozenset({DIARIZER_CLASS}))
    place = chosen_device(device)
    diarizer = SortformerDiarizer(restored(path, place, SortformerEncLabelModel), f"nemo/{name}", place)
    diarizer.activity(np.zeros(SAMPLE_RATE_HZ, np.float32))
    return diarizer


class SortformerDiarizer:
    """A `Diarizer`. Threads take turns."""

    def __init__(self, model: Any, name: str, device: torch.device) -> None:
        self.name = name
        self._model, self._device, self._lock = model.eval(), device, threading.Lock()
        self.most_speakers = int(model.sortformer_modules.n_spk)
        self.frame_s = float(model.cfg.preprocessor.window_stride) * int(model.encoder.subsampling_factor)

    def activity(self, sound: Clip) -> npt.NDArray[np.float32]:
        """See `Diarizer`. Raises `OutOfMemoryError`, and `DeviceLostError` as recognition does."""
        signal = torch.from_numpy(np.ascontiguousarray(sound, np.float32)).unsqueeze(0)
        with self._lock:
            heard = within_memory(
                lambda: self._heard(signal), f"{len(sound) / SAMPLE_RATE_HZ:.0f} s of voices", self._device
            )
        if heard is None:
            raise OutOfMemoryError("The inference machine ran out of memory; try again later.")
        return heard

    def _heard(self, signal: torch.Tensor) -> npt.NDArray[np.float32]:
        with torch.inference_mode():
            probabilities = self._model(
                audio_signal=signal.to(self._device),
                audio_signal_length=torch.tensor([signal.shape[1]], device=self._device),
            )
            found: npt.NDArray[np.float32] = probabilities[0].float().cpu().numpy()
            return found
