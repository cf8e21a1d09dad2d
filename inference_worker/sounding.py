"""How utterances sound, from the pass that recognition made where the emotion engine reads the same encoder."""

from __future__ import annotations

from collections.abc import Sequence

from inference_worker.asr.base import Transcript
from inference_worker.contract import EmotionAdaptation, EmotionEstimate
from inference_worker.emotion.base import Clip, EmotionClassifier, SharingClassifier


def how_they_sound(
    engine: EmotionClassifier,
    clips: Sequence[Clip],
    transcripts: Sequence[Transcript],
    adaptation: EmotionAdaptation | None = None,
) -> list[EmotionEstimate]:
    """One estimate a clip; `transcripts` are what recognition made of the same clips."""
    if not isinstance(engine, SharingClassifier) or engine.encoder_checkpoint is None:
        return engine.classify(clips, adaptation)
    heard = [transcript.encoded for transcript in transcripts]
    ours = [
        one.vector if one is not None and one.checkpoint == engine.encoder_checkpoint else None
        for one in heard
    ]
    return engine.classify_encoded(clips, ours, adaptation)
