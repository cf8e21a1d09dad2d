"""Text that does not flicker: words that two consecutive hypotheses share do not change again.

LocalAgreement-2 of Macháček, Dabre and Bojar, "Turning Whisper into Real-Time Transcription System", 2023
(https://arxiv.org/abs/2307.14743).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inference_worker.contract import Word

_MARKS = " .,!?;:\"'()[]…。、？！"
_OVERLAP_S = 0.1


def _same(one: Word, other: Word) -> bool:
    """Capitals and punctuation may still change with what follows: they make no other word."""
    return one.text.strip(_MARKS).casefold() == other.text.strip(_MARKS).casefold()


def continued(stable: Sequence[Word], hypothesis: Sequence[Word]) -> tuple[Word, ...]:
    """`hypothesis` bound to what is stable already: the stable words, then what it has after them.

    Where it begins with the stable words, these are counted off; otherwise what it says before the end of the last
    stable word is left out.
    """
    if not stable:
        return tuple(hypothesis)
    count = len(stable)
    if len(hypothesis) >= count and all(map(_same, stable, hypothesis)):
        return (*stable, *hypothesis[count:])
    end_s = stable[-1].end_s
    rest = [word for word in hypothesis if (word.start_s + word.end_s) / 2 >= end_s - _OVERLAP_S / 2]
    if rest and _same(rest[0], stable[-1]) and rest[0].start_s < end_s + _OVERLAP_S:
        rest = rest[1:]
    return (*stable, *rest)


@dataclass(frozen=True, slots=True)
class Agreement:
    """The words of an open utterance after its last hypothesis."""

    stable: tuple[Word, ...] = ()
    unstable: tuple[Word, ...] = ()

    def heard(self, hypothesis: Sequence[Word]) -> Agreement:
        """After one more hypothesis of the whole utterance so far."""
        words = continued(self.stable, hypothesis)
        fresh = words[len(self.stable) :]
        agreed = 0
        for before, now in zip(self.unstable, fresh, strict=False):
            if not _same(before, now):
                break
            agreed += 1
        return Agreement((*self.stable, *fresh[:agreed]), tuple(fresh[agreed:]))


def text_of(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)
