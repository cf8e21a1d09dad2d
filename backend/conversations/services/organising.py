"""Titles, notes, tags, pin, archive and trash of conversations."""

from __future__ import annotations

import uuid
from datetime import timedelta
from functools import partial
from typing import Any, cast

from django.db import transaction
from django.utils import timezone

from backend.accounts.models import User
from backend.accounts.services import revision_next
from backend.conversations.days import recordings_mark_changed
from backend.conversations.models import Conversation, Recording, Utterance
from backend.conversations.selectors import history
from backend.conversations.serializers import ConversationSerializer
from backend.conversations.services import recording_remove
from backend.core.after_commit import after_commit
from backend.realtime import events, publisher

KEPT_IN_TRASH = timedelta(days=30)


@transaction.atomic
def conversation_update(*, user: User, conversation_id: uuid.UUID, **changes: Any) -> Conversation:
    """Set `title`, `notes`, `tags`, `pinned` or `archived`. Raises `NotFoundError`."""
    conversation = _locked(user, conversation_id, trashed=False)
    if "archived" in changes:
        archived = changes.pop("archived")
        if archived != (conversation.archived_at is not None):
            conversation.archived_at = timezone.now() if archived else None
    for name, value in changes.items():
        setattr(conversation, name, value)
    return _saved(conversation)


@transaction.atomic
def conversation_trash(*, user: User, conversation_id: uuid.UUID) -> Conversation:
    """Hide a conversation everywhere but in the trash. Raises `NotFoundError`; twice does nothing."""
    conversation = _locked(user, conversation_id, trashed=None)
    if conversation.trashed_at is not None:
        return history.trashed_get(user=user, conversation_id=conversation_id)
    conversation.trashed_at = timezone.now()
    _mark(conversation)
    return _saved(conversation)


@transaction.atomic
def conversation_restore(*, user: User, conversation_id: uuid.UUID) -> Conversation:
    """Take a conversation out of the trash. Raises `NotFoundError`; twice does nothing."""
    conversation = _locked(user, conversation_id, trashed=None)
    if conversation.trashed_at is None:
        return history.conversation_read(user=user, conversation_id=conversation_id)
    conversation.trashed_at = None
    _mark(conversation)
    # Clients that catch up were told nothing of it while it was in the trash.
    revision = revision_next(owner_id=user.pk)
    Recording.objects.filter(conversation=conversation).update(revision=revision)
    Utterance.objects.filter(recording__conversation=conversation).update(revision=revision)
    return _saved(conversation, revision, catch_up=True)


def conversation_delete(*, user: User, conversation_id: uuid.UUID) -> None:
    """Delete what is in the trash for good, with its audio. Raises `NotFoundError`, also when it is not there."""
    with transaction.atomic():
        conversation = _locked(user, conversation_id, trashed=True)
        for recording in Recording.objects.filter(conversation=conversation).order_by("pk"):
            recording_remove(recording=recording)
        Conversation.objects.filter(pk=conversation_id).delete()


def trash_empty() -> int:
    """Delete for good what has been in the trash for `KEPT_IN_TRASH`. Returns how many conversations."""
    old = Conversation.objects.filter(trashed_at__lt=timezone.now() - KEPT_IN_TRASH)
    count = 0
    for conversation in list(old.select_related("owner")):
        with transaction.atomic():
            # It may have been restored, or deleted, since it was listed.
            if old.select_for_update(of=("self",)).filter(pk=conversation.pk).exists():
                conversation_delete(user=conversation.owner, conversation_id=conversation.pk)
                count += 1
    return count


def _locked(user: User, conversation_id: uuid.UUID, *, trashed: bool | None) -> Conversation:
    # Recordings before the person's row, as everywhere; a conversation after its recordings.
    recordings = Recording.objects.filter(owner=user, conversation_id=conversation_id)
    list(recordings.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    return history.conversation_of(
        user=user, conversations=Conversation.objects.select_for_update(), pk=conversation_id, trashed=trashed
    )


def _mark(conversation: Conversation) -> None:
    ids = Recording.objects.filter(conversation=conversation).values_list("pk", flat=True)
    recordings_mark_changed(owner_id=conversation.owner_id, recording_ids=list(ids))


def _saved(
    conversation: Conversation, revision: int | None = None, *, catch_up: bool = False
) -> Conversation:
    conversation.revision = revision or revision_next(owner_id=conversation.owner_id)
    conversation.save()
    read = history.conversation_of(
        user=conversation.owner,
        conversations=history.with_facts(Conversation.objects.all()),
        pk=conversation.pk,
        trashed=None,
    )
    event: events.ConversationChanged = {
        "type": "conversation.changed",
        "revision": conversation.revision,
        "conversation": cast(events.Conversation, ConversationSerializer(read).data),
        "catch_up": catch_up,
    }
    after_commit(partial(publisher.publish, conversation.owner_id, event))
    return read
