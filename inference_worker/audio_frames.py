"""Decoded frames of one format as packed float32, many at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import av
import numpy as np
import numpy.typing as npt

from inference_worker.audio_mono import Samples

Raw = npt.NDArray[Any]

SCALES = {"s16": 2.0**-15, "s32": 2.0**-31, "flt": 1.0}
"""Sample formats whose numbers need nothing but this factor, packed or planar: FFmpeg converts them the same way."""
MOST_DIRECT_CHANNELS = 2
"""PyAV hands out eight planes at most; with more channels than this FFmpeg packs them."""


class FrameFormat:
    """Frames with one sample format, layout and rate."""

    def __init__(self, frame: av.AudioFrame) -> None:
        self._format, self._layout, self.rate_hz = frame.format.name, frame.layout.name, frame.rate
        self.channels = frame.layout.nb_channels
        plain = self._format.removesuffix("p")
        self._is_planar = plain != self._format
        self._scale = SCALES.get(plain) if self.channels <= MOST_DIRECT_CHANNELS else None
        self._converter = None
        if self._scale is None:
            self._converter = av.AudioResampler(format="flt", layout=frame.layout, rate=frame.rate)

    def fits(self, frame: av.AudioFrame) -> bool:
        return (frame.rate, frame.format.name, frame.layout.name) == (
            self.rate_hz,
            self._format,
            self._layout,
        )

    def raw(self, frame: av.AudioFrame) -> Raw:
        """(time, channels), for `joined`: a slice of it is as good."""
        if self._converter is None:
            decoded: Raw = frame.to_ndarray()
            return decoded.T if self._is_planar else decoded.reshape(-1, self.channels)
        packed = [part.to_ndarray().reshape(-1, self.channels) for part in self._converter.resample(frame)]
        return np.concatenate(packed) if packed else np.zeros((0, self.channels), np.float32)

    def joined(self, parts: Sequence[Raw]) -> Samples:
        """(time, channels) float32 of `raw` parts."""
        sound: Raw = np.concatenate(parts)
        if sound.dtype != np.float32:
            sound = np.multiply(sound, self._scale or 1.0, dtype=np.float32)
        return sound
