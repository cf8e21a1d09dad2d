"""Invitation codes: short ones that are read aloud or scanned, long ones that travel by mail. Stored as a keyed hash,
so that a copy of the database opens nothing."""

from __future__ import annotations

import secrets

from django.utils.crypto import salted_hmac

ALPHABET = "23456789ABCDEFGHJKMNPQRSTWXYZ"
"""Without what is mistaken for something else: 0 O, 1 I L, U V."""
SHORT_LENGTH = 10
"""48 bits; guesses are throttled and the code lives for minutes."""
LONG_LENGTH = 26
"""126 bits; the code lives for days."""


def code_make(*, is_long: bool) -> str:
    length = LONG_LENGTH if is_long else SHORT_LENGTH
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def code_hash(code: str) -> str:
    """Takes a code as people type it: small letters, blanks and dashes do not matter."""
    plain = "".join(sign for sign in code.upper() if sign not in " -")
    return salted_hmac("care.invitation", plain, algorithm="sha256").hexdigest()
