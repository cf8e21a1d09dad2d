"""Keeps out of the log what opens something: signed addresses, session tokens, keys in links, passwords in URLs."""

from __future__ import annotations

import logging
import re

_HIDDEN = "…"
_SECRETS = (
    # The token of a signed audio address, and the key in a link that was mailed.
    re.compile(r"(?P<kept>/(?:internal/audio|password/reset|verify-email)/)[^\s\"'?&<>]+"),
    # Signed addresses of object stores.
    re.compile(
        r"(?P<kept>[?&](?:X-Amz-Signature|X-Amz-Credential|X-Amz-Security-Token|Signature)=)[^\s\"'&<>]+"
    ),
    # `scheme://user:password@host`
    re.compile(r"(?P<kept>\b[a-z][a-z0-9+.-]*://[^\s:/@\"']*:)[^\s@/\"']+(?=@)"),
    # Headers and cookies, as dictionaries and requests print them.
    re.compile(
        r"(?P<kept>\b(?:x-session-token|authorization|sessionid|csrftoken|x-csrftoken)\b[\"']?\s*[:=,]\s*(?:b?[\"'])?)"
        r"(?:Bearer\s+)?[^\s\"',;)]+",
        re.IGNORECASE,
    ),
    # A token that a browser offers as a protocol of a websocket.
    re.compile(r"(?P<kept>\bsession-token[\"']?,\s*(?:b?[\"'])?)[^\s\"',;)\]]+"),
    re.compile(
        r"(?P<kept>\b(?:password|secret_key|secret)\b[\"']?\s*[:=]\s*(?:b?[\"'])?)[^\s\"',;)}]+",
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
