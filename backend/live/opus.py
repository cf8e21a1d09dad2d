"""Opus packets to 16 kHz mono, by libopus itself (RFC 6716): what a packet holds is known before it is decoded.

libopus gives 16 kHz directly, so a packet of 60 ms is 960 samples, always: no resampler, no container, no delay that
would have to be counted. The first 6.5 ms after the beginning of an encoder are its lead-in.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import functools
import importlib.util
import logging
import weakref
from collections.abc import Iterator
from pathlib import Path

from backend.live.errors import MalformedFrameError, UnsupportedSoundError

logger = logging.getLogger(__name__)

_RATE_HZ = 16_000
LONGEST_PACKET_BYTES = 4000
"""What libopus recommends for the longest packet of one encoder."""
LONGEST_PACKET_S = 0.12
"""By RFC 6716, 3.4, [R5]; libopus refuses longer ones."""
_MOST_SAMPLES = round(LONGEST_PACKET_S * _RATE_HZ)
_Sample = ctypes.c_int16


def is_available() -> bool:
    """Whether this machine has libopus."""
    return _library() is not None


class OpusDecoder:
    """One run of packets, each of which continues the one before."""

    def __init__(self) -> None:
        """Raises `UnsupportedSoundError` without libopus."""
        library = _library()
        if library is None:
            raise UnsupportedSoundError("This server takes no Opus. Send 16-bit PCM at 16 kHz.")
        status = ctypes.c_int(0)
        state = library.opus_decoder_create(_RATE_HZ, 1, ctypes.byref(status))
        if not state:
            raise MemoryError(f"libopus makes no decoder ({status.value})")
        self._library, self._state = library, ctypes.c_void_p(state)
        self._sound = (_Sample * _MOST_SAMPLES)()
        weakref.finalize(self, library.opus_decoder_destroy, self._state)

    def decode(self, packet: bytes) -> bytes:
        """16-bit PCM of the machine's byte order, at most 120 ms. Raises `MalformedFrameError`."""
        if not 0 < len(packet) <= LONGEST_PACKET_BYTES:
            raise MalformedFrameError(
                "An Opus packet is longer than is taken, or empty. Update the app.",
                longest_packet_bytes=LONGEST_PACKET_BYTES,
            )
        samples = self._library.opus_decode(self._state, packet, len(packet), self._sound, _MOST_SAMPLES, 0)
        if samples <= 0:
            raise MalformedFrameError("This is no packet of Opus. Update the app.")
        return bytes(memoryview(self._sound).cast("B")[: samples * ctypes.sizeof(_Sample)])


@functools.cache
def _library() -> ctypes.CDLL | None:
    for place in _places():
        try:
            library = ctypes.CDLL(place)
        except OSError:
            continue
        library.opus_decoder_create.restype = ctypes.c_void_p
        library.opus_decoder_create.argtypes = [ctypes.c_int32, ctypes.c_int, ctypes.POINTER(ctypes.c_int)]
        library.opus_decoder_destroy.restype = None
        library.opus_decoder_destroy.argtypes = [ctypes.c_void_p]
        library.opus_decode.restype = ctypes.c_int
        library.opus_decode.argtypes = [
            ctypes.c_void_p,
            ctypes.c_char_p,
            ctypes.c_int32,
            ctypes.POINTER(_Sample),
            ctypes.c_int,
            ctypes.c_int,
        ]
        return library
    logger.info("live sound is taken as PCM only: libopus is not on this machine")
    return None


def _places() -> Iterator[str]:
    """The system's libopus; else, on a machine that has the worker too, the one that its audio library brings along."""
    yield "libopus.so.0"
    found = ctypes.util.find_library("opus")
    if found is not None:
        yield found
    brought = importlib.util.find_spec("av")
    if brought is None or brought.origin is None:
        return
    folder = Path(brought.origin).parent
    for beside in (folder.with_name("av.libs"), folder / ".dylibs"):
        yield from map(str, sorted(beside.glob("libopus*")))
