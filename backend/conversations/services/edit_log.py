"""Carries out edits and writes them down, so that each can be undone and done again.

An edit is a list of changes, one for each utterance, with its state before and after. To undo it is to write the
states before in place of those after, as long as these are still what is there.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.db import transaction
from django.utils import timezone

from backend.accounts.models import User
from backend.accounts.services import revision_next
from backend.conversations import selectors
from backend.conversations.days import recordings_mark_changed
from backend.conversations.models import Conversation, DeletedUtterance, Edit, EditKind, Recording, Utterance
from backend.conversations.search_form import search_form
from backend.conversations.selectors import edits
from backend.conversations.services.telling import utterances_tell
from backend.core.errors import ConflictError

State = dict[str, Any]
"""Fields of an utterance as JSON has them."""
Side = Literal["before", "after"]

_NOT_PART_OF_A_STATE = {"id", "owner_id", "created_at", "revision", "search_text"}
_COUNTED_KINDS = {EditKind.TEXT, EditKind.SPEAKER, EditKind.SPLIT, EditKind.MERGE, EditKind.RENAME_SPEAKERS}
_COLUMNS = {column.attname: column for column in Utterance._meta.concrete_fields}
_WRITE_AT_ONCE = 500
FIRST_INDEX_OF_PEOPLE = 2**30
"""Utterances that a person makes by splitting count from here: units that still come bring lower ones."""


class EditSupersededError(ConflictError):
    code = "edit_superseded"
    title = "Something was changed after it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One utterance before and after; None: it is not there."""

    id: uuid.UUID
    before: State | None
    after: State | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEdit:
    author: User
    conversation_id: uuid.UUID
    recording: Recording | None
    kind: EditKind
    changes: Sequence[Change]
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EditResult:
    edit: Edit | None
    """None: there was nothing to change."""
    utterances: list[Utterance]
    deleted_utterance_ids: list[uuid.UUID]


UNCHANGED = EditResult(edit=None, utterances=[], deleted_utterance_ids=[])


def recordings_lock(*, owner: User, recording_ids: Iterable[uuid.UUID]) -> None:
    """Edits of one recording wait for each other. Locked in one order, and before the person's row."""
    rows = Recording.objects.select_for_update(of=("self",)).filter(owner=owner, pk__in=list(recording_ids))
    list(rows.order_by("pk").values_list("pk"))


def state_of(utterance: Utterance, names: Iterable[str] | None = None) -> State:
    """The named fields of an utterance; all that belong to its state without names."""
    if names is None:
        names = [name for name in _COLUMNS if name not in _NOT_PART_OF_A_STATE]
    return {name: _as_json(getattr(utterance, name)) for name in names}


def edit_apply(*, new: NewEdit) -> EditResult:
    """Carry out and write down. Must run in a transaction that holds the lock of the recordings."""
    if not new.changes:
        return UNCHANGED
    stored = [
        {"id": str(change.id), "before": change.before, "after": change.after} for change in new.changes
    ]
    revision = revision_next(owner_id=new.author.pk)
    edit = Edit.objects.create(
        owner=new.author,
        author=new.author,
        conversation_id=new.conversation_id,
        recording=new.recording,
        kind=new.kind,
        changes=stored,
        context=new.context,
        revision=revision,
    )
    return _write(edit, "after", revision)


@transaction.atomic
def edit_undo(*, user: User, edit_id: uuid.UUID) -> EditResult:
    """Raises `NotFoundError`, and `EditSupersededError` when a later edit changed the same. Twice does nothing."""
    edit = _locked(user, edit_id)
    if edit.undone_at is not None:
        return EditResult(edit=edit, utterances=[], deleted_utterance_ids=[])
    _check(edit, "after", "Undo what was changed after it first.")
    edit.undone_at = timezone.now()
    return _write(edit, "before", revision_next(owner_id=user.pk))


@transaction.atomic
def edit_redo(*, user: User, edit_id: uuid.UUID) -> EditResult:
    """Do an edit that was undone again. Raises as `edit_undo`."""
    edit = _locked(user, edit_id)
    if edit.undone_at is None:
        return EditResult(edit=edit, utterances=[], deleted_utterance_ids=[])
    _check(edit, "before", "It does not fit what is there now.")
    edit.undone_at = None
    return _write(edit, "after", revision_next(owner_id=user.pk))


