"""The network: strided convolutions over mel bands, dilated and recurrent layers over time, attention pooling."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from inference_worker.contract import EMOTION_LABELS
from inference_worker.emotion.features import AUX_CHANNELS, CHANNELS, MEL_BANDS

TIME_STRIDE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkOptions:
    """The shape of the network; stored beside the weights."""

    bands: tuple[int, int, int] = (16, 32, 48)
    """Channels of the three two-dimensional convolutions."""
    width: int = 128
    dilations: tuple[int, ...] = (1, 2)
    recurrent: int = 128
    """Units of the two-way GRU, each direction; 0 leaves it out."""
    attention_heads: int = 2
    dropout: float = 0.3


def options_from_json(values: dict[str, Any]) -> NetworkOptions:
    """Options as JSON holds them (lists for tuples). Raises `TypeError` for unknown names."""
    shape: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in values.items()}
    return NetworkOptions(**shape)


class Outputs(NamedTuple):
    emotion: Tensor
    """`(batch, labels)` logits."""
    speech: Tensor
    """`(batch,)` logit that there is speech at all."""
    arousal: Tensor
    """`(batch,)` logit of how strongly it is expressed."""
    pooled: Tensor
    """`(batch, network.pooled_width)` what all three are linear in: `adaptation` learns from it."""


def time_mask(lengths: Tensor, x: Tensor) -> Tensor | None:
    """`(batch, 1, time)` 1.0 where a clip has frames, 0.0 behind its end, for `x` `(..., time)` on its device; None
    where no clip is shorter than the longest."""
    if int(lengths.min()) >= x.shape[-1]:
        return None
    places = torch.arange(x.shape[-1], device=x.device)
    return (places < lengths.to(x.device)[:, None]).unsqueeze(1).float()


def _cleared(x: Tensor, mask: Tensor | None) -> Tensor:
    """`x` with zeros behind each clip's end."""
    return x if mask is None else x * mask


