"""Any recording as mono float32 at 16 kHz: what it is, in blocks from any time, or whole."""

from __future__ import annotations

import functools
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from inference_worker.audio_mono import SAMPLE_RATE_HZ, DcBlocker, Downmix, Resampler, Samples
from inference_worker.audio_source import (
    PRE_ROLL_S,
    UNREADABLE,
    SoundTrack,
    aligned_position,
    contiguous_chunks,
)
from inference_worker.errors import AudioEmptyError, AudioUnreadableError

__all__ = ["SAMPLE_RATE_HZ", "AudioInfo", "Samples", "decode", "probe", "read_blocks"]

BLOCK_S = 0.5
EXACT_DURATION_FORMATS = frozenset({"w64", "aiff", "caf", "flac", "ogg", "matroska", "mov"})
"""Formats whose header (or last page) tells the duration; in the others it is a guess from the bit rate."""
GUESSED_FORMATS = frozenset({"mp3", "aac"})
"""Formats without a container: any bytes may look like a frame or two of them."""
SYNC_CHECK_PACKETS = 30
"""Of so many packets of a guessed format, half must decode."""
START_TOLERANCE_S = 0.1
"""Sound that begins within this time of the file's start begins at 0; later sound has silence before it."""


@dataclass(frozen=True, slots=True)
class AudioInfo:
    """What a file holds."""

    duration_s: float
    """Of the sound track. A file that was cut off may hold less than its header says."""
    container: str
    codec: str
    rate_hz: int
    channels: int
    origin_s: float
    """The file's own time stamp of second 0 of the recording."""


def probe(path: Path) -> AudioInfo:
    """Read what `path` holds; decodes one frame.

    Recordings of browsers carry no duration: their packets are counted, undecoded (about 3 s for 4 h, once a
    file).

    Raises `AudioEmptyError`, `AudioUnreadableError`, `AudioNoSoundTrackError`, `AudioUnavailableError`.
    """
    try:
        stat = path.stat()
    except OSError:
        return _probe(path, 0, 0)
    return _probe(path, stat.st_size, stat.st_mtime_ns)


def read_blocks(path: Path, start_s: float = 0.0, block_s: float = BLOCK_S) -> Generator[Samples, None, None]:
    """Decode from `start_s` to the end of the file, in blocks of `block_s` (the last may be shorter).

    Yields (time,) float32 at 16 kHz, nominally in [-1, 1]; the first sample lies at
    round(start_s * 16000) / 16000 seconds. Yields nothing when `start_s` is at or after the end. Memory does
    not depend on the file's length.
    Raises what `probe` raises.
    """
    info = probe(path)
    block = max(1, round(block_s * SAMPLE_RATE_HZ))
    pending: list[Samples] = []
    pending_length = 0
    with closing(_mono(path, info, start_s)) as pieces:
        for piece in pieces:
            pending.append(piece)
            pending_length += len(piece)
            if pending_length < block:
                continue
            joined = np.concatenate(pending)
            whole = pending_length // block * block
            for begin in range(0, whole, block):
                yield joined[begin : begin + block]
            pending, pending_length = [joined[whole:]], pending_length - whole
    if pending_length:
        yield np.concatenate(pending)


def decode(path: Path) -> Samples:
    """A whole short recording: (time,) float32 at 16 kHz. Raises what `probe` raises."""
    blocks = list(read_blocks(path))
    return np.concatenate(blocks) if blocks else np.zeros(0, np.float32)


def _mono(path: Path, info: AudioInfo, start_s: float) -> Generator[Samples, None, None]:
    """Unequal pieces at 16 kHz from exactly `start_s` on."""
    try:
        yield from _converted(path, info, start_s)
    except av.FFmpegError as error:
        # Rates and channel counts that decode and that nothing can convert.
        raise AudioUnreadableError(UNREADABLE) from error


