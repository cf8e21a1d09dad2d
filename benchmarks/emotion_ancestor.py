"""The ancestor's two models, rebuilt from their description: what whoever knew them can compare with.

Trim at `top_db`, cut or pad to `max_samples` in raw 16-bit scale, then any composition of zero crossings, energy and
cepstra: three stacked LSTMs that read the frames, or a residual network that reads three cepstral images (cepstra,
their change, the change of that). Kept for honest comparison; nothing of the product uses it.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass

import librosa
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from inference_worker.contract import EMOTION_LABELS
from inference_worker.emotion.base import SAMPLE_RATE_HZ, Clip

ARCHITECTURES = ("ancestor-lstm", "ancestor-cnn")
FEATURES = ("zcr", "rms", "mfcc")
_CEPSTRA = 13
_IMAGE_CEPSTRA = 40
_HOP, _WINDOW = 512, 2048
_INT16 = 32768.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AncestorOptions:
    arch: str = "ancestor-lstm"
    """One of `ARCHITECTURES`."""
    features: tuple[str, ...] = FEATURES
    """Any of `FEATURES`, in this order; the image network always reads cepstra."""
    top_db: float = 25.0
    """What is softer than this below the loudest is cut off at both ends."""
    max_samples: int = 180_000
    hidden: tuple[int, ...] = (512, 512, 256)
    """Of the stacked LSTMs."""
    labels: int = len(EMOTION_LABELS)
    epochs: int = 3
    """At most; fewer where `budget_s` ends before."""
    budget_s: float = float("inf")
    """Processor seconds of training, features not counted: a bench gives all models the same."""
    batch: int = 16
    learning_rate: float = 1e-3
    seed: int = 0


def features(clip: Clip, options: AncestorOptions) -> NDArray[np.float32]:
    """`(time, channels)` for the LSTMs, `(3, cepstra, time)` for the image network; raw scale, as it was."""
    sound = _framed(clip, options)
    if options.arch == "ancestor-cnn":
        cepstra = librosa.feature.mfcc(
            y=sound, sr=SAMPLE_RATE_HZ, n_mfcc=_IMAGE_CEPSTRA, n_fft=_WINDOW, hop_length=_HOP
        )
        planes = [cepstra, librosa.feature.delta(cepstra), librosa.feature.delta(cepstra, order=2)]
        return np.asarray(np.stack(planes), dtype=np.float32)
    parts = {
        "zcr": lambda: _zero_crossing_rate(sound),
        "rms": lambda: librosa.feature.rms(y=sound, frame_length=_WINDOW, hop_length=_HOP),
        "mfcc": lambda: librosa.feature.mfcc(
            y=sound, sr=SAMPLE_RATE_HZ, n_mfcc=_CEPSTRA, n_fft=_WINDOW, hop_length=_HOP
        ),
    }
    return np.asarray(np.concatenate([parts[name]() for name in options.features]).T, dtype=np.float32)


def _zero_crossing_rate(sound: NDArray[np.float32]) -> NDArray[np.float64]:
    """`(1, time)` as `librosa.feature.zero_crossing_rate`, which runs machine code that numba keeps on the disk: a
    process that finds it broken crashes, and two that wrote it at once are likely to have broken it."""
    audible = np.where(np.abs(sound) <= 1e-10, np.float32(0.0), sound)
    padded = np.pad(np.signbit(audible), _WINDOW // 2, mode="edge")
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP]
    crossings: NDArray[np.float64] = (frames[:, 1:] != frames[:, :-1]).sum(axis=1) / _WINDOW
    return crossings[None, :]


def _framed(clip: Clip, options: AncestorOptions) -> NDArray[np.float32]:
    """`(max_samples,)` in the scale of 16-bit integers: loudness goes in as it is, which is the fault of it."""
    sound = np.nan_to_num(np.asarray(clip, dtype=np.float32)) * np.float32(_INT16)
    if sound.size:
        sound, _ = librosa.effects.trim(sound, top_db=options.top_db)
    kept = sound[: options.max_samples]
    return np.asarray(np.pad(kept, (0, options.max_samples - kept.size)), dtype=np.float32)


class StackedLstm(nn.Module):
    """Three LSTMs one on the other; the last frame of the last one decides."""

    def __init__(self, channels: int, options: AncestorOptions) -> None:
        super().__init__()
        sizes = (channels, *options.hidden)
        self.layers = nn.ModuleList(
            nn.LSTM(before, after, batch_first=True) for before, after in itertools.pairwise(sizes)
        )
        self.dropout = nn.Dropout(0.3)
        self.output = nn.Linear(sizes[-1], options.labels)

    def forward(self, x: Tensor) -> Tensor:
        """`(batch, time, channels)` to `(batch, labels)` logits."""
        for layer in self.layers:
            x = self.dropout(layer(x)[0])
        return self.output(x[:, -1])  # type: ignore[no-any-return]


class _Block(nn.Module):
    """Two convolutions beside a short cut (He et al. 2016)."""

    def __init__(self, before: int, after: int, stride: int) -> None:
        super().__init__()
        self.road = nn.Sequential(
            nn.Conv2d(before, after, 3, stride, 1, bias=False),
            nn.BatchNorm2d(after),
            nn.ReLU(),
            nn.Conv2d(after, after, 3, 1, 1, bias=False),
            nn.BatchNorm2d(after),
        )
        self.short_cut = nn.Conv2d(before, after, 1, stride, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.road(x) + self.short_cut(x))


class ImageResNet(nn.Module):
    """A small residual network over the three cepstral images."""

    def __init__(self, options: AncestorOptions) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(3)
        self.blocks = nn.Sequential(_Block(3, 16, 2), _Block(16, 32, 2), _Block(32, 64, 2), _Block(64, 64, 2))
        self.output = nn.Linear(64, options.labels)

    def forward(self, x: Tensor) -> Tensor:
        """`(batch, 3, cepstra, time)` to `(batch, labels)` logits."""
        return self.output(self.blocks(self.norm(x)).mean(dim=(2, 3)))  # type: ignore[no-any-return]


class Ancestor:
    """Trained on clips, answers labels. Its demo forgot to switch dropout off when it answered; this one does not."""

    def __init__(self, options: AncestorOptions) -> None:
        if options.arch not in ARCHITECTURES:
            raise ValueError(f"unknown architecture {options.arch!r}; use one of {', '.join(ARCHITECTURES)}")
        unknown = set(options.features) - set(FEATURES)
        if unknown or not options.features:
            raise ValueError(f"unknown features {sorted(unknown)}; compose {', '.join(FEATURES)}")
        self.options = options
        torch.manual_seed(options.seed)
        channels = sum(_CEPSTRA if name == "mfcc" else 1 for name in options.features)
        is_image = options.arch == "ancestor-cnn"
        self.network: nn.Module = ImageResNet(options) if is_image else StackedLstm(channels, options)

    @property
    def parameters(self) -> int:
        return sum(value.numel() for value in self.network.parameters())

    def fit(self, clips: Sequence[Clip], truth: Sequence[int]) -> list[float]:
        """Mean loss of each epoch, of the part that there was time for."""
        inputs = torch.from_numpy(np.stack([features(clip, self.options) for clip in clips]))
        wanted = torch.tensor(truth)
        optimizer = torch.optim.Adam(self.network.parameters(), lr=self.options.learning_rate)
        rng = np.random.default_rng(self.options.seed)
        losses: list[float] = []
        self.network.train()
        end_s = time.process_time() + self.options.budget_s
        while len(losses) < self.options.epochs and time.process_time() < end_s:
            total, seen = 0.0, 0
            order = rng.permutation(len(wanted))
            for start in range(0, len(order), self.options.batch):
                if time.process_time() >= end_s:
                    break
                rows = torch.from_numpy(order[start : start + self.options.batch])
                loss = nn.functional.cross_entropy(self.network(inputs[rows]), wanted[rows])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                total += float(loss.detach()) * len(rows)
                seen += len(rows)
            losses += [total / seen] if seen else []
        return losses

    def logits(self, clips: Sequence[Clip]) -> NDArray[np.float32]:
        """`(clips, labels)`."""
        self.network.eval()
        found = [np.zeros((0, self.options.labels), np.float32)]
        with torch.inference_mode():
            for start in range(0, len(clips), 32):
                part = np.stack([features(clip, self.options) for clip in clips[start : start + 32]])
                found.append(self.network(torch.from_numpy(part)).numpy())
        return np.concatenate(found)