class _Residual(nn.Module):
    def __init__(self, width: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self.convolution = nn.Conv1d(width, width, 3, padding=dilation, dilation=dilation, bias=False)
        self.norm = nn.BatchNorm1d(width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        y: Tensor = self.dropout(torch.relu(self.norm(self.convolution(x))))
        return _cleared(x + y, mask)


class EmotionNetwork(nn.Module):
    """Features of a batch of clips to emotion, speech and arousal logits.

    Every layer clears what lies behind a clip's end, so that padding changes nothing.
    """

    def __init__(self, options: NetworkOptions) -> None:
        super().__init__()
        self.options = options
        sizes = (1, *options.bands)
        self.mel_layers = nn.ModuleList(
            nn.Conv2d(sizes[i], sizes[i + 1], 3, stride=(2, 1 if i == 2 else 2), padding=1, bias=False)
            for i in range(3)
        )
        self.mel_norms = nn.ModuleList(nn.BatchNorm2d(size) for size in options.bands)
        self.aux_layers = nn.ModuleList(
            nn.Conv1d(size, 32, 5, stride=2, padding=2, bias=False) for size in (AUX_CHANNELS, 32)
        )
        self.aux_norms = nn.ModuleList(nn.BatchNorm1d(32) for _ in range(2))
        self.join = nn.Conv1d(options.bands[2] * (MEL_BANDS // 8) + 32, options.width, 1, bias=False)
        self.join_norm = nn.BatchNorm1d(options.width)
        self.residuals = nn.ModuleList(
            _Residual(options.width, dilation, options.dropout / 3.0) for dilation in options.dilations
        )
        width = 2 * options.recurrent or options.width
        self.recurrent = (
            nn.GRU(options.width, options.recurrent, batch_first=True, bidirectional=True)
            if options.recurrent
            else None
        )
        self.attention = nn.Linear(width, options.attention_heads)
        self.dropout = nn.Dropout(options.dropout)
        self.pooled_width = 2 * width * options.attention_heads
        self.output = nn.Linear(self.pooled_width, len(EMOTION_LABELS) + 2)

    def forward(self, frames: Tensor, lengths: Tensor) -> Outputs:
        """`frames` `(batch, time, CHANNELS)` with zeros behind each clip's end; `lengths` `(batch,)` from 1, on
        the processor wherever the frames are (packing wants them there)."""
        if frames.shape[2] != CHANNELS:
            raise ValueError(f"features have {frames.shape[2]} channels, the network takes {CHANNELS}")
        x = frames.transpose(1, 2)
        joined = torch.cat(
            [self._mel(x[:, :MEL_BANDS], lengths), self._aux(x[:, MEL_BANDS:], lengths)], dim=1
        )
        short = -(-lengths // TIME_STRIDE)
        mask = time_mask(short, joined)
        hidden = _cleared(torch.relu(self.join_norm(self.join(joined))), mask)
        for layer in self.residuals:
            hidden = layer(hidden, mask)
        hidden = hidden.transpose(1, 2)
        if self.recurrent is not None:
            hidden = self._recur(hidden, short)
        pooled = self._pool(hidden, mask)
        logits = self.output(self.dropout(pooled))
        labels = len(EMOTION_LABELS)
        return Outputs(logits[:, :labels], logits[:, labels], logits[:, labels + 1], pooled)

    def fused(self) -> EmotionNetwork:
        """The same network in fewer steps, for answering only: each normalisation becomes part of the convolution
        before it. What it answers differs by rounding."""
        # Attributes change their kind here, which the type checker cannot follow.
        network: Any = copy.deepcopy(self).eval()
        pairs = [
            (network.mel_layers, network.mel_norms),
            (network.aux_layers, network.aux_norms),
        ]
        for layers, norms in pairs:
            for place, (layer, norm) in enumerate(zip(layers, norms, strict=True)):
                layers[place], norms[place] = fuse_conv_bn_eval(layer, norm), nn.Identity()
        network.join, network.join_norm = fuse_conv_bn_eval(network.join, network.join_norm), nn.Identity()
        for residual in network.residuals:
            residual.convolution = fuse_conv_bn_eval(residual.convolution, residual.norm)
            residual.norm = nn.Identity()
        fused: EmotionNetwork = network
        return fused

    def _mel(self, mel: Tensor, lengths: Tensor) -> Tensor:
        x = mel.unsqueeze(1)
        for layer, norm in zip(self.mel_layers, self.mel_norms, strict=True):
            before = x.shape[3]
            x = torch.relu(norm(layer(x)))
            if x.shape[3] != before:
                lengths = -(-lengths // 2)
            mask = time_mask(lengths, x)
            x = _cleared(x, None if mask is None else mask.unsqueeze(1))
        return x.flatten(1, 2)

    def _aux(self, aux: Tensor, lengths: Tensor) -> Tensor:
        x = aux
        for layer, norm in zip(self.aux_layers, self.aux_norms, strict=True):
            x = torch.relu(norm(layer(x)))
            lengths = -(-lengths // 2)
            x = _cleared(x, time_mask(lengths, x))
        return x

    def _recur(self, hidden: Tensor, lengths: Tensor) -> Tensor:
        assert self.recurrent is not None  # noqa: S101 - for the type checker
        if int(lengths.min()) == hidden.shape[1]:
            return self.recurrent(hidden)[0]  # type: ignore[no-any-return]
        packed = pack_padded_sequence(hidden, lengths, batch_first=True, enforce_sorted=False)
        return pad_packed_sequence(self.recurrent(packed)[0], batch_first=True, total_length=hidden.shape[1])[
            0
        ]

    def _pool(self, hidden: Tensor, mask: Tensor | None) -> Tensor:
        """`(batch, 2 * heads * width)`: attention-weighted mean and standard deviation of `(batch, time, width)`."""
        scores = self.attention(hidden).transpose(1, 2)
        if mask is not None:
            scores = scores.masked_fill(mask == 0.0, -1e9)
        weights = scores.softmax(dim=2)
        mean = weights @ hidden
        variance = (weights @ hidden.square() - mean.square()).clamp_min(1e-5)
        return torch.cat([mean, variance.sqrt()], dim=2).flatten(1)
