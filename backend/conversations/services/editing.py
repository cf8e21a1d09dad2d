"""What a person corrects in utterances. The machine's output stays in the log of edits."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.db.models import Max

from backend.accounts.models import User
from backend.conversations import selectors
from backend.conversations.models import EditKind, Utterance
from backend.conversations.selectors import edits
from backend.conversations.serializers import UtteranceSerializer
from backend.conversations.services.edit_log import (
    FIRST_INDEX_OF_PEOPLE,
    UNCHANGED,
    Change,
    EditResult,
    NewEdit,
    State,
    conversation_lock,
    edit_apply,
    recordings_lock,
    state_of,
)
from backend.conversations.splitting import merged, parts
from backend.conversations.word_alignment import align
from backend.core.errors import ConflictError


class UtteranceChangedError(ConflictError):
    code = "utterance_changed"
    title = "The utterance was changed meanwhile"


class NothingToCorrectError(ConflictError):
    code = "no_emotion"
    title = "There is no emotion to correct"


class NotNeighboursError(ConflictError):
    code = "not_neighbours"
    title = "The utterances do not follow each other"


class CannotSplitError(ConflictError):
    code = "cannot_split"
    title = "The utterance cannot be split there"


@transaction.atomic
def utterance_rewrite(*, user: User, utterance_id: uuid.UUID, revision: int, text: str) -> EditResult:
    """Replace the words; times of those that stayed survive.

    Raises `NotFoundError`, and `UtteranceChangedError` with the newer utterance when `revision` is not its revision.
    """
    utterance = _locked(user, utterance_id, revision)
    if text == utterance.text:
        return UNCHANGED
    after = {"text": text, "words": align(utterance.words, text), "confidence": None}
    return _edit(user, EditKind.TEXT, utterance, after)


@transaction.atomic
def utterance_set_speaker(
    *, user: User, utterance_id: uuid.UUID, revision: int, speaker: str | None
) -> EditResult:
    """Say who speaks in one utterance. Raises as `utterance_rewrite`."""
    utterance = _locked(user, utterance_id, revision)
    name = speaker or None
    if name == utterance.speaker:
        return UNCHANGED
    return _edit(user, EditKind.SPEAKER, utterance, {"speaker": name})


@transaction.atomic
def utterance_correct_emotion(
    *, user: User, utterance_id: uuid.UUID, revision: int, label: str | None
) -> EditResult:
    """Say how it sounds; None takes the correction back.

    Raises as `utterance_rewrite`, and `NothingToCorrectError` where emotion was not asked for.
    """
    utterance = _locked(user, utterance_id, revision)
    if utterance.emotion_label is None:
        raise NothingToCorrectError("How it sounds was not looked at here, so nothing is stored about it.")
    corrected = utterance.machine_emotion_label is not None
    machine_label = utterance.machine_emotion_label or utterance.emotion_label
    machine_confident = utterance.machine_emotion_confident if corrected else utterance.emotion_confident
    if label is None:
        after = {"emotion_label": machine_label, "emotion_confident": machine_confident}
        after |= {"machine_emotion_label": None, "machine_emotion_confident": False}
    else:
        after = {"emotion_label": label, "emotion_confident": True}
        after |= {"machine_emotion_label": machine_label, "machine_emotion_confident": machine_confident}
    if state_of(utterance, after) == after:
        return UNCHANGED
    context = state_of(utterance, ("recording_id", "start_s", "end_s", "text", "speaker", "language"))
    return _edit(user, EditKind.EMOTION, utterance, after, context)


@transaction.atomic
def utterance_split(*, user: User, utterance_id: uuid.UUID, revision: int, at_character: int) -> EditResult:
    """Make two of one. Raises as `utterance_rewrite`, and `CannotSplitError` when one would have no words."""
    utterance = _locked(user, utterance_id, revision)
    split = parts(utterance, at_character)
    if split is None:
        raise CannotSplitError("Choose a place between two words, so that both parts have some.")
    first, second = split
    second_state = state_of(utterance) | second
    second_state |= {"index": _next_index(utterance), "edit_count": utterance.edit_count + 1}
    changes = [
        Change(id=utterance.pk, before=state_of(utterance, first), after=first),
        Change(id=uuid.uuid4(), before=None, after=second_state),
    ]
    return edit_apply(
        new=NewEdit(
            author=user,
            conversation_id=utterance.recording.conversation_id,
            recording=utterance.recording,
            kind=EditKind.SPLIT,
            changes=changes,
        )
    )


@transaction.atomic
def utterance_merge(
    *, user: User, utterance_id: uuid.UUID, revision: int, next_id: uuid.UUID, next_revision: int
) -> EditResult:
    """Make one of two that follow each other; the first stays, the second goes into it.

    Raises as `utterance_rewrite`, and `NotNeighboursError`.
    """
    utterance = _locked(user, utterance_id, revision)
    following = edits.utterance_get(user=user, utterance_id=next_id)
    found = edits.utterance_after(utterance=utterance)
    if found is None or found.pk != following.pk:
        raise NotNeighboursError("Only two utterances that follow each other in a recording become one.")
    _check_revision(following, next_revision)
    after = merged(utterance, following)
    changes = [
        Change(id=utterance.pk, before=state_of(utterance, after), after=after),
        Change(id=following.pk, before=state_of(following), after=None),
    ]
    return edit_apply(
        new=NewEdit(
            author=user,
            conversation_id=utterance.recording.conversation_id,
            recording=utterance.recording,
            kind=EditKind.MERGE,
            changes=changes,
        )
    )


@transaction.atomic
def speakers_rename(
    *,
    user: User,
    conversation_id: uuid.UUID,
    speakers: list[str | None],
    name: str | None,
    recording_id: uuid.UUID | None,
) -> EditResult:
    """Give the named speakers one name, in a recording or in all of the conversation. Raises `NotFoundError`."""
    conversation_lock(owner=user, conversation_id=conversation_id)
    recordings = selectors.recording_list(user=user, conversation_id=conversation_id)
    recording = None
    if recording_id is not None:
        recording = selectors.recording_get(user=user, recording_id=recording_id)
        recordings = recordings.filter(pk=recording_id)
    found = Utterance.objects.filter(recording__in=recordings).order_by("said_at", "pk")
    changes = [
        Change(id=utterance.pk, before=state_of(utterance, ("speaker",)), after={"speaker": name or None})
        for utterance in found.only("speaker")
        if utterance.speaker in speakers and utterance.speaker != (name or None)
    ]
    return edit_apply(
        new=NewEdit(
            author=user,
            conversation_id=conversation_id,
            recording=recording,
            kind=EditKind.RENAME_SPEAKERS,
            changes=changes,
        )
    )


def _locked(user: User, utterance_id: uuid.UUID, revision: int) -> Utterance:
    """The utterance as it is once nobody else can change it."""
    before = edits.utterance_get(user=user, utterance_id=utterance_id)
    recordings_lock(owner=user, recording_ids=[before.recording_id])
    utterance = edits.utterance_get(user=user, utterance_id=utterance_id)
    _check_revision(utterance, revision)
    return utterance


def _check_revision(utterance: Utterance, revision: int) -> None:
    if utterance.revision != revision:
        raise UtteranceChangedError(
            "It was changed on another device. Look at the newer words, then edit again.",
            utterance=UtteranceSerializer(utterance).data,
        )


def _edit(
    user: User, kind: EditKind, utterance: Utterance, after: State, context: dict[str, Any] | None = None
) -> EditResult:
    return edit_apply(
        new=NewEdit(
            author=user,
            conversation_id=utterance.recording.conversation_id,
            recording=utterance.recording,
            kind=kind,
            changes=[Change(id=utterance.pk, before=state_of(utterance, after), after=after)],
            context=context or {},
        )
    )


def _next_index(utterance: Utterance) -> int:
    of_recording = Utterance.objects.filter(recording_id=utterance.recording_id)
    highest = of_recording.aggregate(highest=Max("index"))["highest"] or 0
    return max(FIRST_INDEX_OF_PEOPLE, highest + 1)
