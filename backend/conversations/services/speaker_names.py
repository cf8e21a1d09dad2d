"""A renaming of speakers goes on while the recording is still being analysed: later utterances get the new name, too.

The machine says `speaker_1` in every unit. Who was called Anna by then is called Anna there as well. What comes later
is added to the changes of the edit, so that undoing it takes the name back everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from backend.conversations.models import Edit, EditKind, Recording, Utterance


def renames_carry_on(*, recording: Recording, utterances: Sequence[Utterance]) -> None:
    """Give the speakers of new `utterances`, which are not stored yet, the names that people gave them before.

    Must run in a transaction that holds the lock of the recording.
    """
    if not utterances:
        return
    of_recording = Q(recording=recording) | Q(recording=None)
    edits = Edit.objects.filter(
        of_recording,
        conversation_id=recording.conversation_id,
        kind=EditKind.RENAME_SPEAKERS,
        undone_at=None,
        superseded_at=None,
    )
    for edit in edits.order_by("created_at", "pk"):
        names = _names(edit, recording)
        renamed = [spoken for spoken in utterances if spoken.speaker in names]
        for spoken in renamed:
            before, spoken.speaker = spoken.speaker, names[spoken.speaker]
            spoken.edit_count += 1
            change = {"before": {"speaker": before}, "after": {"speaker": spoken.speaker}}
            edit.changes.append({"id": str(spoken.pk), **change})
        if renamed:
            edit.save(update_fields=["changes"])


def _names(edit: Edit, recording: Recording) -> dict[str | None, str | None]:
    """From the old names to the new ones, as the edit has them for utterances of `recording`.

    `speaker_1` of another recording of the conversation is somebody else.
    """
    ids = [change["id"] for change in edit.changes]
    own = {
        str(pk)
        for pk in Utterance.objects.filter(recording=recording, pk__in=ids).values_list("pk", flat=True)
    }
    return {
        change["before"]["speaker"]: change["after"]["speaker"]
        for change in edit.changes
        if change["id"] in own
    }
