"""What changes a person's account."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import connection
from django.db.models import F

from backend.accounts.models import User


def revision_next(*, owner_id: uuid.UUID) -> int:
    """Count one more change of what this person owns, and return the new revision.

    Must be called in the transaction of the change: the row stays locked until it commits, so that revisions
    become visible in their order and a client that has seen N has seen everything up to N.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("revision_next outside of a transaction")
    User.objects.filter(pk=owner_id).update(revision=F("revision") + 1)
    return User.objects.values_list("revision", flat=True).get(pk=owner_id)


def preferences_update(*, user: User, **changes: Any) -> User:
    """Set `ui_language`, `speech_language` or `emotion_enabled`."""
    for name, value in changes.items():
        setattr(user, name, value)
    user.save(update_fields=list(changes))
    return user
