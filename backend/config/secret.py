"""The signing key of a one-machine stack, made at the first start and kept in the data folder."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from backend.config.env import EnvironmentValueError

_FEWEST_DIFFERENT = 12
"""Characters. 40 random ones of base64 have 20 and more, but for one key in many millions."""
_PLACEHOLDERS = ("change", "insecure", "secret", "example", "password", "only-for-tests", "replace", "your-")


def is_guessable(key: str) -> bool:
    """True for a placeholder out of some documentation, and for a pattern such as one character again and again."""
    return len(set(key)) < _FEWEST_DIFFERENT or any(word in key.lower() for word in _PLACEHOLDERS)


def read_or_create(path: Path) -> str:
    """The key in `path`; made there (mode 0600) when the file does not exist. Safe when several start at once."""
    try:
        return _read(path)
    except (FileNotFoundError, NotADirectoryError):
        pass
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EnvironmentValueError(
            f"The data folder {path.parent} cannot be used ({error.strerror}). Choose another one with DATA_DIR=…"
        ) from error
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        # A link fails where the key exists already, so that the first writer wins and all read the same.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return _read(path)


def _read(path: Path) -> str:
    return path.read_text().strip()
