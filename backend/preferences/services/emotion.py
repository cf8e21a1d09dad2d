"""The emotion switch: where it is off, none is computed, stored, shown or shared, and what there was is removed."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.db import models, transaction

from backend.accounts.models import User
from backend.accounts.services import revision_next
from backend.conversations import selectors
from backend.conversations.days import days_refresh, recordings_mark_changed
from backend.conversations.models import (
    Conversation,
    Edit,
    EditKind,
    EmotionMode,
    Recording,
    Utterance,
)
from backend.core.after_commit import after_commit
from backend.realtime import events, publisher


@transaction.atomic
def emotion_mode_set(*, user: User, conversation_id: uuid.UUID, mode: str) -> Conversation:
    """Switch emotion on or off for a conversation. Off removes what there is; on brings nothing back.

    Raises `NotFoundError`.
    """
    # Recordings before the person's row, as everywhere: a unit that is being stored waits for us, or we for it.
    list(Recording.objects.select_for_update().filter(owner=user, conversation_id=conversation_id))
    conversation = selectors.conversation_get(user=user, conversation_id=conversation_id)
    if conversation.emotion_mode == mode:
        return conversation
    revision = revision_next(owner_id=user.pk)
    conversation.emotion_mode = mode
    conversation.revision = revision
    if mode != EmotionMode.ON:
        conversation.emotion_from_revision = revision
        of_it = Utterance.objects.filter(recording__conversation=conversation)
        _erase(of_it, owner_id=user.pk, revision=revision)
        _erase_log(Edit.objects.filter(conversation=conversation))
    conversation.save(update_fields=["emotion_mode", "revision", "emotion_from_revision"])
    Recording.objects.filter(conversation=conversation).update(revision=revision)
    event: events.EmotionChanged = {
        "type": "emotion.changed",
        "revision": revision,
        "conversation_id": str(conversation.pk),
        "emotion_mode": conversation.emotion_mode,  # type: ignore[typeddict-item]  # checked by the field's choices
        "emotion_from_revision": conversation.emotion_from_revision,
    }
    after_commit(partial(publisher.publish, user.pk, event))
    after_commit(partial(_sum_days_anew, user.pk))
    return conversation


def emotion_erase(*, owner_id: uuid.UUID) -> int:
    """Remove the emotion of all utterances of a person who switched it off for good. Returns of how many.

    Outside of the transaction that switched it off, so that it waits for no unit that is being stored. What a crash
    leaves is removed by `emotion_erase_rest`. Clients forget by `emotion_from_revision` of the person: 200,000
    utterances are not told one by one.
    """
    with transaction.atomic():
        count = _erase(Utterance.objects.filter(owner_id=owner_id), owner_id=owner_id)
        if count:
            _erase_log(Edit.objects.filter(owner_id=owner_id))
    if count:
        _sum_days_anew(owner_id)
    return count


def emotion_erase_rest() -> int:
    """For a scheduled task: whatever is left where emotion is off."""
    count = 0
    for owner_id in User.objects.filter(emotion_enabled=False).values_list("pk", flat=True).iterator():
        count += emotion_erase(owner_id=owner_id)
    return count


def _erase(utterances: models.QuerySet[Utterance], *, owner_id: uuid.UUID, **more: Any) -> int:
    with_emotion = utterances.filter(emotion_label__isnull=False)
    ids = with_emotion.order_by().values_list("recording_id", flat=True).distinct()
    recordings_mark_changed(owner_id=owner_id, recording_ids=ids)
    return with_emotion.update(**_without_emotion(), **more)


def _erase_log(edits: models.QuerySet[Edit]) -> None:
    """What was corrected is emotion, too, and undoing a split or a merge must not bring any back."""
    edits.filter(kind=EditKind.EMOTION).delete()
    for edit in edits.filter(kind__in=(EditKind.SPLIT, EditKind.MERGE)).iterator(chunk_size=100):
        edit.changes = [
            {
                name: _state_without_emotion(value) if isinstance(value, dict) else value
                for name, value in one.items()
            }
            for one in edit.changes
        ]
        edit.save(update_fields=["changes"])


def _state_without_emotion(state: dict[str, Any]) -> dict[str, Any]:
    return {**state, **{name: value for name, value in _without_emotion().items() if name in state}}


def _sum_days_anew(owner_id: uuid.UUID) -> None:
    """The sums of days hold emotion, too. (Where it fails, the marks make the next reader do it.)"""
    days_refresh(user=User.objects.get(pk=owner_id))


def _without_emotion() -> dict[str, Any]:
    """Every field of an utterance that is about emotion, also one that is added later, as if nothing had been
    computed."""
    fields = [field for field in Utterance._meta.concrete_fields if "emotion" in field.name]
    return {field.name: field.get_default() for field in fields}
