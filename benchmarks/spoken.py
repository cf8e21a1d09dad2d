"""Speech of any length, made by the synthesiser of the tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests import speech

SENTENCES = (
    "the people of the city went to the house",
    "he said that it was good",
    "turn on the light please",
    "you said it first",
    "what time is it now",
)


def write_speech(path: Path, seconds: float, *, share_of_speech: float = 0.75) -> Path:
    """Sentences with pauses between them, `seconds` long, as Ogg Opus or whatever `path` ends with."""
    spoken = [speech.say(text) for text in SENTENCES]
    parts: list[np.ndarray] = []
    length_s = 0.0
    while length_s < seconds:
        sentence = spoken[len(parts) // 2 % len(spoken)]
        sentence_s = len(sentence) / speech.SPEECH_RATE_HZ
        pause_s = sentence_s * (1 / share_of_speech - 1)
        parts += [sentence, speech.silence(pause_s)]
        length_s += sentence_s + pause_s
    return speech.write_audio(path, np.concatenate(parts)[: round(seconds * speech.SPEECH_RATE_HZ)])
