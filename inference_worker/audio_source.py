"""One sound track of a file, as decoded frames on the time line that a player shows.

PyAV (FFmpeg) reads what browsers, phones and recorders write. Only the formats below are tried and only the
local file is read, so that a play list in disguise cannot make the worker open other files or addresses.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.stream import Discard

from inference_worker.audio_frames import FrameFormat, Raw
from inference_worker.audio_mono import SAMPLE_RATE_HZ, Samples
from inference_worker.errors import (
    AudioEmptyError,
    AudioNoSoundTrackError,
    AudioUnavailableError,
    AudioUnreadableError,
)

FORMATS = "wav,w64,aiff,au,caf,flac,mp3,ogg,matroska,mov,aac,amr,mpegts,avi,asf"
SEEKABLE_FORMATS = frozenset({"wav", "w64", "aiff", "au", "caf", "flac", "ogg", "matroska", "mov"})
"""Exact time stamps after a seek. In the others (mp3, aac) a seek guesses, so packets are skipped."""
PRE_ROLL_S = 1.0
"""Decoded and thrown away before the asked-for start, so that codecs and filters have settled."""
DISCONTINUITY_S = 0.05
"""Time stamps that differ more than this from the sample count are gaps (filled with silence) or overlaps."""
LONGEST_GAP_S = 6 * 3600.0
"""A longer jump is a broken time stamp, not a gap."""
MAX_READ_ERRORS = 50
RUN_S = 0.25
"""So much sound is mixed, resampled and filtered at once: with frames of 20 ms the calls cost more than the sound."""
UNREADABLE = "The file is not audio or is damaged; record or export it again, for example as m4a, mp3 or wav."


@dataclass(frozen=True, slots=True)
class Chunk:
    """Decoded sound: (time, channels) float32, not checked for NaN, at `rate_hz`."""

    frames: Samples
    rate_hz: int


class SoundTrack:
    """The best sound track of an open file. Use as a context manager; for one thread.

    Raises `AudioUnavailableError` (no such file), `AudioEmptyError` (no bytes), `AudioNoSoundTrackError`
    (only pictures) and `AudioUnreadableError`.
    """

    def __init__(self, path: Path) -> None:
        self.container = _open(path)
        try:
            self.stream = _best_stream(self.container)
        except BaseException:
            self.container.close()
            raise
        self.format_name: str = self.container.format.name.split(",")[0]
        time_base: Fraction = self.stream.time_base
        self._ticks = time_base.numerator, time_base.denominator

    def __enter__(self) -> SoundTrack:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.container.close()

    def packets(self) -> Iterator[Any]:
        """Every packet of the track from where the file stands; damaged stretches are stepped over.

        Ends at the end of the file or where it is cut off. The last packet is the empty one that flushes the
        decoder.
        """
        reading, errors = self.container.demux(self.stream), 0
        while True:
            try:
                packet = next(reading)
            except StopIteration:
                return
            except IndexError:
                # A packet of a track that began in the middle of the file (MPEG-TS): PyAV knows those of its start.
                reading = self.container.demux(self.stream)
                continue
            except av.FFmpegError:
                errors += 1
                if errors > MAX_READ_ERRORS:
                    return
                reading = self.container.demux(self.stream)
                continue
            yield packet

    def frames(self, packets: Iterator[Any]) -> Iterator[av.AudioFrame]:
        """Decode `packets`; one that is damaged is left out."""
        for packet in packets:
            try:
                decoded = packet.decode()
            except av.FFmpegError:
                continue
            yield from decoded

    def seconds(self, time_stamp: int) -> float:
        """A time stamp of the track in seconds."""
        return time_stamp * self._ticks[0] / self._ticks[1]

    def packets_from(self, time_s: float) -> Iterator[Any]:
        """Packets whose sound ends after `time_s` (in the file's own time), by seeking or by skipping."""
        if self.format_name in SEEKABLE_FORMATS:
            try:
                self.container.seek(math.floor(time_s / self.stream.time_base), stream=self.stream)
            except av.FFmpegError:
                self.container.seek(0)
        for packet in self.packets():
            end = None if packet.pts is None else packet.pts + (packet.duration or 0)
            if end is None or packet.size == 0 or self.seconds(end) > time_s:
                yield packet


def contiguous_chunks(track: SoundTrack, origin_s: float, start_s: float) -> Iterator[Chunk]:
    """Decode from `start_s` (counted from `origin_s`), without gaps and overlaps, about `RUN_S` at a time.

    The first chunk begins exactly at `start_s` rounded to the next 1/16000 s that is also a whole sample of
    the source; gaps in the recording come as silence.
    """
    packets = track.packets() if start_s <= 0 else track.packets_from(origin_s + start_s)
    form: FrameFormat | None = None
    position: int | None = None
    run = _Run()
    for frame in track.frames(packets):
        if form is None or not form.fits(frame):
            yield from run.taken(form)
            if form is not None and position is not None:
                position = round(position * frame.rate / form.rate_hz)
            form = FrameFormat(frame)
        samples, rate_hz = form.raw(frame), form.rate_hz
        stamp = None if frame.pts is None else track.seconds(frame.pts) - origin_s
        if position is None:
            position = aligned_position(start_s, rate_hz)
            stamp = start_s if stamp is None else stamp
            tolerance_s = 0.0
        else:
            tolerance_s = DISCONTINUITY_S
        jump = 0 if stamp is None else round(stamp * rate_hz) - position
        if abs(jump) <= tolerance_s * rate_hz or jump > LONGEST_GAP_S * rate_hz:
            jump = 0
        if jump > 0:
            yield from run.taken(form)
            yield from _silence(jump, rate_hz, form.channels)
        elif jump < 0:
            samples = samples[-jump:]
        position += max(jump, 0) + len(samples)
        run.add(samples)
        if run.length >= RUN_S * rate_hz:
            yield from run.taken(form)
    yield from run.taken(form)


class _Run:
    """Frames of one format that follow one another: what is done with them is done once for all of them."""

    def __init__(self) -> None:
        self.length = 0
        self._parts: list[Raw] = []

    def add(self, samples: Raw) -> None:
        if len(samples):
            self._parts.append(samples)
            self.length += len(samples)

    def taken(self, form: FrameFormat | None) -> Iterator[Chunk]:
        """What was added since the last time, if anything."""
        if self._parts and form is not None:
            yield Chunk(form.joined(self._parts), form.rate_hz)
        self.length, self._parts = 0, []


def aligned_position(start_s: float, rate_hz: int) -> int:
    """The last source sample not after `start_s` that falls on a sample at 16 kHz as well."""
    step = rate_hz // math.gcd(rate_hz, SAMPLE_RATE_HZ)
    return math.floor(start_s * rate_hz + 1e-6) // step * step


def _silence(count: int, rate_hz: int, channels: int) -> Iterator[Chunk]:
    while count > 0:
        block = min(count, rate_hz)
        yield Chunk(np.zeros((block, channels), np.float32), rate_hz)
        count -= block


def _open(path: Path) -> Any:
    try:
        size_bytes = path.stat().st_size
    except OSError as error:
        raise AudioUnavailableError(
            f"The file cannot be opened ({error.strerror}); check its name."
        ) from error
    if size_bytes == 0:
        raise AudioEmptyError("The file is empty; record again.")
    options = {"format_whitelist": FORMATS, "protocol_whitelist": "file"}
    try:
        return av.open(str(path), options=options)
    except (av.FFmpegError, UnicodeDecodeError) as error:
        raise AudioUnreadableError(UNREADABLE) from error


def _best_stream(container: Any) -> Any:
    stream = container.streams.best("audio")
    if stream is None:
        if any(other.type == "video" for other in container.streams):
            raise AudioNoSoundTrackError("The video has no sound track; choose a recording with sound.")
        raise AudioUnreadableError(UNREADABLE)
    if stream.codec_context is None:
        raise AudioUnreadableError(UNREADABLE)
    stream.codec_context.thread_count = 1
    for other in container.streams:
        if other is not stream:
            other.discard = Discard.all
    return stream
