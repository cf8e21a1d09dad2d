"""Offline English: CMU PocketSphinx 5.1 with the en-us model of its wheel.

The low-accuracy fallback that runs anywhere. Measured with `benchmarks/asr_pocketsphinx.py` on 60 sentences of
RAVDESS (acted, emotional; 360 words, so a few per cent are chance), one thread of a busy two-core machine:

    word error rate   x real time   settings
    58.6 %            2.0           the decoder's defaults, whole file
    41.4 %            4.4           the decoder's defaults, silence cut
    42.2 %            2.1           beams 1e-54, words 1e-34, no limit, silence cut
    41.7 %            1.9           beams 1e-60, words 1e-40, no limit, silence cut
    40.0 %            2.4           beams 1e-60, words 1e-40, 10000 phones, silence cut (chosen)

Here wide beams are within chance of narrow ones; they are kept because on seven clips of ordinary speech they and
cutting silence together took 34 % to 26 % (not measured apart). Feeding the decoder piece by piece, with a running
cepstral mean, made 62 % of the 41 %.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import IO

import numpy as np

from inference_worker.asr.base import SAMPLE_RATE_HZ, Clip, Transcript
from inference_worker.contract import Word
from inference_worker.errors import InferenceFailedError

DECODER_PROGRAM = "inference_worker.asr.pocketsphinx_decoder"
TARGET_LEVEL = 10.0 ** (-20.0 / 20.0)
HIGHEST_GAIN = 10.0 ** (40.0 / 20.0)
SILENCE_PEAK = 1e-4
"""A clip whose every sample is below this (-80 dBFS) is silence."""
SHORTEST_CLIP_S = 0.1
CAPITAL_WORDS = {"i": "I", "i'm": "I'm", "i'll": "I'll", "i've": "I've", "i'd": "I'd"}


class PocketSphinxTranscriber:
    """English transcripts with word times and confidences (lattice posteriors). Threads take turns.

    The decoder runs in a child process, which is started with the first clip, started again after it died, and
    ends by itself when this process does.
    """

    name = "pocketsphinx/en-us"
    languages = frozenset({"en"})
    batch_size = 1
    boosts_phrases = False
    device = "cpu"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def serving(self, language: str | None) -> str:
        """See `Transcriber`."""
        return self.name

    def transcribe(
        self, clips: Sequence[Clip], language: str | None, phrases: tuple[str, ...] = ()
    ) -> list[Transcript]:
        """See `Transcriber`. Without a language everything is taken for English.

        `phrases` change nothing: a word needs its pronunciation and a place in the language model, and names are
        written in neither.

        Raises `InferenceFailedError` when the decoder dies of a clip.
        """
        if language is not None and language not in self.languages:
            empty = Transcript(text="", words=(), confidence=None, language=language)
            return [empty for _ in clips]
        with self._lock:
            return [self._transcribe(clip) for clip in clips]

    def __del__(self) -> None:
        # After a swap of engines nobody closes the old one.
        if self._child is not None:
            self._child.kill()
            self._child.communicate()

    def close(self) -> None:
        """End the child process."""
        with self._lock:
            child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.communicate()

    def _transcribe(self, clip: Clip) -> Transcript:
        pcm = level_pcm(clip)
        words = self._words(pcm) if pcm is not None else ()
        if not words:
            return Transcript(text="", words=(), confidence=None, language="en")
        confidences = [word.confidence for word in words if word.confidence is not None]
        return Transcript(
            text=" ".join(word.text for word in words),
            words=words,
            confidence=round(sum(confidences) / len(confidences), 4),
            language="en",
        )

    def _words(self, pcm: bytes) -> tuple[Word, ...]:
        try:
            requests, answers = self._pipes()
            requests.write(len(pcm).to_bytes(4, "little") + pcm)
            requests.flush()
            answer = answers.readline()
        except OSError:
            answer = b""
        if not answer:
            if self._child is not None:
                self._child.kill()
                self._child.communicate()
            self._child = None
            raise InferenceFailedError("The speech recognition process ended; try again.")
        return tuple(
            Word(text=spelled(text, index == 0), start_s=start_s, end_s=end_s, confidence=confidence)
            for index, (text, start_s, end_s, confidence) in enumerate(json.loads(answer))
        )

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._child is None:
            self._child = subprocess.Popen(
                [sys.executable, "-m", DECODER_PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        if self._child.stdin is None or self._child.stdout is None:
            raise OSError("the decoder has no pipes")
        return self._child.stdin, self._child.stdout


def level_pcm(clip: Clip) -> bytes | None:
    """16-bit PCM at a level that the decoder likes; None for silence and for clips too short to hold a word."""
    if len(clip) < SHORTEST_CLIP_S * SAMPLE_RATE_HZ:
        return None
    samples = np.nan_to_num(clip, nan=0.0, posinf=0.0, neginf=0.0).astype(np.float64)
    samples -= samples.mean()
    peak = float(np.abs(samples).max())
    if peak < SILENCE_PEAK:
        return None
    level = float(np.sqrt(np.mean(np.square(samples))))
    gain = min(TARGET_LEVEL / level, 0.99 / peak, HIGHEST_GAIN)
    return np.round(samples * gain * 32767.0).astype("<i2").tobytes()


def spelled(word: str, is_first: bool) -> str:
    """A dictionary entry as people write it: the first letter and "I" are capital, nothing is punctuated."""
    plain = CAPITAL_WORDS.get(word, word)
    return plain[:1].upper() + plain[1:] if is_first else plain
