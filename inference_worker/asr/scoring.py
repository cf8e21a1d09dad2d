"""Word and character error rates, and what counts as the same text.

Rates are errors (substitutions, insertions, deletions at the least cost; Levenshtein 1966) of all utterances
together, divided by the length of all references together. So a rate may be above 1, and long utterances weigh more.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

NORMALISATION = (
    "Unicode NFKC, lower case, every apostrophe as ', punctuation and symbols removed (apostrophes within words stay), "
    "white space as one space; numbers as written. Words are what stands between spaces; characters are counted "
    "without spaces, in Korean by syllable block."
)
APOSTROPHES = re.compile("[’‘`´ʼ＇]")
NOT_WORDS = re.compile(r"(?<!\w)'|'(?!\w)|[^\w\s']|_")


@dataclass(frozen=True, slots=True)
class Errors:
    """How far a text is from its reference."""

    word_errors: int
    words: int
    """Of the reference."""
    character_errors: int
    characters: int

    @property
    def word_rate(self) -> float | None:
        """None without any word in the references."""
        return self.word_errors / self.words if self.words else None

    @property
    def character_rate(self) -> float | None:
        """None without any character in the references."""
        return self.character_errors / self.characters if self.characters else None


def normalised(text: str) -> str:
    """`text` after `NORMALISATION`."""
    plain = APOSTROPHES.sub("'", unicodedata.normalize("NFKC", text)).lower()
    return " ".join(NOT_WORDS.sub(" ", plain).split())


def errors(reference: str, heard: str) -> Errors:
    """Compare two texts after normalising both."""
    wanted, got = normalised(reference), normalised(heard)
    wanted_words, got_words = wanted.split(), got.split()
    wanted_characters, got_characters = "".join(wanted_words), "".join(got_words)
    return Errors(
        distance(wanted_words, got_words),
        len(wanted_words),
        distance(wanted_characters, got_characters),
        len(wanted_characters),
    )


def total(parts: Iterable[Errors]) -> Errors:
    """All of `parts` together."""
    sums = [0, 0, 0, 0]
    for part in parts:
        for place, value in enumerate((part.word_errors, part.words, part.character_errors, part.characters)):
            sums[place] += value
    return Errors(*sums)


def distance(wanted: Sequence[str], got: Sequence[str]) -> int:
    """The least number of substitutions, insertions and deletions that turn `wanted` into `got`."""
    previous = list(range(len(got) + 1))
    for row, item in enumerate(wanted, 1):
        current = [row]
        for column, other in enumerate(got, 1):
            current.append(min(previous[column] + 1, current[-1] + 1, previous[column - 1] + (item != other)))
        previous = current
    return previous[-1]
