"""Writes to conversations, recordings and utterances. Each counts a revision of the owner."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from backend.accounts.models import User
from backend.accounts.services import revision_next
from backend.conversations import selectors
from backend.conversations.days import recordings_mark_changed
from backend.conversations.file_deletion import file_keep, files_delete
from backend.conversations.models import (
    Conversation,
    DeletedRecording,
    EmotionMode,
    Recording,
    Utterance,
)
from backend.conversations.search_form import search_form
from backend.conversations.services.speaker_names import renames_carry_on
from backend.core.after_commit import after_commit
from backend.core.errors import NotFoundError
from backend.realtime import publisher
from inference_worker import contract


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRecording:
    """A stored upload that is about to become a recording."""

    id: uuid.UUID
    source: str
    audio_name: str
    """Name in the storage."""
    file_name: str
    content_type: str
    size_bytes: int
    sha256: str
    language: str | None
    recorded_at: datetime | None
    conversation_id: uuid.UUID | None
    """None: the recording begins a conversation of its own."""
    conversation_title: str = ""
    """Of a conversation that is created."""


def _first_emotion_mode(owner: User) -> EmotionMode:
    """At work or study a conversation begins without emotion."""
    is_at_work = User.objects.values_list("at_work_or_study", flat=True).get(pk=owner.pk)
    return EmotionMode.WORK_OR_STUDY if is_at_work else EmotionMode.ON


@transaction.atomic
def recording_create(*, owner: User, new: NewRecording) -> Recording:
    """Raises `NotFoundError` for a conversation of somebody else; one that is not there is created with its id."""
    revision = revision_next(owner_id=owner.pk)
    began_at = _sane(new.recorded_at) or timezone.now()
    # Between a check and the insertion somebody else may take the id: `get_or_create` then finds theirs.
    # What arrives late for a conversation in the trash lies there with it, and comes back with it.
    conversation, is_new = Conversation.objects.get_or_create(
        pk=new.conversation_id or uuid.uuid4(),
        defaults={
            "owner": owner,
            "title": new.conversation_title,
            "revision": revision,
            "started_at": began_at,
            "emotion_mode": _first_emotion_mode(owner),
        },
    )
    if conversation.owner_id != owner.pk:
        raise NotFoundError(selectors.NO_CONVERSATION)
    if not is_new:
        Conversation.objects.filter(pk=conversation.pk, started_at__gt=began_at).update(started_at=began_at)
    file_keep(name=new.audio_name)
    return Recording.objects.create(
        id=new.id,
        owner=owner,
        conversation=conversation,
        source=new.source,
        audio=new.audio_name,
        file_name=new.file_name,
        content_type=new.content_type,
        size_bytes=new.size_bytes,
        sha256=new.sha256,
        language=new.language,
        recorded_at=new.recorded_at,
        revision=revision,
    )


@transaction.atomic
def recording_delete(*, user: User, recording_id: uuid.UUID) -> None:
    """Remove a recording with its utterances and its audio. Raises `NotFoundError`."""
    # Locked before the person's row: `analyses` takes the two in this order, too.
    Recording.objects.select_for_update().filter(owner=user, pk=recording_id).first()
    recording = selectors.recording_get(user=user, recording_id=recording_id)
    recording_remove(recording=recording)


def recording_remove(*, recording: Recording) -> None:
    """Remove a recording that is locked in the current transaction; its conversation goes with the last one."""
    recording_id, owner_id, conversation_id = recording.pk, recording.owner_id, recording.conversation_id
    revision = revision_next(owner_id=owner_id)
    DeletedRecording.objects.create(owner_id=owner_id, recording_id=recording_id, revision=revision)
    recordings_mark_changed(owner_id=owner_id, recording_ids=[recording_id])
    audio_name = recording.audio.name or ""
    recording.delete()
    Conversation.objects.filter(pk=conversation_id, recordings=None).delete()
    files_delete(names=[audio_name])
    after_commit(
        partial(
            publisher.publish,
            owner_id,
            {"type": "recording.deleted", "revision": revision, "recording_id": str(recording_id)},
        )
    )


def utterances_store(
    *,
    recording: Recording,
    utterances: Sequence[contract.Utterance],
    first_index: int,
    revision: int,
    ids: Sequence[uuid.UUID] = (),
) -> list[Utterance]:
    """Add what a unit brought. Must run in the transaction that counts `revision`. `ids` left out: new ones.

    Emotion that was switched off while the unit ran is not stored; speakers that were renamed have their new names.
    """
    recordings_mark_changed(owner_id=recording.owner_id, recording_ids=[recording.pk])
    began_at = _sane(recording.recorded_at) or recording.created_at
    keeps_emotion = selectors.emotion_wanted(conversation=recording.conversation)
    stored = [
        Utterance(
            id=ids[offset] if ids else uuid.uuid4(),
            owner_id=recording.owner_id,
            recording=recording,
            index=first_index + offset,
            start_s=utterance.start_s,
            end_s=utterance.end_s,
            text=utterance.text,
            search_text=search_form(utterance.text),
            said_at=began_at + timedelta(seconds=utterance.start_s),
            words=[word_state(word) for word in utterance.words],
            confidence=utterance.confidence,
            language=utterance.language,
            speaker=utterance.speaker,
            revision=revision,
            cues=None if utterance.cues is None else utterance.cues.to_json(),
            **emotion_fields(utterance.emotion if keeps_emotion else None),
        )
        for offset, utterance in enumerate(utterances)
    ]
    renames_carry_on(recording=recording, utterances=stored)
    return Utterance.objects.bulk_create(stored)


_FIRST_RECORDINGS = datetime(1900, 1, 1, tzinfo=UTC)


def _sane(recorded_at: datetime | None) -> datetime | None:
    """None for what no clock that is set says."""
    if recorded_at is None or recorded_at > timezone.now() + timedelta(days=2):
        return None
    return recorded_at if recorded_at >= _FIRST_RECORDINGS else None


def word_state(word: contract.Word) -> dict[str, Any]:
    """As `Utterance.words` has it."""
    return {"text": word.text, "start_s": word.start_s, "end_s": word.end_s, "confidence": word.confidence}


def emotion_fields(emotion: contract.EmotionEstimate | None) -> dict[str, Any]:
    """The columns of an utterance that hold it; none for None."""
    if emotion is None:
        return {}
    return {
        "emotion_label": emotion.label,
        "emotion_confident": emotion.confident,
        "emotion_probabilities": emotion.probabilities,
        "emotion_strength": emotion.strength,
    }
