"""A recording as a script that people read: `[0:01:05] Mina: (angrily) You said it first.`"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from backend.accounts.models import Language
from backend.conversations.models import Utterance

_SOUNDS = {
    Language.ENGLISH: {
        "happy": "(happily)",
        "sad": "(sadly)",
        "angry": "(angrily)",
        "fear": "(fearfully)",
        "disgust": "(with disgust)",
        "surprise": "(with surprise)",
        "unsure": "(unsure)",
    },
    Language.KOREAN: {
        "happy": "(기쁘게)",
        "sad": "(슬프게)",
        "angry": "(화난 듯이)",
        "fear": "(두려운 듯이)",
        "disgust": "(역겨운 듯이)",
        "surprise": "(놀란 듯이)",
        "unsure": "(불확실)",
    },
}
_UNWRITTEN = {Language.ENGLISH: "[speech]", Language.KOREAN: "[말소리]"}


def script_lines(utterances: Iterable[Utterance], language: str) -> Iterator[str]:
    """One line an utterance, in the order given."""
    own = Language(language)
    for utterance in utterances:
        parts = [_clock(utterance.start_s)]
        if utterance.speaker:
            parts.append(f"{utterance.speaker}:")
        if utterance.emotion_label:
            label = utterance.emotion_label if utterance.emotion_confident else "unsure"
            parts.append(_SOUNDS[own].get(label, ""))
        parts.append(utterance.text or _UNWRITTEN[own])
        yield " ".join(part for part in parts if part)


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"[{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}]"
