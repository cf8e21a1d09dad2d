"""From the tokens of a NeMo decoder to words with times and confidences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from inference_worker.asr.encoded import FrameSums
from inference_worker.contract import Word

WORD_START = "▁"
"""SentencePiece's mark of a piece that begins a word (https://github.com/google/sentencepiece)."""
LANGUAGE_TAG = re.compile(r"\s*<([a-z]{2,3})(?:-[A-Za-z0-9]+)*>")
"""What multilingual checkpoints write where they have found out the language: `<ko-KR>`."""


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of text that the decoder put out."""

    text: str
    """As the tokenizer has it: `▁` or a space begins a word."""
    start_frame: int
    end_frame: int
    """Exclusive; at least one more than `start_frame`."""
    confidence: float | None
    """Probability of the token where it was put out."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """What the model made of one clip."""

    text: str
    """As the model's own decoding writes it."""
    tokens: tuple[Token, ...]
    heard: FrameSums | None = field(default=None, compare=False)
    """The encoder's frames added up, where the model keeps them."""


def without_language_tag(decoded: Decoded) -> tuple[Decoded, str | None]:
    """`decoded` without `<ko-KR>`, and the primary language tag that it said."""
    found = LANGUAGE_TAG.search(decoded.text)
    if found is None:
        return decoded, None
    tokens = tuple(token for token in decoded.tokens if not LANGUAGE_TAG.search(token.text))
    plain = replace(decoded, text=LANGUAGE_TAG.sub("", decoded.text).strip(), tokens=tokens)
    return plain, found.group(1)


def words_of(decoded: Decoded, frame_s: float, length_s: float, offset_s: float = 0.0) -> tuple[Word, ...]:
    """The words of `decoded.text`, punctuation with the word that it is written to.

    A word lasts from its first token, or the mark that stands alone before it, to the end of its last one, and is as
    sure as its least sure token. Times are in order and within `length_s`, then moved by `offset_s`. Where tokens and
    text do not agree (characters that the tokenizer does not know), the words share the whole time evenly and have no
    confidences.
    """
    spelled = decoded.text.split()
    owners = _owners(decoded.tokens)
    if "".join(_bare(token.text) for token in decoded.tokens) != "".join(spelled):
        return _evenly(spelled, length_s, offset_s)
    words = []
    place, earliest_s = 0, 0.0
    for text in spelled:
        group = owners[place : place + len(text)]
        place += len(text)
        start_s = min(max(group[0][1] * frame_s, earliest_s), length_s)
        end_s = min(max(group[-1][0].end_frame * frame_s, start_s), length_s)
        sure = _least_sure([token for token, _ in group])
        words.append(_word(text, offset_s + start_s, offset_s + end_s, sure))
        earliest_s = start_s
    return tuple(words)


def sureness(words: Sequence[Word]) -> float | None:
    """The mean confidence of the words; None where there is none."""
    known = [word.confidence for word in words if word.confidence is not None]
    return round(sum(known) / len(known), 4) if known else None


def _owners(tokens: Sequence[Token]) -> list[tuple[Token, int]]:
    """For each character that is seen: its token, and the frame in which that begins.

    A mark that stands alone before a token is the beginning of its word.
    """
    owners: list[tuple[Token, int]] = []
    mark: int | None = None
    for token in tokens:
        seen = _bare(token.text)
        if seen:
            begin = token.start_frame if mark is None else mark
            owners += [(token, begin)] * len(seen)
            mark = None
        elif token.text == WORD_START:
            mark = token.start_frame
    return owners


def _bare(text: str) -> str:
    """The characters of a token that are seen."""
    return "".join(text.replace(WORD_START, " ").split())


def _least_sure(group: Sequence[Token]) -> float | None:
    known = [token.confidence for token in group if token.confidence is not None]
    return round(min(1.0, max(0.0, min(known))), 4) if known else None


def _evenly(spelled: Sequence[str], length_s: float, offset_s: float) -> tuple[Word, ...]:
    share_s = length_s / max(1, len(spelled))
    return tuple(
        _word(text, offset_s + index * share_s, offset_s + (index + 1) * share_s, None)
        for index, text in enumerate(spelled)
    )


def _word(text: str, start_s: float, end_s: float, confidence: float | None) -> Word:
    return Word(text=text, start_s=round(start_s, 3), end_s=round(end_s, 3), confidence=confidence)
