"""Answers questions of many streams. What waits is heard in one pass; alone, a stream waits for nobody."""

from __future__ import annotations

from collections.abc import Sequence
from io import BufferedIOBase
from typing import BinaryIO

import numpy as np

from inference_worker.voice_detector.detector import Ear, hear
from inference_worker.voice_detector.protocol import ANSWER, HEADER, WINDOW, WINDOW_BYTES

READ_BYTES = 1 << 20
Question = tuple[int, bytes]


def serve(requests: BufferedIOBase, answers: BinaryIO) -> None:
    """Answer until `requests` ends."""
    ears: dict[int, Ear] = {}
    waiting = bytearray()
    while data := requests.read1(READ_BYTES):
        waiting += data
        while batch := take_batch(waiting):
            _answer(batch, ears, answers)
        answers.flush()


def take_batch(waiting: bytearray) -> list[Question]:
    """Take the whole questions off `waiting`, in their order, until one stream would be there twice."""
    found: dict[int, bytes] = {}
    place = 0
    while len(waiting) - place >= HEADER.size:
        stream, windows = HEADER.unpack_from(waiting, place)
        end = place + HEADER.size + windows * WINDOW_BYTES
        if stream in found or len(waiting) < end:
            break
        found[stream] = bytes(waiting[place + HEADER.size : end])
        place = end
    del waiting[:place]
    return list(found.items())


def _answer(batch: Sequence[Question], ears: dict[int, Ear], answers: BinaryIO) -> None:
    asked = [(stream, pcm) for stream, pcm in batch if pcm]
    for stream, pcm in batch:
        if not pcm:
            ears.pop(stream, None)
    if not asked:
        return
    sounds = [np.frombuffer(pcm, "<i2").astype(np.float32).reshape(-1, WINDOW) / 32768.0 for _, pcm in asked]
    heard = hear([ears.setdefault(stream, Ear()) for stream, _ in asked], sounds)
    for probabilities, powers in heard:
        answers.write(b"".join(map(ANSWER.pack, probabilities, powers)))
