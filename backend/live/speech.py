"""The utterance that is being spoken: what has been understood of it, and when to ask again."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field

from backend.live.agreement import Agreement, text_of
from backend.live.frames import SAMPLE_RATE_HZ
from backend.live.messages import Caption
from backend.live.serializers import caption_words, emotion_of, utterance_id_of
from inference_worker import contract

FIRST_AFTER_S = 0.35
"""So much speech is needed before a first interim is worth asking for."""
GROWN_S = 0.25
"""So much more sound is needed for another one."""
EMOTION_FROM_S = 2.0
EMOTION_EVERY_S = 1.5


@dataclass(slots=True)
class Asked:
    """An interim that is under way."""

    revision: int
    end_sample: int
    at_s: float
    """Monotonic."""


@dataclass(slots=True)
class OpenUtterance:
    """Lives from the first window of speech until the cut."""

    stream_id: uuid.UUID
    index: int
    first_sample: int
    agreement: Agreement = field(default_factory=Agreement)
    revision: int = 0
    asked: Asked | None = None
    last_asked_s: float = 0.0
    heard_until: int = 0
    """The last sample that a hypothesis covers."""
    emotion: contract.EmotionEstimate | None = None
    emotion_asked_s: float = 0.0
    was_shown: bool = False

    def is_due(self, *, end_sample: int, spoken_s: float, interval_s: float) -> bool:
        """Whether an interim up to `end_sample` is to be asked for now."""
        if self.asked is not None or spoken_s < FIRST_AFTER_S:
            return False
        grown = end_sample - max(self.heard_until, self.first_sample)
        return grown >= GROWN_S * SAMPLE_RATE_HZ and time.monotonic() - self.last_asked_s >= interval_s

    def ask(self, end_sample: int) -> bool:
        """Count one more request. Returns whether it is to bring emotion, too."""
        now_s = time.monotonic()
        self.revision += 1
        self.asked = Asked(self.revision, end_sample, now_s)
        self.last_asked_s = now_s
        length_s = (end_sample - self.first_sample) / SAMPLE_RATE_HZ
        wants_emotion = length_s >= EMOTION_FROM_S and now_s - self.emotion_asked_s >= EMOTION_EVERY_S
        if wants_emotion:
            self.emotion_asked_s = now_s
        return wants_emotion

    def take(self, result: contract.LiveResult) -> float | None:
        """An interim has come. Returns how long it took; None: it is not the one that was asked for."""
        asked = self.asked
        if asked is None or (result.utterance, result.revision) != (self.index, asked.revision):
            return None
        self.asked = None
        if result.heard is not None:
            self.heard_until = asked.end_sample
            self.agreement = self.agreement.heard(result.heard.words)
            self.emotion = result.heard.emotion or self.emotion
        return time.monotonic() - asked.at_s

    def caption(self, result: contract.LiveResult, lag_s: float) -> Caption:
        """What to show of it now."""
        self.was_shown = True
        stable, unstable = self.agreement.stable, self.agreement.unstable
        return {
            "type": "caption",
            "utterance": self.id,
            "index": self.index,
            "revision": result.revision,
            "final": False,
            "retracted": False,
            "start_s": round(self.first_sample / SAMPLE_RATE_HZ, 3),
            "end_s": round(self.heard_until / SAMPLE_RATE_HZ, 3),
            "stable": text_of(stable),
            "unstable": text_of(unstable),
            "words": [*caption_words(stable, stable=True), *caption_words(unstable, stable=False)],
            "emotion": emotion_of(self.emotion),
            "speaker": None,
            "language": result.heard.language if result.heard else None,
            "lag_s": lag_s,
        }

    @property
    def id(self) -> str:
        return str(utterance_id_of(self.stream_id, self.index))
