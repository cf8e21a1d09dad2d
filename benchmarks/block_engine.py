"""An engine whose words are made of the sound itself: exact to compare, of a fixed decode time, and it flickers.

Every block of 320 ms that is not silent is a word, named after its samples; the last word of a clip is always taken
for another one, as real engines do with a word that is not finished. A pass takes the same time for any batch,
and there is one at a time, as on one device.
"""

from __future__ import annotations

import threading
import time
import zlib
from collections.abc import Sequence

import numpy as np

from inference_worker.asr.base import SAMPLE_RATE_HZ, Clip, Transcript
from inference_worker.contract import EMOTION_LABELS, EmotionAdaptation, EmotionEstimate, Word

BLOCK = 5120
AUDIBLE = 0.003
BATCH_SIZE = 32


class BlockTranscriber:
    """A `Transcriber` that knows no language."""

    name = "blocks/1"
    languages = frozenset({"en", "ko"})
    batch_size = BATCH_SIZE
    boosts_phrases = False
    device = "cpu"

    def __init__(self, decode_s: float) -> None:
        self._decode_s = decode_s
        self._device = threading.Lock()

    def serving(self, language: str | None) -> str:
        """See `Transcriber`."""
        return self.name

    def transcribe(
        self, clips: Sequence[Clip], language: str | None, vocabulary: Sequence[str] = ()
    ) -> list[Transcript]:
        """See `Transcriber`."""
        with self._device:
            time.sleep(self._decode_s)
        return [_transcript(block_words(clip), language) for clip in clips]


def block_words(clip: Clip) -> tuple[Word, ...]:
    """The words of (time,) float32 `clip`. The last one is unfinished, unless the clip ends with silence."""
    words = []
    for begin in range(0, len(clip), BLOCK):
        block = clip[begin : begin + BLOCK]
        if float(np.sqrt(np.mean(np.square(block)))) < AUDIBLE:
            continue
        pcm = np.round(block * 32768.0).astype("<i2").tobytes()
        text = f"w{zlib.crc32(pcm):08x}"
        start_s = begin / SAMPLE_RATE_HZ
        words.append(
            Word(text=text, start_s=start_s, end_s=start_s + len(block) / SAMPLE_RATE_HZ, confidence=0.9)
        )
    return tuple(words)


def _transcript(words: tuple[Word, ...], language: str | None) -> Transcript:
    return Transcript(
        text=" ".join(word.text for word in words),
        words=words,
        confidence=0.9 if words else None,
        language=language,
    )


class EvenClassifier:
    """Everything sounds the same."""

    name = "even/1"

    def classify(
        self, clips: Sequence[Clip], adaptation: EmotionAdaptation | None = None
    ) -> list[EmotionEstimate]:
        """See `EmotionClassifier`."""
        share = 1.0 / len(EMOTION_LABELS)
        estimate = EmotionEstimate(
            label="neutral", confident=False, probabilities=dict.fromkeys(EMOTION_LABELS, share), strength=0.1
        )
        return [estimate for _ in clips]