def _locked(user: User, edit_id: uuid.UUID) -> Edit:
    edit = edits.edit_get(user=user, edit_id=edit_id)
    recordings = selectors.recording_list(user=user, conversation_id=edit.conversation_id)
    if edit.recording_id is not None:
        recordings = recordings.filter(pk=edit.recording_id)
    recordings_lock(owner=user, recording_ids=recordings.values_list("pk", flat=True))
    return edits.edit_get(user=user, edit_id=edit_id)


def _check(edit: Edit, side: Side, advice: str) -> None:
    """Raises `EditSupersededError` unless what is there is what the edit has on that side."""
    if edit.superseded_at is not None:
        raise EditSupersededError("The recording was analysed anew since: there is nothing to undo.")
    found = Utterance.objects.in_bulk([uuid.UUID(change["id"]) for change in edit.changes])
    for change in edit.changes:
        expected, utterance = change[side], found.get(uuid.UUID(change["id"]))
        if (expected is None) != (utterance is None):
            raise EditSupersededError(advice)
        if utterance is not None and state_of(utterance, expected) != expected:
            raise EditSupersededError(advice)


def _write(edit: Edit, side: Side, revision: int) -> EditResult:
    """Make the utterances what the edit has on that side, and tell the owner."""
    edit.revision = revision
    edit.save()
    removed = [uuid.UUID(change["id"]) for change in edit.changes if change[side] is None]
    wanted = {uuid.UUID(change["id"]): change[side] for change in edit.changes if change[side] is not None}
    _remove(edit, removed, revision)
    existing = Utterance.objects.select_related("recording").in_bulk(wanted)
    made = [
        Utterance(pk=utterance_id, owner_id=edit.owner_id)
        for utterance_id in wanted
        if utterance_id not in existing
    ]
    step = 0 if edit.kind not in _COUNTED_KINDS else 1 if side == "after" else -1
    for utterance in existing.values():
        utterance.edit_count = max(0, utterance.edit_count + step)
    utterances = [*existing.values(), *made]
    for utterance in utterances:
        _set(utterance, wanted[utterance.pk], revision)
    names = {name for utterance_id in existing for name in wanted[utterance_id]}
    names |= {"revision", "search_text", "edit_count"}
    Utterance.objects.bulk_update(existing.values(), sorted(names), batch_size=_WRITE_AT_ONCE)
    Utterance.objects.bulk_create(made)
    DeletedUtterance.objects.filter(pk__in=[utterance.pk for utterance in made]).delete()
    touched = {utterance.recording_id for utterance in utterances}
    recordings_mark_changed(owner_id=edit.owner_id, recording_ids=touched)
    utterances.sort(key=lambda utterance: (utterance.start_s, utterance.pk))
    utterances_tell(
        owner_id=edit.owner_id,
        conversation_id=edit.conversation_id,
        utterances=utterances,
        removed=removed,
        revision=revision,
    )
    return EditResult(edit=edit, utterances=utterances, deleted_utterance_ids=removed)


def _remove(edit: Edit, utterance_ids: Sequence[uuid.UUID], revision: int) -> None:
    for utterance in Utterance.objects.filter(pk__in=utterance_ids):
        DeletedUtterance.objects.update_or_create(
            pk=utterance.pk,
            defaults={
                "owner_id": edit.owner_id,
                "recording_id": utterance.recording_id,
                "revision": revision,
            },
        )
        utterance.delete()


def _set(utterance: Utterance, state: State, revision: int) -> None:
    for name, value in state.items():
        # JSON has neither dates nor UUIDs.
        setattr(utterance, name, _COLUMNS[name].to_python(value))
    utterance.search_text = search_form(utterance.text)
    utterance.revision = revision


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value


def conversation_lock(*, owner: User, conversation_id: uuid.UUID) -> Conversation:
    """The conversation with its recordings locked. Raises `NotFoundError`."""
    conversation = selectors.conversation_get(user=owner, conversation_id=conversation_id)
    ids = selectors.recording_list(user=owner, conversation_id=conversation_id).values_list("pk", flat=True)
    recordings_lock(owner=owner, recording_ids=ids)
    return conversation
