"""The project's own engine: clips in, calibrated estimates out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from inference_worker.contract import EMOTION_LABELS, EmotionAdaptation, EmotionEstimate
from inference_worker.emotion.adaptation import Samples, label_numbers, unpacked
from inference_worker.emotion.base import SAMPLE_RATE_HZ, Clip, EmotionClassifier, unsure
from inference_worker.emotion.calibration import Quality, is_confident, softmax
from inference_worker.emotion.features import ClipFeatures, extract
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


@dataclass(frozen=True, slots=True)
class Heard:
    """What the networks make of clips, averaged; arrays of one shape `(clips, ...)`."""

    emotion: NDArray[np.float64]
    """`(clips, labels)` logits."""
    speech: NDArray[np.float64]
    arousal: NDArray[np.float64]
    pooled: NDArray[np.float64]
    """`(clips, width)` side by side for all networks."""


class EmotionModel:
    """An `EmotionClassifier` made of one or more of our networks."""

    def __init__(self, stored: StoredModel, device: str = "cpu") -> None:
        self.name = stored.name
        self.identity = f"{stored.name}:{stored.fingerprint}"
        """What adaptations are bound to."""
        self._device = torch.device(device)
        self._networks = tuple(network.fused().to(self._device) for network in stored.networks)
        self._calibration = stored.calibration

    @property
    def pooled_width(self) -> int:
        return sum(network.pooled_width for network in self._networks)

    def classify(
        self, clips: Sequence[Clip], adaptation: EmotionAdaptation | None = None
    ) -> list[EmotionEstimate]:
        """One estimate a clip; see `EmotionClassifier`."""
        estimates = [unsure() for _ in clips]
        rows, heard, quality = self._listen(clips)
        if not rows:
            return estimates
        logits = heard.emotion / self._calibration.temperature
        correction = None if adaptation is None else unpacked(adaptation, self.identity, self.pooled_width)
        if correction is not None:
            logits = correction.applied(logits, heard.pooled)
        probabilities = softmax(logits, 1.0)
        confident = is_confident(self._calibration, probabilities, quality)
        strength = _sigmoid(heard.arousal) * quality.speech
        for place, number in enumerate(rows):
            estimates[number] = _estimate(
                probabilities[place], bool(confident[place]), float(strength[place])
            )
        return estimates

    def samples(self, clips: Sequence[Clip], labels: Sequence[str]) -> Samples:
        """Clips with the labels that they should have had, for `adaptation.adapt`. Silence is left out."""
        rows, heard, _ = self._listen(clips)
        truth = label_numbers([labels[row] for row in rows])
        return Samples(heard.pooled, heard.emotion / self._calibration.temperature, truth)

    def _listen(self, clips: Sequence[Clip]) -> tuple[list[int], Heard, Quality]:
        """The numbers of the clips that hold sound, and what is heard in each of those."""
        windows = [
            _Window(number, features)
            for number, clip in enumerate(clips)
            for features in map(extract, _windows(clip))
            if len(features.frames) > 0
        ]
        heard = self._logits(windows)
        owners = np.array([window.clip for window in windows], dtype=np.int64)
        rows = np.unique(owners)
        active_s = np.array([window.features.active_s for window in windows])
        voiced_s = np.array([window.features.voiced_s for window in windows])
        # `(clips, windows)`: a window counts by the speech in it.
        share = (owners[None, :] == rows[:, None]) * active_s
        spoken_s = share.sum(axis=1)
        share = share / spoken_s[:, None]
        total_s = np.array([len(clips[number]) / SAMPLE_RATE_HZ for number in rows])
        quality = Quality(
            # A long clip is heard in part; its length still counts as a whole.
            active_s=np.maximum(spoken_s, np.where(total_s > WINDOW_S, total_s, 0.0)),
            voiced_s=(owners[None, :] == rows[:, None]) @ voiced_s,
            contrast_db=share @ np.array([window.features.contrast_db for window in windows]),
            speech=_sigmoid(share @ heard.speech),
        )
        averaged = Heard(
            share @ heard.emotion, share @ heard.speech, share @ heard.arousal, share @ heard.pooled
        )
        return rows.tolist(), averaged, quality

    def _logits(self, windows: Sequence[_Window]) -> Heard:
        """What is heard in each window, averaged over the networks."""
        emotion = np.zeros((len(windows), len(EMOTION_LABELS)))
        speech, arousal = np.zeros(len(windows)), np.zeros(len(windows))
        pooled = np.zeros((len(windows), self.pooled_width))
        rows = sorted(range(len(windows)), key=lambda row: len(windows[row].features.frames))
        with torch.inference_mode():
            for start in range(0, len(rows), _BATCH):
                part = rows[start : start + _BATCH]
                pieces = [torch.from_numpy(windows[row].features.frames) for row in part]
                lengths = torch.tensor([len(piece) for piece in pieces])
                frames = torch.nn.utils.rnn.pad_sequence(pieces, batch_first=True).to(self._device)
                first = 0
                for network in self._networks:
                    outputs = network(frames, lengths)
                    emotion[part] += outputs.emotion.cpu().numpy() / len(self._networks)
                    speech[part] += outputs.speech.cpu().numpy() / len(self._networks)
                    arousal[part] += outputs.arousal.cpu().numpy() / len(self._networks)
                    pooled[part, first : first + network.pooled_width] = outputs.pooled.cpu().numpy()
                    first += network.pooled_width
        return Heard(emotion, speech, arousal, pooled)


def _estimate(probabilities: NDArray[np.float64], confident: bool, strength: float) -> EmotionEstimate:
    return EmotionEstimate(
        label=EMOTION_LABELS[int(probabilities.argmax())],
        confident=confident,
        probabilities=dict(zip(EMOTION_LABELS, map(float, probabilities), strict=True)),
        strength=strength,
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
