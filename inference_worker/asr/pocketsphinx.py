"""Offline English: CMU PocketSphinx 5.1 with the en-us model of its wheel.

The low-accuracy fallback that runs anywhere. The wide beams were measured with `benchmarks/asr_pocketsphinx.py`.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from pocketsphinx import Decoder

from inference_worker.asr.base import SAMPLE_RATE_HZ, Clip, Transcript
from inference_worker.contract import Word

FRAME_S = 0.01
CHUNK = SAMPLE_RATE_HZ // 10
"""Samples given to the decoder at a time. It holds the interpreter lock while it works, so heartbeats wait for
at most the decoding of one chunk."""
TARGET_LEVEL = 10.0 ** (-20.0 / 20.0)
HIGHEST_GAIN = 10.0 ** (40.0 / 20.0)
MEAN_SEARCH = "mean"
"""A search for one word, cheap: the pass that only measures the cepstral mean must name some search."""
SILENCE_PEAK = 1e-4
"""A clip whose every sample is below this (-80 dBFS) is silence."""
SHORTEST_CLIP_S = 0.1
FILLER = re.compile(r"^(<.*>|\[.*\]|\+\+.*\+\+)$")
ALTERNATIVE = re.compile(r"\(\d+\)$")
UPPERCASE_WORDS = {"i": "I", "i'm": "I'm", "i'll": "I'll", "i've": "I've", "i'd": "I'd"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DecoderSettings:
    """Search widths of the decoder; probabilities below which paths are dropped."""

    beam: float = 1e-60
    word_beam: float = 1e-40
    phone_beam: float = 1e-60
    max_active_phones: int = -1
    """HMMs alive in a frame; -1 for no limit."""
    language_weight: float = 6.5
    """The decoder's default. Raising it ruins the result."""
    remove_noise: bool = True
    whole_clip_cepstral_mean: bool = True
    """Normalise by the mean of the clip instead of a running one. Costs another pass over the features."""


class PocketSphinxTranscriber:
    """English transcripts with word times and confidences. Threads take turns.

    Word confidences are the posterior probabilities of the words in the lattice of the utterance.
    """

    name = "pocketsphinx/en-us"
    languages = frozenset({"en"})
    batch_size = 1

    def __init__(self, settings: DecoderSettings | None = None) -> None:
        settings = settings or DecoderSettings()
        self._lock = threading.Lock()
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
        self._settings = settings
        self._initial_cepstral_mean = str(self._decoder.get_cmn())
        self._decoder.add_keyphrase(MEAN_SEARCH, "the")

    def transcribe(self, clips: Sequence[Clip], language: str | None) -> list[Transcript]:
        """See `Transcriber`. Without a language everything is taken for English."""
        if language is not None and language not in self.languages:
            empty = Transcript(text="", words=(), confidence=None, language=language)
            return [empty for _ in clips]
        with self._lock:
            return [self._transcribe(clip) for clip in clips]

    def _transcribe(self, clip: Clip) -> Transcript:
        pcm = _level_pcm(clip)
        words = tuple(self._words(pcm)) if pcm is not None else ()
        if not words:
            return Transcript(text="", words=(), confidence=None, language="en")
        confidences = [word.confidence for word in words if word.confidence is not None]
        return Transcript(
            text=" ".join(word.text for word in words),
            words=words,
            confidence=sum(confidences) / len(confidences),
            language="en",
        )

    def _words(self, pcm: bytes) -> Iterator[Word]:
        decoder, is_first = self._decoder, True
        decoder.set_cmn(self._cepstral_mean(pcm))
        decoder.start_stream()
        decoder.start_utt()
        try:
            for begin in range(0, len(pcm), 2 * CHUNK):
                decoder.process_raw(pcm[begin : begin + 2 * CHUNK])
        finally:
            decoder.end_utt()
        if decoder.hyp() is None:
            return
        for segment in decoder.seg():
            if FILLER.match(segment.word):
                continue
            yield Word(
                text=_spelled(segment.word, is_first),
                start_s=round(segment.start_frame * FRAME_S, 3),
                end_s=round((segment.end_frame + 1) * FRAME_S, 3),
                confidence=_probability(decoder, segment.prob),
            )
            is_first = False

    def _cepstral_mean(self, pcm: bytes) -> str:
        if not self._settings.whole_clip_cepstral_mean:
            return self._initial_cepstral_mean
        decoder = self._decoder
        decoder.activate_search(MEAN_SEARCH)
        decoder.start_stream()
        decoder.start_utt()
        decoder.process_raw(pcm, no_search=True, full_utt=True)
        mean = str(decoder.get_cmn())
        decoder.end_utt()
        decoder.activate_search()
        return mean


def _probability(decoder: Decoder, posterior: float) -> float:
    return float(min(1.0, max(0.0, posterior)))


def _level_pcm(clip: Clip) -> bytes | None:
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


def _spelled(word: str, is_first: bool) -> str:
    """A dictionary entry as people write it; only the first letter and "I" are capital, nothing is punctuated."""
    plain = ALTERNATIVE.sub("", word)
    plain = UPPERCASE_WORDS.get(plain, plain)
    return plain[:1].upper() + plain[1:] if is_first else plain
