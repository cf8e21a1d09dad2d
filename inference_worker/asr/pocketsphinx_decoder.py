"""The PocketSphinx decoder itself, in the process that imports this; as a program, a server on its pipes.

The decoder holds the interpreter lock while it works, for seconds a clip: in the worker's own process it would
stop heartbeats. So the worker runs `python -m inference_worker.asr.pocketsphinx_decoder` as a child: requests are a
32-bit little-endian length and so many bytes of 16-bit PCM, answers one JSON line each. It ends when its input
does, and so with the worker, however that ends.
"""

from __future__ import annotations

import json
import re
import signal
import struct
import sys
import warnings
from dataclasses import dataclass

from pocketsphinx import Decoder

SAMPLE_RATE_HZ = 16_000
FRAME_S = 0.01
FILLER = re.compile(r"^(<.*>|\[.*\]|\+\+.*\+\+)$")
ALTERNATIVE = re.compile(r"\(\d+\)$")
LENGTH = struct.Struct("<I")


@dataclass(frozen=True, slots=True, kw_only=True)
class DecoderSettings:
    """Search widths: paths less probable than these, relative to the best one, are dropped."""

    beam: float = 1e-60
    word_beam: float = 1e-40
    phone_beam: float = 1e-60
    max_active_phones: int = 10_000
    """HMMs alive in a frame; -1 for no limit."""
    language_weight: float = 6.5
    """The decoder's default. Raising it ruins the result."""
    remove_noise: bool = True


@dataclass(frozen=True, slots=True)
class DecodedWord:
    """A dictionary entry without its pronunciation number, and when it was said, counted from the clip's start."""

    text: str
    start_s: float
    end_s: float
    confidence: float
    """Posterior probability of the word in the lattice of the clip."""


class EnglishDecoder:
    """American English with the model of the wheel. For one thread."""

    def __init__(self, settings: DecoderSettings | None = None) -> None:
        settings = settings or DecoderSettings()
        self._decoder = Decoder(
            samprate=float(SAMPLE_RATE_HZ),
            beam=settings.beam,
            wbeam=settings.word_beam,
            pbeam=settings.phone_beam,
            maxhmmpf=settings.max_active_phones,
            lw=settings.language_weight,
            remove_noise=settings.remove_noise,
            loglevel="FATAL",
        )

    def words(self, pcm: bytes) -> list[DecodedWord]:
        """What is said in `pcm`, 16-bit mono at 16 kHz.

        The clip is given as a whole, so that features are normalised by the mean of the clip: a running mean
        costs a third more errors on short clips.
        """
        decoder = self._decoder
        with warnings.catch_warnings():
            # Called unnecessary, but without it the noise estimate of one clip colours the next one.
            warnings.simplefilter("ignore", DeprecationWarning)
            decoder.start_stream()
        decoder.start_utt()
        try:
            decoder.process_raw(pcm, full_utt=True)
        finally:
            decoder.end_utt()
        if decoder.hyp() is None:
            return []
        return [
            DecodedWord(
                ALTERNATIVE.sub("", segment.word),
                round(segment.start_frame * FRAME_S, 3),
                round((segment.end_frame + 1) * FRAME_S, 3),
                round(min(1.0, max(0.0, float(segment.prob))), 4),
            )
            for segment in decoder.seg()
            if not FILLER.match(segment.word)
        ]


def serve() -> None:
    """Answer requests until the input ends. The parent alone decides when that is, hence no signals."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    decoder = EnglishDecoder()
    requests, answers = sys.stdin.buffer, sys.stdout
    while len(header := requests.read(LENGTH.size)) == LENGTH.size:
        (size_bytes,) = LENGTH.unpack(header)
        pcm = requests.read(size_bytes)
        if len(pcm) < size_bytes:
            return
        words = decoder.words(pcm)
        answers.write(json.dumps([[w.text, w.start_s, w.end_s, w.confidence] for w in words]) + "\n")
        answers.flush()


if __name__ == "__main__":
    serve()
