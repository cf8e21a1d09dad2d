"""Reads. Each takes the user: a missing and a foreign object are the same."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet

from backend.accounts.models import User
from backend.conversations.models import Conversation, DeletedRecording, EmotionMode, Recording, Utterance
from backend.core.errors import NotFoundError

NO_CONVERSATION = "There is no such conversation, or it is not yours."


def conversation_list(*, user: User) -> QuerySet[Conversation]:
    """Without what is in the trash."""
    return Conversation.objects.filter(owner=user, trashed_at=None)


def conversation_get(*, user: User, conversation_id: uuid.UUID) -> Conversation:
    """Raises `NotFoundError`."""
    conversation = conversation_list(user=user).filter(pk=conversation_id).first()
    if conversation is None:
        raise NotFoundError(NO_CONVERSATION)
    return conversation


def conversation_usable(*, user: User, conversation_id: uuid.UUID) -> None:
    """Whether the user may put recordings into it: it is theirs, or nobody's yet. Raises `NotFoundError`."""
    if Conversation.objects.filter(pk=conversation_id).exclude(owner=user).exists():
        raise NotFoundError(NO_CONVERSATION)


def emotion_wanted(*, conversation: Conversation) -> bool:
    """Whether emotion may be computed and stored for what is said in this conversation, as of now."""
    return (
        Conversation.objects.filter(pk=conversation.pk)
        .filter(emotion_mode=EmotionMode.ON, owner__emotion_enabled=True)
        .exists()
    )


def emotion_is_on(conversation: Conversation) -> bool:
    """`emotion_wanted` of a conversation that was read just now, with its owner."""
    return conversation.emotion_mode == EmotionMode.ON and conversation.owner.emotion_enabled


def recording_list(*, user: User, conversation_id: uuid.UUID | None = None) -> QuerySet[Recording]:
    """Without what is in the trash."""
    recordings = Recording.objects.filter(owner=user, conversation__trashed_at=None)
    return recordings.filter(conversation_id=conversation_id) if conversation_id else recordings


def recording_get(*, user: User, recording_id: uuid.UUID) -> Recording:
    """Raises `NotFoundError`."""
    recording = recording_list(user=user).filter(pk=recording_id).first()
    if recording is None:
        raise NotFoundError("There is no such recording, or it is not yours.")
    return recording


def utterance_list(*, user: User, recording_id: uuid.UUID) -> QuerySet[Utterance]:
    """Raises `NotFoundError` for a recording that the user does not own."""
    recording = recording_get(user=user, recording_id=recording_id)
    return Utterance.objects.filter(recording=recording).select_related("recording")


def utterances_changed(*, user: User, since_revision: int, up_to_revision: int) -> QuerySet[Utterance]:
    changed = Utterance.objects.filter(
        owner=user,
        revision__gt=since_revision,
        revision__lte=up_to_revision,
        recording__conversation__trashed_at=None,
    )
    return changed.select_related("recording").order_by("revision", "start_s")


def is_deleted(*, user: User, recording_id: uuid.UUID) -> bool:
    """Whether the user had this recording and deleted it."""
    return DeletedRecording.objects.filter(owner=user, recording_id=recording_id).exists()


def recordings_deleted(*, user: User, since_revision: int, up_to_revision: int) -> list[uuid.UUID]:
    deleted = DeletedRecording.objects.filter(
        owner=user, revision__gt=since_revision, revision__lte=up_to_revision
    )
    return list(deleted.order_by("revision").values_list("recording_id", flat=True))
