"""What goes into an export."""

from __future__ import annotations

import uuid
from datetime import datetime

from backend.accounts.models import User
from backend.conversations import selectors
from backend.conversations.models import Conversation, Recording
from backend.conversations.selectors import history


def of_conversation(
    *, user: User, conversation_id: uuid.UUID, recording_id: uuid.UUID | None = None
) -> tuple[list[Conversation], list[Recording]]:
    """A conversation with its recordings, or with one of them. Raises `NotFoundError`."""
    conversation = history.conversation_read(user=user, conversation_id=conversation_id)
    recordings = selectors.recording_list(user=user, conversation_id=conversation_id)
    if recording_id is not None:
        selectors.recording_get(user=user, recording_id=recording_id)
        recordings = recordings.filter(pk=recording_id)
    return [conversation], list(recordings)


def of_days(
    *, user: User, since: datetime | None, before: datetime | None
) -> tuple[list[Conversation], list[Recording]]:
    """The conversations that began in these days, the oldest first; those in the archive, too."""
    found = history.conversation_history(user=user, wanted=history.HistoryFilter(archived=None))
    if since is not None:
        found = found.filter(started_at__gte=since)
    if before is not None:
        found = found.filter(started_at__lt=before)
    conversations = list(found.order_by("started_at", "pk"))
    recordings = selectors.recording_list(user=user).filter(
        conversation__in=[conversation.pk for conversation in conversations]
    )
    return conversations, list(recordings)
