"""Keeps the times of words when their text is edited."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

Word = dict[str, Any]
"""`text`, `start_s`, `end_s`, `confidence` (None: a person wrote it)."""


def align(words: Sequence[Word], text: str) -> list[Word]:
    """The words of `text` with the times of `words`, which it replaces.

    Words that stayed keep time and confidence; of those that changed, each takes the time of the one it stands for,
    or a share of theirs by its length. Without any times there is nothing to keep: no words.
    """
    if not words:
        return []
    tokens = text.split()
    matcher = SequenceMatcher(
        None, [_bare(word["text"]) for word in words], [_bare(token) for token in tokens], autojunk=False
    )
    aligned: list[Word] = []
    for operation, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        old, new = words[old_from:old_to], tokens[new_from:new_to]
        if operation == "equal":
            aligned += [{**word, "text": token} for word, token in zip(old, new, strict=True)]
        elif operation == "replace" and len(old) == len(new):
            aligned += [
                {**word, "text": token, "confidence": None} for word, token in zip(old, new, strict=True)
            ]
        elif new:
            start_s, end_s = _span(words, old_from, old_to)
            aligned += spread(new, start_s, end_s)
    return aligned


def spread(tokens: Sequence[str], start_s: float, end_s: float) -> list[Word]:
    """`tokens` one after the other from `start_s` to `end_s`, each as long as its share of the letters."""
    total = sum(map(len, tokens))
    placed: list[Word] = []
    done = 0
    for token in tokens:
        begin_s = start_s + (end_s - start_s) * done / total
        done += len(token)
        placed.append(
            {
                "text": token,
                "start_s": round(begin_s, 3),
                "end_s": round(start_s + (end_s - start_s) * done / total, 3),
                "confidence": None,
            }
        )
    return placed


def split_at(words: Sequence[Word], text: str, character: int) -> int:
    """How many of `words` are spoken before position `character` of `text`.

    A word that is not found in the text counts with the one before it.
    """
    folded, begin, before = text.casefold(), 0, 0
    if len(folded) != len(text):
        folded = text
    for count, word in enumerate(words, start=1):
        token = word["text"] if folded is text else word["text"].casefold()
        found = folded.find(token, begin)
        if found != -1:
            if found >= character:
                return before
            begin = found + len(token)
        before = count
    return before


def _span(words: Sequence[Word], old_from: int, old_to: int) -> tuple[float, float]:
    """From when to when the replaced words were spoken; of none, the pause between their neighbours."""
    if old_from < old_to:
        return words[old_from]["start_s"], words[old_to - 1]["end_s"]
    before_s = words[old_from - 1]["end_s"] if old_from else words[0]["start_s"]
    after_s = words[old_from]["start_s"] if old_from < len(words) else words[-1]["end_s"]
    return before_s, max(before_s, after_s)


def _bare(token: str) -> str:
    """A word as it counts for comparing: without case and punctuation around it."""
    folded = unicodedata.normalize("NFC", token).casefold()
    return folded.strip(".,;:!?…\"'“”‘’()[]-–—。、，！？") or folded
