"""Keeps out of the log what opens something: signed addresses, and passwords in addresses.

The backend has its own (`backend.core.log_secrets`), which knows of sessions and cookies, too.
"""

from __future__ import annotations

import logging
import re

_HIDDEN = "…"
_SECRETS = (
    # The token of a signed audio address of the backend.
    re.compile(r"(?P<kept>/internal/audio/)[^\s\"'?&<>]+"),
    # Signed addresses of object stores.
    re.compile(
        r"(?P<kept>[?&](?:X-Amz-Signature|X-Amz-Credential|X-Amz-Security-Token|Signature)=)[^\s\"'&<>]+"
    ),
    # `scheme://user:password@host`
    re.compile(r"(?P<kept>\b[a-z][a-z0-9+.-]*://[^\s:/@\"']*:)[^\s@/\"']+(?=@)"),
    re.compile(
        r"(?P<kept>\b(?:authorization|password|secret)\b[\"']?\s*[:=]\s*(?:b?[\"'])?)(?:Bearer\s+)?[^\s\"',;)}]+",
        re.IGNORECASE,
    ),
)


def redact(text: str) -> str:
    """`text` without its secrets."""
    for pattern in _SECRETS:
        text = pattern.sub(rf"\g<kept>{_HIDDEN}", text)
    return text


class RedactingFormatter(logging.Formatter):
    """The last door of a log line: also what is in tracebacks passes here."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))
