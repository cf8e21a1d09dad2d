"""Carries out what owners have chosen about keeping audio and text. A scheduled task; may be cut off anywhere."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable

from django.db import DatabaseError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from backend.accounts.models import User
from backend.analyses.models import Analysis
from backend.analyses.services import transitions
from backend.conversations.days import recordings_mark_changed
from backend.conversations.file_deletion import files_delete
from backend.conversations.models import Conversation, Edit, Recording, Utterance
from backend.conversations.services import recording_delete
from backend.core import log_context
from backend.privacy import selectors
from backend.privacy.models import Removal, RemovalKind

logger = logging.getLogger(__name__)

_AT_ONCE = 200
"""Recordings of one person in one run: the next run goes on."""
Due = Callable[[], QuerySet[Recording]]


def retention_run() -> int:
    """Remove what is due. Returns of how many recordings something was removed."""
    choosy = Q(audio_keep_days__isnull=False) | Q(text_keep_days__isnull=False)
    return sum(_of_person(person) for person in User.objects.filter(choosy).iterator(chunk_size=500))


def _of_person(person: User) -> int:
    count = 0
    if (days := person.text_keep_days) is not None:
        # Text first: a recording whose text and audio are both due goes as a whole, in one step.
        due_text = selectors.text_due(user=person, keep_days=days)
        count += _each(due_text, person, days, _text_remove)
    if (days := person.audio_keep_days) is not None:
        due_audio = selectors.audio_due(user=person, keep_days=days)
        count += _each(due_audio, person, days, _audio_remove)
    return count


def _each(
    due: QuerySet[Recording], person: User, days: int, remove: Callable[[User, Analysis, int], None]
) -> int:
    count = 0
    for recording_id in list(due.order_by("created_at").values_list("pk", flat=True)[:_AT_ONCE]):
        with log_context.bound(recording=recording_id):
            try:
                count += _if_still_due(due, person, days, recording_id, remove)
            except DatabaseError:
                # One recording must not keep the others; the next run tries it again.
                logger.exception("retention: a recording was left for the next run")
    return count


@transaction.atomic
def _if_still_due(
    due: QuerySet[Recording],
    person: User,
    days: int,
    recording_id: uuid.UUID,
    remove: Callable[[User, Analysis, int], None],
) -> bool:
    """Under the locks of the recording and of the conversation, which somebody may be pinning."""
    analysis_id = Analysis.objects.filter(recording_id=recording_id).values_list("pk", flat=True).first()
    analysis = None if analysis_id is None else transitions.lock(analysis_id)
    if analysis is None:
        return False
    Conversation.objects.select_for_update().get(pk=analysis.recording.conversation_id)
    if not due.filter(pk=recording_id).exists():
        return False
    remove(person, analysis, days)
    return True


def _audio_remove(person: User, analysis: Analysis, days: int) -> None:
    recording = analysis.recording
    if recording.text_removed_at is not None:
        _recording_remove(person, recording, days)
        return
    name = recording.audio.name or ""
    _log(RemovalKind.AUDIO, recording, days, audio_bytes=recording.size_bytes)
    recording.audio = ""  # what an empty file field is
    recording.audio_removed_at = timezone.now()
    recording.save(update_fields=["audio", "audio_removed_at"])
    files_delete(names=[name])
    transitions.announce(analysis)


def _text_remove(person: User, analysis: Analysis, days: int) -> None:
    recording = analysis.recording
    audio_days = person.audio_keep_days
    audio_due = (
        audio_days is not None
        and selectors.audio_due(user=person, keep_days=audio_days).filter(pk=recording.pk).exists()
    )
    if recording.audio_removed_at is not None or audio_due:
        _recording_remove(person, recording, days)
        return
    utterances = Utterance.objects.filter(recording=recording)
    _log(RemovalKind.TEXT, recording, days, utterance_count=utterances.count())
    _forget_edits(recording, {str(pk) for pk in utterances.values_list("pk", flat=True)})
    utterances.delete()
    recordings_mark_changed(owner_id=person.pk, recording_ids=[recording.pk])
    recording.text_removed_at = timezone.now()
    recording.save(update_fields=["text_removed_at"])
    analysis.utterance_count = 0
    analysis.no_speech = []
    analysis.utterances_from_revision = transitions.count_revision(analysis)
    analysis.save(update_fields=["utterance_count", "utterances_from_revision", "no_speech"])
    transitions.tell_owner(analysis, transitions.recording_changed)


def _recording_remove(person: User, recording: Recording, days: int) -> None:
    _log(
        RemovalKind.RECORDING,
        recording,
        days,
        audio_bytes=0 if recording.audio_removed_at is not None else recording.size_bytes,
        utterance_count=Utterance.objects.filter(recording=recording).count(),
    )
    recording_delete(user=person, recording_id=recording.pk)


def _forget_edits(recording: Recording, utterance_ids: set[str]) -> None:
    """The log of corrections holds the words, too."""
    Edit.objects.filter(recording=recording).delete()
    for edit in Edit.objects.filter(conversation_id=recording.conversation_id, recording=None):
        edit.changes = [change for change in edit.changes if change["id"] not in utterance_ids]
        if edit.changes:
            edit.save(update_fields=["changes"])
        else:
            edit.delete()


def _log(
    kind: RemovalKind, recording: Recording, days: int, *, audio_bytes: int = 0, utterance_count: int = 0
) -> None:
    Removal.objects.create(
        owner_id=recording.owner_id,
        kind=kind,
        recording_id=recording.pk,
        uploaded_at=recording.created_at,
        keep_days=days,
        audio_bytes=audio_bytes,
        utterance_count=utterance_count,
    )
