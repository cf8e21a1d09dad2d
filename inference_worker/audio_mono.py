"""From frames of any rate and channel count to one channel at 16 kHz, block by block."""

from __future__ import annotations

import av
import numpy as np
import numpy.typing as npt
from scipy.signal import lfilter

Samples = npt.NDArray[np.float32]

SAMPLE_RATE_HZ = 16_000
CANCELLATION_RATIO = 0.1
"""Below this power of the mean, relative to that of uncorrelated channels, the channels cancel each other."""
DOWNMIX_MEMORY_S = 0.5
"""Channel powers are averaged over about this long, so that the downmix does not flicker."""
DC_BLOCKER_POLE = 0.995
"""One-pole high-pass y[n] = x[n] - x[n-1] + 0.995 y[n-1]: -3 dB at about 13 Hz at 16 kHz."""
LOUDEST = 64.0
"""36 dB over full scale: float files may be louder than 1, but what is louder than this is damage."""


class Downmix:
    """Mean of all channels; where the channels cancel (opposite phase), the loudest one alone."""

    def __init__(self) -> None:
        self._channel_powers: npt.NDArray[np.float64] | None = None
        self._mean_power = 0.0

    def __call__(self, frames: Samples, rate_hz: int) -> Samples:
        """`frames`: (time, channels) float32, NaN and infinite values count as 0. Returns (time,) float32, within
        `LOUDEST` on both sides of 0."""
        # A comparison with NaN is false, too.
        if len(frames) and not max(frames.max(), -frames.min()) <= LOUDEST:
            frames = np.clip(np.nan_to_num(frames, nan=0.0, posinf=0.0, neginf=0.0), -LOUDEST, LOUDEST)
        channels = frames.shape[1]
        if channels == 1:
            return np.ascontiguousarray(frames[:, 0])
        # Channel by channel: numpy is slow along an axis of two.
        mean: Samples = sum(frames.T[1:], start=frames[:, 0]) / np.float32(channels)
        keep = float(np.exp(-len(frames) / (DOWNMIX_MEMORY_S * rate_hz)))
        powers = np.array([_power(channel) for channel in frames.T])
        mean_power = _power(mean)
        if self._channel_powers is None or len(self._channel_powers) != channels:
            self._channel_powers, self._mean_power = powers, mean_power
        else:
            self._channel_powers = keep * self._channel_powers + (1.0 - keep) * powers
            self._mean_power = keep * self._mean_power + (1.0 - keep) * mean_power
        uncorrelated = float(self._channel_powers.sum()) / channels**2
        if self._mean_power < CANCELLATION_RATIO * uncorrelated:
            return np.ascontiguousarray(frames[:, int(np.argmax(self._channel_powers))])
        return mean


def _power(samples: Samples) -> float:
    """The mean square; 0 of nothing."""
    return float(np.dot(samples, samples)) / max(1, len(samples))


class DcBlocker:
    """Takes away a constant offset, which would otherwise pass for loudness."""

    def __init__(self) -> None:
        self._state: npt.NDArray[np.float64] | None = None

    def __call__(self, samples: Samples) -> Samples:
        """(time,) float32 in and out; starts as if the first sample had been there for ever."""
        if len(samples) == 0:
            return samples
        if self._state is None:
            self._state = np.array([-float(samples[0])])
        filtered, self._state = lfilter([1.0, -1.0], [1.0, -DC_BLOCKER_POLE], samples, zi=self._state)
        return np.asarray(filtered, dtype=np.float32)


class Resampler:
    """Streaming conversion to 16 kHz (libswresample); output sample i lies at time i / 16000 exactly."""

    def __init__(self, rate_hz: int) -> None:
        self.rate_hz = rate_hz
        self._position = 0
        self._resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE_HZ)

    def __call__(self, samples: Samples) -> Samples:
        """(time,) float32 at `rate_hz` in, what is ready at 16 kHz out (may be empty)."""
        if len(samples) == 0:
            return samples
        if self.rate_hz == SAMPLE_RATE_HZ:
            return samples
        frame = av.AudioFrame.from_ndarray(samples[np.newaxis, :], format="flt", layout="mono")
        frame.sample_rate = self.rate_hz
        frame.pts = self._position
        self._position += len(samples)
        return self._joined(self._resampler.resample(frame))

    def flush(self) -> Samples:
        """What is still inside; the resampler is spent afterwards."""
        if self.rate_hz == SAMPLE_RATE_HZ or self._position == 0:
            return np.zeros(0, np.float32)
        return self._joined(self._resampler.resample(None))

    @staticmethod
    def _joined(frames: list[av.AudioFrame]) -> Samples:
        pieces = [np.asarray(frame.to_ndarray()[0], dtype=np.float32) for frame in frames]
        return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)
