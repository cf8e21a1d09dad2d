"""Keeps sounds that are no speech from the engines, which would hear words in them.

The voice detector ignores noise and hum, but takes sirens and notes for voices now and then. People do not hold
one level for long and are never as tonal as instruments, so two more things are looked at. Measured on utterances of
the voice detector's choice: of 366 of real speech in five languages (two fifths of them with white noise added, down to
0 dB) this drops four. Of 500 sounds of `emotion.nonspeech` the detector lets 37 utterances pass, and this nine, all of
which it calls doubtful: there the engine has to be sure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from inference_worker.audio_mono import Samples
from inference_worker.contract import (
    NO_SPEECH_SHORT,
    NO_SPEECH_STEADY,
    NO_SPEECH_TONAL,
    NO_SPEECH_UNSURE,
)
from inference_worker.segmentation import Segment
from inference_worker.voice_activity import WINDOW

SPEECH_PROBABILITY = 0.5
STEADY_DB = 1.25
"""Sound whose level deviates less than this from window to window is a tone, a siren or a machine."""
TONAL_FLATNESS_DB, TONAL_LEVEL_DB, TONAL_PROBABILITY = -33.0, 3.0, 0.9
"""All three below: notes."""
DOUBTFUL_PROBABILITY = 0.85
"""Below it the detector is not sure. Then the engine has to be, and there must be enough for a syllable."""
UNSURE_CONFIDENCE = 0.6
SYLLABLE_WINDOWS = 6
"""0.19 s."""
LOWEST_BIN = 3
"""Of the spectrum, 94 Hz: below lie hum and direct current."""
SHORTEST_WINDOWS = 3
"""Fewer do not tell how a level changes."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for speech in one utterance; of those of its windows that the detector took for speech."""

    windows: int
    probability: float
    """Their mean."""
    level_deviation_db: float
    """Standard deviation of their levels."""
    flatness_db: float
    """Median spectral flatness: 0 for white noise, the lower the more tonal. Wiener entropy, as in MPEG-7."""


class Heard(Protocol):
    """What the engine made of it: a `Transcript` or an `Utterance`."""

    @property
    def text(self) -> str: ...
    @property
    def confidence(self) -> float | None: ...


def evidence_of(segment: Segment) -> Evidence:
    """Look at the sound of `segment`."""
    probabilities = np.array(segment.probabilities)
    whole = _windows(segment.samples, len(probabilities))
    speech = probabilities[: len(whole)] >= SPEECH_PROBABILITY
    if not speech.any():
        return Evidence(0, 0.0, 0.0, 0.0)
    sound = whole[speech].astype(np.float64)
    levels_db = 10.0 * np.log10(np.mean(np.square(sound), axis=1) + 1e-12)
    powers = np.abs(np.fft.rfft(sound * np.hanning(WINDOW), axis=1))[:, LOWEST_BIN:] ** 2 + 1e-12
    flatness = np.exp(np.log(powers).mean(axis=1)) / powers.mean(axis=1)
    return Evidence(
        windows=int(speech.sum()),
        probability=float(probabilities[: len(whole)][speech].mean()),
        level_deviation_db=float(levels_db.std()),
        flatness_db=float(10.0 * np.log10(np.median(flatness))),
    )


def reason_against(evidence: Evidence) -> str | None:
    """Why this is no speech, one of `NO_SPEECH_REASONS`; None: it may be speech."""
    if evidence.windows < SHORTEST_WINDOWS:
        return None
    if evidence.level_deviation_db < STEADY_DB:
        return NO_SPEECH_STEADY
    is_tonal = (
        evidence.flatness_db < TONAL_FLATNESS_DB
        and evidence.level_deviation_db < TONAL_LEVEL_DB
        and evidence.probability < TONAL_PROBABILITY
    )
    if is_tonal:
        return NO_SPEECH_TONAL
    is_doubtful = evidence.probability < DOUBTFUL_PROBABILITY
    return NO_SPEECH_SHORT if is_doubtful and evidence.windows < SYLLABLE_WINDOWS else None


def reason_after(evidence: Evidence, heard: Heard) -> str | None:
    """Why this was no speech, now that the engine was asked: neither it nor the detector was sure."""
    is_doubtful = evidence.probability < DOUBTFUL_PROBABILITY
    is_unsure = not heard.text or (heard.confidence is not None and heard.confidence < UNSURE_CONFIDENCE)
    return NO_SPEECH_UNSURE if is_doubtful and is_unsure else None


def _windows(samples: Samples, count: int) -> Samples:
    """`(windows, WINDOW)`: the whole windows of `samples`."""
    whole = min(count, len(samples) // WINDOW)
    return samples[: whole * WINDOW].reshape(whole, WINDOW)
