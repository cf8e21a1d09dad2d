"""The key of what must outlive a change of `SECRET_KEY`: secrets of webhooks, the Web Push key, seeds of codes."""

from __future__ import annotations

from django.conf import settings


def data_key() -> str:
    """`DATA_KEY`, or `SECRET_KEY` where there is none.

    Whoever wants to change `SECRET_KEY` for the first time puts the old one into `DATA_KEY`: then nothing of this
    changes.
    """
    return str(settings.DATA_KEY or settings.SECRET_KEY)