def _converted(path: Path, info: AudioInfo, start_s: float) -> Generator[Samples, None, None]:
    decode_from_s = max(0.0, start_s - PRE_ROLL_S)
    downmix, dc_blocker = Downmix(), DcBlocker()
    resampler: Resampler | None = None
    surplus = 0
    with SoundTrack(path) as track:
        for chunk in contiguous_chunks(track, info.origin_s, decode_from_s):
            if resampler is None:
                first = aligned_position(decode_from_s, chunk.rate_hz) * SAMPLE_RATE_HZ // chunk.rate_hz
                surplus = round(start_s * SAMPLE_RATE_HZ) - first
                resampler = Resampler(chunk.rate_hz)
            pieces = []
            if resampler.rate_hz != chunk.rate_hz:
                pieces.append(resampler.flush())
                resampler = Resampler(chunk.rate_hz)
            pieces.append(resampler(downmix(chunk.frames, chunk.rate_hz)))
            for piece in pieces:
                wanted = dc_blocker(piece)[surplus:]
                surplus = max(0, surplus - len(piece))
                if len(wanted):
                    yield wanted
        if resampler is not None:
            wanted = dc_blocker(resampler.flush())[surplus:]
            if len(wanted):
                yield wanted


@functools.lru_cache(maxsize=64)
def _probe(path: Path, size_bytes: int, _mtime_ns: int) -> AudioInfo:
    with SoundTrack(path) as track:
        frame = _first_frame(track)
        container_start_s = (track.container.start_time or 0) / 1e6
        first_s = container_start_s if frame.pts is None else track.seconds(frame.pts)
        is_late = first_s - container_start_s > START_TOLERANCE_S
        origin_s = container_start_s if is_late else first_s
        duration_s = _header_duration_s(track, size_bytes)
        info = AudioInfo(
            duration_s=duration_s or 0.0,
            container=track.format_name,
            codec=track.stream.codec_context.codec.name,
            rate_hz=frame.rate,
            channels=frame.layout.nb_channels,
            origin_s=origin_s,
        )
    if duration_s is not None:
        return info
    with SoundTrack(path) as track:
        return AudioInfo(
            _counted_end_s(track) - origin_s,
            info.container,
            info.codec,
            info.rate_hz,
            info.channels,
            origin_s,
        )


def _first_frame(track: SoundTrack) -> av.AudioFrame:
    """The first frame with sound in it; also judges whether a file without a container is audio at all."""
    wanted = SYNC_CHECK_PACKETS if track.format_name in GUESSED_FORMATS else 0
    first, packets, frames = None, 0, 0
    for packet in track.packets():
        packets += packet.size > 0
        for frame in track.frames(iter([packet])):
            if frame.samples > 0:
                first = first or frame
                frames += 1
        if first is not None and packets >= wanted:
            break
    if packets == 0:
        raise AudioEmptyError("The recording holds no sound; record again.")
    if first is None or (wanted and frames < packets / 2):
        raise AudioUnreadableError(UNREADABLE)
    return first


def _header_duration_s(track: SoundTrack, size_bytes: int) -> float | None:
    """Seconds, or None when the header does not tell or cannot be trusted."""
    if track.format_name in {"wav", "au"}:
        bytes_per_second = (track.stream.codec_context.bit_rate or 0) / 8
        told_s = track.container.duration
        if not bytes_per_second or not told_s:
            return None
        return float(min(told_s / 1e6, size_bytes / bytes_per_second))
    if track.format_name not in EXACT_DURATION_FORMATS:
        return None
    if track.stream.duration:
        return track.seconds(track.stream.duration)
    duration = track.container.duration
    return duration / 1e6 if duration else None


def _counted_end_s(track: SoundTrack) -> float:
    """Time stamp at which the last packet ends, found without decoding."""
    end_s, counted_s = 0.0, 0.0
    for packet in track.packets():
        if packet.size == 0:
            continue
        length_s = track.seconds(packet.duration or 0)
        counted_s += length_s
        if packet.pts is not None:
            end_s = max(end_s, track.seconds(packet.pts) + length_s)
    return end_s or counted_s
