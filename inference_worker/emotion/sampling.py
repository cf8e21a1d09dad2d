"""Which clips a training step sees, and small changes made to their features on the way."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from inference_worker.contract import EMOTION_LABELS
from inference_worker.emotion.clips import LabelledClip
from inference_worker.emotion.corpus import FeatureStore
from inference_worker.emotion.features import CHANNELS, MEL_BANDS
from inference_worker.emotion.surroundings import surround
from inference_worker.emotion.voices import vary_response, vary_voice

AROUSAL = {
    "neutral": 0.15,
    "sad": 0.25,
    "disgust": 0.45,
    "fear": 0.7,
    "surprise": 0.7,
    "happy": 0.7,
    "angry": 0.9,
}
"""Rough places on the arousal axis (Russell 1980, "A circumplex model of affect"): no corpus here has
measured arousal, so strength is learnt from these and from the intensity that RAVDESS asked its actors for."""
_INTENSITY_STEP = 0.12


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingOptions:
    batch: int = 16
    shortest_crop: int = 110
    longest_crop: int = 190
    """Frames (16 ms each) of a training crop; one length a batch."""
    distorted_share: float = 0.5
    """How often a distorted copy is taken instead of the clip as recorded."""
    noisy_share: float = 0.0
    """How often noise is made in the features as well."""
    views: int = 1
    """2: every clip is in the batch twice, the second time always distorted or noisy, so that the loss can ask for
    the same answer. The second half of the batch holds the second views, in the order of the first."""
    nonspeech_share: float = 0.06
    mixup_share: float = 0.15
    own_labels_share: float = 0.3
    """How often a clip's loss is restricted to the labels that its corpus has. Less than always, and the network
    learns from the sound of a corpus which labels it lacks; always, and a label is never told where it is wrong."""


@dataclass(frozen=True, slots=True)
class Batch:
    frames: Tensor
    """`(batch, time, CHANNELS)`."""
    lengths: Tensor
    """`(batch,)` frames of each clip."""
    emotion: Tensor
    """`(batch, labels)` target probabilities."""
    arousal: Tensor
    """`(batch,)` in [0, 1]."""
    speech: Tensor
    """`(batch,)` 1.0 for speech, 0.0 for other sound."""
    allowed: Tensor
    """`(batch, labels)` bool: labels that take part in the loss."""


@dataclass(frozen=True, slots=True)
class _View:
    """What `Batch` holds, as arrays, of one view."""

    frames: NDArray[np.float32]
    lengths: NDArray[np.int64]
    emotion: NDArray[np.float32]
    arousal: NDArray[np.float32]
    speech: NDArray[np.float32]
    allowed: NDArray[np.bool_]


def arousal_target(clip: LabelledClip) -> float:
    """Where the clip is on the arousal axis, in [0, 1], guessed from its label and intensity."""
    step = {"strong": _INTENSITY_STEP, "normal": -_INTENSITY_STEP}.get(clip.intensity, 0.0)
    if clip.emotion == "neutral":
        step = 0.0
    return min(max(AROUSAL[clip.emotion] + step, 0.0), 1.0)


def sampling_weights(clips: Sequence[LabelledClip], chosen: Sequence[int]) -> NDArray[np.float64]:
    """`(chosen,)` probabilities: corpora by the square root of their size, emotions equally often in each."""
    sizes = Counter(clips[i].corpus for i in chosen)
    labels = Counter((clips[i].corpus, clips[i].emotion) for i in chosen)
    kinds = Counter(corpus for corpus, _ in labels)
    weights = np.array(
        [
            sizes[clips[i].corpus] ** 0.5 / kinds[clips[i].corpus] / labels[clips[i].corpus, clips[i].emotion]
            for i in chosen
        ]
    )
    return np.asarray(weights / weights.sum())


class BatchSampler:
    """Draws training batches; what it draws at a step depends on seed and step only, so that a resumed run
    goes on as if it had never stopped."""

    def __init__(
        self,
        clips: Sequence[LabelledClip],
        stores: Sequence[FeatureStore],
        nonspeech: FeatureStore,
        chosen: Sequence[int],
        options: SamplingOptions,
    ) -> None:
        self._stores, self._nonspeech, self._options = stores, nonspeech, options
        self._chosen = np.array([i for i in chosen if len(stores[0].clip(i)) > 0])
        self._weights = sampling_weights(clips, list(self._chosen))
        self._label = np.array([EMOTION_LABELS.index(clip.emotion) for clip in clips])
        self._arousal = np.array([arousal_target(clip) for clip in clips], dtype=np.float32)
        own: dict[str, set[str]] = defaultdict(set)
        for clip in clips:
            own[clip.corpus].add(clip.emotion)
        self._own = np.array([[label in own[clip.corpus] for label in EMOTION_LABELS] for clip in clips])

    def draw(self, seed: int, step: int) -> Batch:
        """The batch of one step."""
        options, rng = self._options, np.random.default_rng((seed, step))
        crop = int(rng.integers(options.shortest_crop, options.longest_crop + 1))
        picked = rng.choice(self._chosen, options.batch, p=self._weights)
        allowed = self._own[picked] | (rng.random((options.batch, 1)) >= options.own_labels_share)
        mixing = int(rng.integers(1 << 32))
        views = []
        for view in range(options.views):
            drawn = self._view(picked, allowed.copy(), crop, rng, hard=view > 0)
            _mix(drawn, np.random.default_rng(mixing), options.mixup_share)
            views.append(drawn)
        return Batch(
            *(torch.from_numpy(np.concatenate([getattr(v, f) for v in views])) for f in _View.__slots__)
        )

    def _view(
        self,
        picked: NDArray[np.int64],
        allowed: NDArray[np.bool_],
        crop: int,
        rng: np.random.Generator,
        hard: bool,
    ) -> _View:
        """The clips as one listener hears them; `hard`: none of them as recorded."""
        options, labels = self._options, len(EMOTION_LABELS)
        view = _View(
            frames=np.zeros((options.batch, crop, CHANNELS), dtype=np.float32),
            lengths=np.ones(options.batch, dtype=np.int64),
            emotion=np.eye(labels, dtype=np.float32)[self._label[picked]],
            arousal=self._arousal[picked],
            speech=np.ones(options.batch, dtype=np.float32),
            allowed=allowed,
        )
        for row, index in enumerate(picked):
            if len(self._nonspeech) > 0 and rng.random() < options.nonspeech_share:
                source = self._nonspeech.clip(int(rng.integers(len(self._nonspeech))))
                view.emotion[row], view.arousal[row], view.speech[row] = 1.0 / labels, 0.0, 0.0
                view.allowed[row] = True
                noisy = False
            else:
                distorted, noisy = self._fate(rng, hard)
                source = self._source(int(index), distorted, rng)
            view.lengths[row] = _crop_into(view.frames[row], source, noisy, rng)
        return view

    def _fate(self, rng: np.random.Generator, hard: bool) -> tuple[bool, bool]:
        """Whether a clip is taken from a distorted copy, and whether noise is added."""
        distorted = rng.random() < self._options.distorted_share
        noisy = rng.random() < self._options.noisy_share
        return bool(distorted), bool(noisy or (hard and not distorted))

    def _source(self, index: int, distorted: bool, rng: np.random.Generator) -> NDArray[np.float16]:
        if distorted and len(self._stores) > 1:
            copy = self._stores[int(rng.integers(1, len(self._stores)))].clip(index)
            if len(copy) > 0:
                return copy
        return self._stores[0].clip(index)


def _crop_into(
    row: NDArray[np.float32], source: NDArray[np.float16], noisy: bool, rng: np.random.Generator
) -> int:
    """Writes a varied piece of `source` into `row`; returns its length in frames."""
    tempo = rng.uniform(0.85, 1.2) if rng.random() < 0.5 else 1.0
    needed = min(len(source), round(len(row) * tempo))
    start = int(rng.integers(0, len(source) - needed + 1))
    length = min(max(round(needed / tempo), 1), len(row))
    at = start + np.minimum((np.arange(length) * tempo).astype(np.int64), needed - 1)
    piece = source[at].astype(np.float32)
    vary_voice(piece, rng)
    if noisy:
        piece = surround(piece, len(row) - length, rng)
    _vary(piece, rng)
    row[: len(piece)] = piece
    return len(piece)


def _vary(piece: NDArray[np.float32], rng: np.random.Generator) -> None:
    """Other microphones, in place: level, response, masks (SpecAugment, Park et al. 2019)."""
    level = rng.normal(0.0, 0.1)
    piece[:, :MEL_BANDS] += np.float32(level) + vary_response(rng)
    piece[:, MEL_BANDS] += np.float32(level * 1.2)
    for _ in range(int(rng.integers(0, 3))):
        width = int(rng.integers(1, 9))
        low = int(rng.integers(0, MEL_BANDS - width))
        piece[:, low : low + width] = piece[:, :MEL_BANDS].mean()
    if len(piece) > 60 and rng.random() < 0.5:
        width = int(rng.integers(3, 16))
        start = int(rng.integers(0, len(piece) - width))
        piece[start : start + width] = 0.0


def _mix(view: _View, rng: np.random.Generator, share: float) -> None:
    """Mixup (Zhang et al. 2018) of some neighbours, in place. The stronger part keeps strength and speech."""
    frames, emotion, allowed = view.frames, view.emotion, view.allowed
    for row in range(1, len(frames)):
        if rng.random() >= share:
            continue
        part = np.float32(rng.uniform(0.7, 1.0))
        shared = min(view.lengths[row], view.lengths[row - 1])
        frames[row, :shared] = part * frames[row, :shared] + (1.0 - part) * frames[row - 1, :shared]
        emotion[row] = part * emotion[row] + (1.0 - part) * emotion[row - 1]
        allowed[row] |= allowed[row - 1] | (emotion[row - 1] > 0.0)
