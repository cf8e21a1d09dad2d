"""Frames taken many at a time: the numbers that FFmpeg itself makes of them, each at its time."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
import numpy as np
import pytest

from inference_worker.audio_frames import FrameFormat
from inference_worker.audio_source import contiguous_chunks

LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}
RANGES = {"u1": (0, 255), "i2": (-(2**15), 2**15 - 1), "i4": (-(2**31), 2**31 - 1)}
KINDS = {"u8": "u1", "s16": "i2", "s32": "i4", "flt": "f4", "dbl": "f8"}


def frame(kind: str, channels: int, *, is_planar: bool, seed: int = 0, count: int = 320) -> av.AudioFrame:
    draw, dtype = np.random.default_rng(seed), KINDS[kind]
    shape = (channels, count) if is_planar else (1, channels * count)
    if dtype in RANGES:
        samples = draw.integers(*RANGES[dtype], shape, endpoint=True).astype(dtype)
    else:
        samples = draw.uniform(-1.5, 1.5, shape).astype(dtype)
    made = av.AudioFrame.from_ndarray(samples, kind + ("p" if is_planar else ""), LAYOUTS[channels])
    made.sample_rate = 16_000
    return made


@pytest.mark.parametrize("is_planar", [False, True])
@pytest.mark.parametrize("channels", LAYOUTS)
@pytest.mark.parametrize("kind", KINDS)
def test_frames_become_the_numbers_that_ffmpeg_makes_of_them(
    kind: str, channels: int, is_planar: bool
) -> None:
    frames = [frame(kind, channels, is_planar=is_planar, seed=seed) for seed in range(3)]
    converter = av.AudioResampler(format="flt", layout=LAYOUTS[channels], rate=16_000)
    packed = [part.to_ndarray() for given in frames for part in converter.resample(given)]
    expected = np.concatenate(packed, axis=1).reshape(-1, channels)
    form = FrameFormat(frames[0])
    assert all(form.fits(given) for given in frames)
    found = form.joined([form.raw(given) for given in frames])
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, expected)


def test_other_formats_do_not_fit() -> None:
    form = FrameFormat(frame("s16", 1, is_planar=False))
    assert not form.fits(frame("s16", 1, is_planar=True))
    assert not form.fits(frame("flt", 1, is_planar=False))
    assert not form.fits(frame("s16", 2, is_planar=False))


class Track:
    """Frames as a file would give them."""

    def __init__(self, *frames: av.AudioFrame) -> None:
        self._frames = frames

    def packets(self) -> Iterator[Any]:
        return iter(())

    def frames(self, _packets: Iterator[Any]) -> Iterator[av.AudioFrame]:
        return iter(self._frames)

    def seconds(self, time_stamp: int) -> float:
        return float(Fraction(time_stamp, 16_000))


def constant(value: float, start: int, count: int = 1600, layout: str = "mono") -> av.AudioFrame:
    channels = {"mono": 1, "stereo": 2}[layout]
    made = av.AudioFrame.from_ndarray(np.full((channels, count), value, np.float32), "fltp", layout)
    made.sample_rate, made.pts = 16_000, start
    return made


def heard(*frames: av.AudioFrame) -> np.ndarray:
    track: Any = Track(*frames)
    return np.concatenate([chunk.frames[:, 0] for chunk in contiguous_chunks(track, 0.0, 0.0)])


def test_a_gap_is_silence_between_what_lies_before_and_behind_it() -> None:
    sound = heard(constant(0.1, 0), constant(0.2, 1600), constant(0.3, 8000))
    expected = np.repeat([0.1, 0.2, 0.0, 0.3], [1600, 1600, 4800, 1600]).astype(np.float32)
    np.testing.assert_array_equal(sound, expected)


def test_an_overlap_is_heard_once() -> None:
    sound = heard(constant(0.1, 0, 3200), constant(0.2, 1600, 3200))
    np.testing.assert_array_equal(sound, np.repeat([0.1, 0.2], [3200, 1600]).astype(np.float32))


def test_a_change_of_channels_loses_nothing() -> None:
    sound = heard(constant(0.1, 0), constant(0.2, 1600, layout="stereo"), constant(0.3, 3200))
    np.testing.assert_array_equal(sound, np.repeat([0.1, 0.2, 0.3], 1600).astype(np.float32))
