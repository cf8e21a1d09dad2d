"""Arithmetic of splitting and merging utterances: words, times and how they sound."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from backend.conversations.models import Utterance
from backend.conversations.word_alignment import split_at

_OF_THE_SOUND = (
    "emotion_label",
    "emotion_confident",
    "emotion_probabilities",
    "emotion_strength",
    "machine_emotion_label",
    "machine_emotion_confident",
    "cues",
)


def parts(utterance: Utterance, at_character: int) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """What changes in the first part, and in the second one, each as JSON has it.

    Both keep how the whole sounded. None: one of them would have no words.
    """
    text = utterance.text
    at = min(at_character, len(text))
    while 0 < at < len(text) and not text[at].isspace() and not text[at - 1].isspace():
        at -= 1
    first_text, second_text = text[:at].strip(), text[at:].strip()
    if not first_text or not second_text:
        return None
    count = split_at(utterance.words, text, at)
    first_words, second_words = utterance.words[:count], utterance.words[count:]
    if first_words and second_words:
        first_end_s = min(max(first_words[-1]["end_s"], utterance.start_s), utterance.end_s)
        second_start_s = min(max(second_words[0]["start_s"], first_end_s), utterance.end_s)
    else:
        share = len(first_text) / (len(first_text) + len(second_text))
        first_end_s = second_start_s = utterance.start_s + share * (utterance.end_s - utterance.start_s)
    said_at = utterance.said_at + timedelta(seconds=second_start_s - utterance.start_s)
    return (
        {"text": first_text, "words": first_words, "end_s": first_end_s},
        {
            "text": second_text,
            "words": second_words,
            "start_s": second_start_s,
            "said_at": said_at.isoformat(),
        },
    )


def merged(first: Utterance, second: Utterance) -> dict[str, Any]:
    """What changes in `first` when `second` goes into it. It sounds as the longer one does."""
    longer = max(
        first, second, key=lambda utterance: (utterance.end_s - utterance.start_s, utterance is first)
    )
    known = [utterance for utterance in (first, second) if utterance.emotion_label is not None]
    sounding = longer if longer in known or not known else known[0]
    confidences = [utterance.confidence for utterance in (first, second)]
    return {
        "text": " ".join(part for part in (first.text, second.text) if part),
        "words": [*first.words, *second.words],
        "end_s": max(first.end_s, second.end_s),
        "confidence": None if None in confidences else min(c for c in confidences if c is not None),
        "speaker": first.speaker or second.speaker,
        "language": longer.language or first.language or second.language,
        **{name: getattr(sounding, name) for name in _OF_THE_SOUND},
    }
