"""What an utterance looks like in a caption, and what clients send."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import cast

from backend.conversations.models import Utterance
from backend.conversations.serializers import UtteranceSerializer
from backend.live.frames import SAMPLE_RATE_HZ
from backend.live.messages import Caption, CaptionWord
from backend.realtime.events import Emotion
from inference_worker import contract

_FINAL_REVISION = 1_000_000
"""Above every interim's."""


def utterance_id_of(stream_id: uuid.UUID, index: int) -> uuid.UUID:
    """The same before and after a restart, and for the stored utterance."""
    return uuid.uuid5(stream_id, f"utterance:{index}")


def caption_words(words: Sequence[contract.Word], *, stable: bool) -> list[CaptionWord]:
    return [
        {
            "text": word.text,
            "start_s": word.start_s,
            "end_s": word.end_s,
            "confidence": word.confidence,
            "stable": stable,
        }
        for word in words
    ]


def emotion_of(estimate: contract.EmotionEstimate | None) -> Emotion | None:
    if estimate is None:
        return None
    # The label is one of the contract's, which a test compares.
    return cast(Emotion, estimate.to_json())


def retracted_caption(*, stream_id: uuid.UUID, index: int, first_sample: int, end_sample: int) -> Caption:
    """It was no speech after all. `lag_s` is filled in by whoever sends it."""
    return {
        "type": "caption",
        "utterance": str(utterance_id_of(stream_id, index)),
        "index": index,
        "revision": _FINAL_REVISION,
        "final": True,
        "retracted": True,
        "start_s": round(first_sample / SAMPLE_RATE_HZ, 3),
        "end_s": round(end_sample / SAMPLE_RATE_HZ, 3),
        "stable": "",
        "unstable": "",
        "words": [],
        "emotion": None,
        "speaker": None,
        "language": None,
        "lag_s": 0.0,
    }


def final_caption(utterance: Utterance) -> Caption:
    """A stored utterance. `lag_s` is filled in by whoever sends it."""
    serializer = UtteranceSerializer()
    emotion = cast(Emotion | None, serializer.get_emotion(utterance))
    return {
        "type": "caption",
        "utterance": str(utterance.pk),
        "index": utterance.index,
        "revision": _FINAL_REVISION,
        "final": True,
        "retracted": False,
        "start_s": utterance.start_s,
        "end_s": utterance.end_s,
        "stable": utterance.text,
        "unstable": "",
        "words": [cast(CaptionWord, {**word, "stable": True}) for word in utterance.words],
        "emotion": emotion,
        "cues": utterance.cues,
        "speaker": utterance.speaker,
        "language": utterance.language,
        "lag_s": 0.0,
    }
