"""Engines for tests: they know nothing about speech, but when and how often they were asked."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from inference_worker.asr.base import Transcript
from inference_worker.contract import EMOTION_LABELS, EmotionAdaptation, EmotionEstimate, Word
from inference_worker.emotion.cues import measure
from inference_worker.registry import Engines

Clip = npt.NDArray[np.float32]


class CountingTranscriber:
    """Says `word` for every clip; sleeps `delay_s` a clip."""

    name = "counting/1"
    languages = frozenset({"en"})
    boosts_phrases = True
    device = "cpu"

    def __init__(self, delay_s: float = 0.0, batch_size: int = 1, error: Exception | None = None) -> None:
        self.delay_s, self.batch_size, self.error = delay_s, batch_size, error
        self.clips: list[Clip] = []
        self.languages_asked: list[str | None] = []
        self.phrases_asked: list[tuple[str, ...]] = []

    def serving(self, language: str | None) -> str:
        return self.name

    def transcribe(
        self, clips: Sequence[Clip], language: str | None, phrases: tuple[str, ...] = ()
    ) -> list[Transcript]:
        self.phrases_asked.append(phrases)
        if self.error is not None:
            raise self.error
        transcripts = []
        for clip in clips:
            time.sleep(self.delay_s)
            self.clips.append(clip)
            self.languages_asked.append(language)
            word = Word(text="word", start_s=0.1, end_s=0.2, confidence=0.5)
            transcripts.append(Transcript(text="word", words=(word,), confidence=0.5, language=language))
        return transcripts


class AngryClassifier:
    """Everything sounds angry."""

    name = "angry/1"

    def __init__(self) -> None:
        self.asked = 0

    def classify(
        self, clips: Sequence[Clip], adaptation: EmotionAdaptation | None = None
    ) -> list[EmotionEstimate]:
        self.asked += len(clips)
        probabilities = {label: 1.0 if label == "angry" else 0.0 for label in EMOTION_LABELS}
        estimate = EmotionEstimate(label="angry", confident=True, probabilities=probabilities, strength=0.9)
        return [estimate for _ in clips]


def engine_doubles(
    delay_s: float = 0.0, batch_size: int = 1, error: Exception | None = None
) -> tuple[Engines, CountingTranscriber, AngryClassifier]:
    transcriber, emotion = CountingTranscriber(delay_s, batch_size, error), AngryClassifier()
    return Engines(transcriber, emotion, measure), transcriber, emotion
