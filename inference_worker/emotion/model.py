"""The project's own engine: clips in, calibrated estimates out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from inference_worker.contract import EMOTION_LABELS, EmotionEstimate
from inference_worker.emotion.base import SAMPLE_RATE_HZ, Clip, EmotionClassifier, unsure
from inference_worker.emotion.calibration import Quality, is_confident, softmax
from inference_worker.emotion.features import ClipFeatures, extract
from inference_worker.emotion.voices import listen
from inference_worker.emotion.weights_files import StoredModel, load_model

DEFAULT_WEIGHTS = Path(__file__).parent / "weights"
WINDOW_S = 15.0
MOST_WINDOWS = 8
"""Of a clip longer than one window this many are heard, evenly spread: time and memory stay bounded."""
_BATCH = 32


@dataclass(frozen=True, slots=True)
class _Window:
    clip: int
    features: ClipFeatures


class EmotionModel:
    """An `EmotionClassifier` made of one or more of our networks."""

    def __init__(self, stored: StoredModel, device: str = "cpu") -> None:
        self.name = stored.name
        self._device = torch.device(device)
        self._networks = tuple(network.to(self._device) for network in stored.networks)
        self._calibration = stored.calibration

    def classify(self, clips: Sequence[Clip]) -> list[EmotionEstimate]:
        """One estimate a clip; see `EmotionClassifier`."""
        windows = [
            _Window(number, features)
            for number, clip in enumerate(clips)
            for features in map(extract, _windows(clip))
            if len(features.frames) > 0
        ]
        estimates = [unsure() for _ in clips]
        if not windows:
            return estimates
        emotion, speech, arousal = self._logits(windows)
        owners = np.array([window.clip for window in windows])
        active_s = np.array([window.features.active_s for window in windows])
        for number in np.unique(owners):
            mine = np.flatnonzero(owners == number)
            share = active_s[mine] / active_s[mine].sum()
            total_s = len(clips[number]) / SAMPLE_RATE_HZ
            quality = Quality(
                # A long clip is heard in part; its length still counts as a whole.
                active_s=np.array([max(active_s[mine].sum(), total_s if total_s > WINDOW_S else 0.0)]),
                voiced_s=np.array([sum(windows[i].features.voiced_s for i in mine)]),
                contrast_db=np.array([share @ [windows[i].features.contrast_db for i in mine]]),
                speech=_sigmoid(np.array([share @ speech[mine]])),
            )
            estimates[number] = self._estimate(share @ emotion[mine], float(share @ arousal[mine]), quality)
        return estimates

    def _logits(
        self, windows: Sequence[_Window]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Emotion `(windows, labels)`, speech and arousal `(windows,)`, averaged over the networks."""
        emotion = np.zeros((len(windows), len(EMOTION_LABELS)))
        speech, arousal = np.zeros(len(windows)), np.zeros(len(windows))
        rows = sorted(range(len(windows)), key=lambda row: len(windows[row].features.frames))
        with torch.inference_mode():
            for start in range(0, len(rows), _BATCH):
                part = rows[start : start + _BATCH]
                pieces = [torch.from_numpy(windows[row].features.frames) for row in part]
                lengths = torch.tensor([len(piece) for piece in pieces])
                frames = torch.nn.utils.rnn.pad_sequence(pieces, batch_first=True).to(self._device)
                for network in self._networks:
                    outputs = listen(network, frames, lengths)
                    emotion[part] += outputs.emotion.cpu().numpy() / len(self._networks)
                    speech[part] += outputs.speech.cpu().numpy() / len(self._networks)
                    arousal[part] += outputs.arousal.cpu().numpy() / len(self._networks)
        return emotion, speech, arousal

    def _estimate(self, logits: NDArray[np.float64], arousal: float, quality: Quality) -> EmotionEstimate:
        probabilities = softmax(logits[None, :], self._calibration.temperature)
        confident = bool(is_confident(self._calibration, probabilities, quality)[0])
        best = int(probabilities[0].argmax())
        return EmotionEstimate(
            label=EMOTION_LABELS[best],
            confident=confident,
            probabilities=dict(zip(EMOTION_LABELS, map(float, probabilities[0]), strict=True)),
            strength=float(_sigmoid(np.array([arousal]))[0] * quality.speech[0]),
        )


def load_default() -> EmotionClassifier:
    """The engine with the weights of the repository. Raises `EmotionModelError` when they are damaged."""
    return load(DEFAULT_WEIGHTS)


def load(folder: Path, device: str = "cpu") -> EmotionModel:
    """The engine with the weights in `folder` on `device` (a name that torch knows, such as `cuda`).

    The front end stays on the processor and costs more than the network, so a GPU brings little.
    Raises `EmotionModelError` when the weights are missing or damaged.
    """
    return EmotionModel(load_model(folder), device)


def _windows(clip: Clip) -> Iterator[Clip]:
    """`clip` itself, or evenly spread pieces of a long one."""
    size = int(WINDOW_S * SAMPLE_RATE_HZ)
    samples = np.asarray(clip).reshape(-1)
    if samples.size <= size:
        yield samples
        return
    count = min(-(-samples.size // size), MOST_WINDOWS)
    for start in np.linspace(0, samples.size - size, count).astype(int):
        yield samples[start : start + size]


def _sigmoid(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1.0 / (1.0 + np.exp(-values)))
