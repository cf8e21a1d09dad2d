"""The form in which words are searched: the same for what was said and for what is looked for."""

from __future__ import annotations

import unicodedata


def search_form(text: str) -> str:
    """Case folded and decomposed (NFKD), white space in one form.

    A Hangul syllable becomes two or three letters, so that trigrams find a Korean word of two syllables, and a word
    inside of another one: 회의 in 가족회의에서.
    """
    return " ".join(unicodedata.normalize("NFKD", text.casefold()).split())


def marked_segments(text: str, terms: list[str]) -> list[tuple[str, bool]]:
    """`text` in parts, each with whether it is one of `terms` (in search form): for showing, free of any markup.

    A character counts as marked when any of its decomposed letters belongs to a hit.
    """
    letters: list[str] = []
    owners: list[int] = []
    for position, character in enumerate(text):
        form = " " if character.isspace() else unicodedata.normalize("NFKD", character.casefold())
        letters.append(form)
        owners.extend([position] * len(form))
    searched = "".join(letters)
    marked = [False] * len(text)
    for term in terms:
        start = searched.find(term) if term else -1
        while start != -1:
            for position in set(owners[start : start + len(term)]):
                marked[position] = True
            start = searched.find(term, start + len(term))
    return _runs(text, marked)


def _runs(text: str, marked: list[bool]) -> list[tuple[str, bool]]:
    runs: list[tuple[str, bool]] = []
    begin = 0
    for position in range(1, len(text) + 1):
        if position == len(text) or marked[position] != marked[begin]:
            runs.append((text[begin:position], marked[begin]))
            begin = position
    return runs
