"""What every engine that says how speech sounds offers to the rest of the worker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from inference_worker.contract import EMOTION_LABELS, EmotionAdaptation, EmotionEstimate
from inference_worker.emotion.adaptation import Samples

SAMPLE_RATE_HZ = 16_000
"""All clips in this package are mono at this rate."""

Clip = NDArray[np.float32]
"""`(time,)` float32 in [-1, 1] at `SAMPLE_RATE_HZ`, one utterance."""


class EmotionModelError(RuntimeError):
    """The model's files are missing, damaged or made by another version. `str()` says what to do."""

    code = "emotion_model_unreadable"


class EmotionClassifier(Protocol):
    """Says how utterances sound. Never what a person feels."""

    name: str
    """Engine and checkpoint, such as `rh-emotion/1`."""

    def classify(
        self, clips: Sequence[Clip], adaptation: EmotionAdaptation | None = None
    ) -> list[EmotionEstimate]:
        """One estimate a clip, in the same order, corrected by `adaptation` if it was made for this engine.

        Takes clips of any length and content: an empty clip, silence, noise, NaN or minutes of sound give an
        estimate with `confident=False`, never an exception.
        """
        ...


@runtime_checkable
class AdaptableClassifier(EmotionClassifier, Protocol):
    """One that can learn a person's correction."""

    identity: str
    """Name and weights: what an adaptation is bound to."""

    def samples(self, clips: Sequence[Clip], labels: Sequence[str]) -> Samples:
        """Clips with the labels that they should have had, for `adaptation.adapt`. Silence is left out."""
        ...


@runtime_checkable
class SharingClassifier(EmotionClassifier, Protocol):
    """One that reads an encoder, which recognition may have asked already."""

    encoder_checkpoint: str | None
    """Fingerprint of the encoder's checkpoint; None where recognition cannot have the same."""

    def classify_encoded(
        self,
        clips: Sequence[Clip],
        encoded: Sequence[NDArray[np.float64] | None],
        adaptation: EmotionAdaptation | None = None,
    ) -> list[EmotionEstimate]:
        """`classify` with what that encoder made of each clip: mean and deviation of its frames, None: not asked."""
        ...


def unsure() -> EmotionEstimate:
    """The estimate for sound without usable speech: every label equally likely, abstained, no strength."""
    share = 1.0 / len(EMOTION_LABELS)
    return EmotionEstimate(
        label=EMOTION_LABELS[0],
        confident=False,
        probabilities=dict.fromkeys(EMOTION_LABELS, share),
        strength=0.0,
    )
