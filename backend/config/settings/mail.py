"""Where mails go."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

_TIMEOUT_S = 15
_SMTPS_PORT, _SMTP_PORT = 465, 587


def settings(email_url: str, email_from: str) -> dict[str, Any]:
    """Django's settings for `smtp://user:password@host:587` (STARTTLS) or `smtps://…:465`; empty: the log."""
    sender = {"DEFAULT_FROM_EMAIL": email_from, "SERVER_EMAIL": email_from}
    if not email_url:
        return {**sender, "EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(email_url)
    is_tls = parts.scheme == "smtps"
    return {
        **sender,
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "",
        "EMAIL_PORT": parts.port or (_SMTPS_PORT if is_tls else _SMTP_PORT),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": is_tls,
        # A relay on this machine (port 25) seldom speaks TLS; everything else must.
        "EMAIL_USE_TLS": not is_tls and parts.port != 25,
        "EMAIL_TIMEOUT": _TIMEOUT_S,
    }
