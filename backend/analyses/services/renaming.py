"""What the owner writes on a recording."""

from __future__ import annotations

import uuid

from django.db import transaction

from backend.accounts.models import User
from backend.analyses import selectors
from backend.analyses.services.transitions import announce, lock_for_owner
from backend.conversations.models import Recording


@transaction.atomic
def recording_rename(*, user: User, recording_id: uuid.UUID, title: str) -> Recording:
    """Raises `NotFoundError`."""
    analysis = lock_for_owner(user=user, recording_id=recording_id)
    analysis.recording.title = title
    analysis.recording.save(update_fields=["title"])
    announce(analysis)
    return selectors.recording_get(user=user, recording_id=recording_id)
