"""Reads for editing: one utterance, its neighbour, and the log."""

from __future__ import annotations

import uuid

from django.db.models import Q, QuerySet

from backend.accounts.models import User
from backend.conversations.models import Conversation, DeletedUtterance, Edit, Utterance
from backend.core.errors import NotFoundError

EDITED = Q(edit_count__gt=0) | Q(machine_emotion_label__isnull=False)
"""Utterances with something in them that a person has changed."""
_GONE = "There is no such utterance: it went into another one, was replaced, or is not yours."


def utterance_get(*, user: User, utterance_id: uuid.UUID) -> Utterance:
    """Raises `NotFoundError`, also for what is in the trash."""
    found = Utterance.objects.filter(owner=user, recording__conversation__trashed_at=None)
    utterance = found.select_related("recording").filter(pk=utterance_id).first()
    if utterance is None:
        raise NotFoundError(_GONE)
    return utterance


def utterance_after(*, utterance: Utterance) -> Utterance | None:
    """The one that is spoken next in the same recording."""
    later = Q(start_s__gt=utterance.start_s) | Q(start_s=utterance.start_s, pk__gt=utterance.pk)
    following = Utterance.objects.filter(later, recording_id=utterance.recording_id)
    return following.select_related("recording").order_by("start_s", "pk").first()


def edit_list(*, user: User, conversation_id: uuid.UUID) -> QuerySet[Edit]:
    """Raises `NotFoundError` for a conversation that the user does not have."""
    conversation = Conversation.objects.filter(owner=user, trashed_at=None, pk=conversation_id).first()
    if conversation is None:
        raise NotFoundError("There is no such conversation, or it is not yours.")
    return Edit.objects.filter(conversation=conversation).select_related("author")


def edit_get(*, user: User, edit_id: uuid.UUID) -> Edit:
    """Raises `NotFoundError`."""
    edits = Edit.objects.filter(owner=user, conversation__trashed_at=None).select_related("author")
    edit = edits.filter(pk=edit_id).first()
    if edit is None:
        raise NotFoundError("There is no such edit, or it is not yours.")
    return edit


def utterances_deleted(*, user: User, since_revision: int, up_to_revision: int) -> list[uuid.UUID]:
    deleted = DeletedUtterance.objects.filter(
        owner=user, revision__gt=since_revision, revision__lte=up_to_revision
    )
    return list(deleted.order_by("revision").values_list("utterance_id", flat=True))
