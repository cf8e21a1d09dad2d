"""What is said to the program `python -m inference_worker.voice_detector`, and what it answers. Standard library only.

In:  a header (stream, windows), then as many windows of 512 samples of 16-bit PCM. Windows 0: forget the stream.
Out: for each window a probability of speech and the mean square of its samples, both float32.
"""

from __future__ import annotations

import struct

PROGRAM = "inference_worker.voice_detector"
HEADER = struct.Struct("<II")
ANSWER = struct.Struct("<ff")
WINDOW = 512
"""Samples in a window, fixed by the network: 32 ms at 16 kHz."""
WINDOW_BYTES = 2 * WINDOW
_MOST_WINDOWS = 31


def question(stream: int, pcm: bytes) -> bytes:
    """What to write to have `pcm` heard, in pieces of a second; its length is a multiple of `WINDOW_BYTES`."""
    step = _MOST_WINDOWS * WINDOW_BYTES
    pieces = [pcm[place : place + step] for place in range(0, len(pcm), step)]
    return b"".join(HEADER.pack(stream, len(piece) // WINDOW_BYTES) + piece for piece in pieces)


def farewell(stream: int) -> bytes:
    """What to write when `stream` is over."""
    return HEADER.pack(stream, 0)
