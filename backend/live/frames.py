"""The binary form of sound: eight bytes of header, then 16 kHz mono 16-bit little-endian PCM.

0   version, 1
1   form of the sound, 0: PCM
2-3 zero
4-7 number of the frame's first sample, little-endian
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from backend.live.errors import MalformedFrameError, UnsupportedSoundError

SAMPLE_RATE_HZ = 16_000
BYTES_PER_SAMPLE = 2
HEADER = struct.Struct("<BBHI")
VERSION = 1
FORM_PCM = 0
LONGEST_FRAME_S = 1.0
"""20 to 100 ms while speaking; a client that catches up may send so much at once."""


@dataclass(frozen=True, slots=True)
class Frame:
    first_sample: int
    pcm: bytes

    @property
    def samples(self) -> int:
        return len(self.pcm) // BYTES_PER_SAMPLE


def pack(first_sample: int, pcm: bytes) -> bytes:
    """What a client sends."""
    return HEADER.pack(VERSION, FORM_PCM, 0, first_sample) + pcm


def unpack(data: bytes) -> Frame:
    """Raises `MalformedFrameError`, `UnsupportedSoundError`."""
    if len(data) < HEADER.size:
        raise MalformedFrameError("A frame begins with a header of eight bytes. Update the app.")
    version, form, reserved, first_sample = HEADER.unpack_from(data)
    if version != VERSION or form != FORM_PCM or reserved != 0:
        raise UnsupportedSoundError("Only 16-bit PCM at 16 kHz is taken. Update the app, or the server.")
    pcm = data[HEADER.size :]
    if not pcm or len(pcm) % BYTES_PER_SAMPLE:
        raise MalformedFrameError("A frame holds whole samples, at least one. Update the app.")
    if len(pcm) > LONGEST_FRAME_S * SAMPLE_RATE_HZ * BYTES_PER_SAMPLE:
        raise MalformedFrameError(
            "A frame holds a second of sound at most. Send smaller ones.", longest_frame_s=LONGEST_FRAME_S
        )
    return Frame(first_sample, pcm)
