"""Codes behind the `#` of an address that let somebody without an account read. Stored as a hash only."""

from __future__ import annotations

import hashlib
import secrets

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without what is easily taken for something else."""
_GROUPS, _GROUP_LENGTH = 4, 4
"""31 to the power of 16: about 79 bits."""


def code_make() -> str:
    """Such as `abcd-efgh-jkmn-pqrs`."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))
    return "-".join(groups)


def code_hash(code: str) -> str:
    """SHA-256 in hexadecimal. Written with or without dashes and capitals, as people type it."""
    plain = "".join(character for character in code.lower() if character.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()
