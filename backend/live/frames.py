"""The binary form of sound: eight bytes of header, then 16 kHz mono 16-bit little-endian PCM, or one packet of Opus.

0   version, 1
1   form of the sound, 0: PCM, 1: Opus (RFC 6716), where `ready` offers it
2-3 zero
4-7 number of the frame's first sample at 16 kHz, little-endian

Each frame says its own form: a client may send its last few samples, or what it keeps as PCM, between packets.
"""

from __future__ import annotations

import struct
import sys
from array import array
from dataclasses import dataclass

from backend.live.errors import MalformedFrameError, UnsupportedSoundError
from backend.live.opus import OpusDecoder

SAMPLE_RATE_HZ = 16_000
BYTES_PER_SAMPLE = 2
HEADER = struct.Struct("<BBHI")
VERSION = 1
FORM_PCM, FORM_OPUS = 0, 1
LONGEST_FRAME_S = 1.0
"""20 to 100 ms while speaking; a client that catches up may send so much at once."""


@dataclass(frozen=True, slots=True)
class Frame:
    first_sample: int
    pcm: bytes

    @property
    def samples(self) -> int:
        return len(self.pcm) // BYTES_PER_SAMPLE


def pack(first_sample: int, payload: bytes, form: int = FORM_PCM) -> bytes:
    """What a client sends."""
    return HEADER.pack(VERSION, form, 0, first_sample) + payload


class FrameReader:
    """Reads the frames of one connection: a packet of Opus means something only after the one before."""

    def __init__(self) -> None:
        self._opus: OpusDecoder | None = None
        self._continues_at = -1

    def read(self, data: bytes) -> Frame:
        """Raises `MalformedFrameError`, `UnsupportedSoundError`."""
        if len(data) < HEADER.size:
            raise MalformedFrameError("A frame begins with a header of eight bytes. Update the app.")
        version, form, reserved, first_sample = HEADER.unpack_from(data)
        if version != VERSION or form not in (FORM_PCM, FORM_OPUS) or reserved != 0:
            raise UnsupportedSoundError(
                "Only PCM and Opus at 16 kHz are taken. Update the app, or the server."
            )
        payload = data[HEADER.size :]
        frame = Frame(
            first_sample, _pcm(payload) if form == FORM_PCM else self._decoded(first_sample, payload)
        )
        if form == FORM_OPUS:
            self._continues_at = first_sample + frame.samples
        return frame

    def _decoded(self, first_sample: int, packet: bytes) -> bytes:
        if self._opus is None or first_sample != self._continues_at:
            self._opus = OpusDecoder()
        pcm = self._opus.decode(packet)
        if sys.byteorder == "little":
            return pcm
        samples = array("h", pcm)
        samples.byteswap()
        return samples.tobytes()


def _pcm(payload: bytes) -> bytes:
    if not payload or len(payload) % BYTES_PER_SAMPLE:
        raise MalformedFrameError("A frame holds whole samples, at least one. Update the app.")
    if len(payload) > LONGEST_FRAME_S * SAMPLE_RATE_HZ * BYTES_PER_SAMPLE:
        raise MalformedFrameError(
            "A frame holds a second of sound at most. Send smaller ones.", longest_frame_s=LONGEST_FRAME_S
        )
    return payload
