"""A recording as a script that people read: `[0:01:05] Mina: (angrily) You said it first.`"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from backend.accounts.models import Language
from backend.conversations.exports.lines import SCRIPT_WORDS, UNWRITTEN
from backend.conversations.models import Utterance


def script_lines(utterances: Iterable[Utterance], language: str) -> Iterator[str]:
    """One line an utterance, in the order given."""
    own = Language(language)
    for utterance in utterances:
        parts = [_clock(utterance.start_s)]
        if utterance.speaker:
            parts.append(f"{utterance.speaker}:")
        if utterance.emotion_label:
            label = utterance.emotion_label if utterance.emotion_confident else "unsure"
            parts.append(SCRIPT_WORDS[own].get(label, ""))
        parts.append(utterance.text or UNWRITTEN[own])
        yield " ".join(part for part in parts if part)


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"[{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}]"
