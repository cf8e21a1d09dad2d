"""A person's own names and terms: what is accepted, and how they are read."""

from __future__ import annotations

import unicodedata
import uuid

from backend.accounts.models import Vocabulary

MOST_TERMS = 200
LONGEST_TERM = 60
SHORTEST_TERM = 2
"""One letter alone would be heard everywhere."""


def plain_term(text: str) -> str:
    """`text` in NFC with single spaces. Raises `ValueError`, which says what to write instead."""
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    if not SHORTEST_TERM <= len(plain) <= LONGEST_TERM:
        raise ValueError(f"Write {SHORTEST_TERM} to {LONGEST_TERM} characters.")
    if any(unicodedata.category(character).startswith("C") for character in plain):
        raise ValueError("Leave out characters that cannot be seen.")
    if not any(character.isalnum() for character in plain):
        raise ValueError("Write a word, not only signs.")
    return plain


def vocabulary_of(*, owner_id: uuid.UUID) -> list[str]:
    """The terms of a person."""
    return list(Vocabulary.objects.filter(owner_id=owner_id).values_list("terms", flat=True).first() or [])
