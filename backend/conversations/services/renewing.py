"""What a newer analysis makes of utterances that a person has edited.

Whatever the person changed stays, and so does when the utterance begins and ends; the rest comes from the newer
analysis: words that were spoken in it, who spoke them and how they sound. Words that the newer analysis heard outside
of edited utterances come as new ones. Undo stays sound, because nothing that an edit has written down is touched.
"""

from __future__ import annotations

import dataclasses
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.utils import timezone

from backend.accounts.services import revision_next
from backend.conversations import selectors
from backend.conversations.models import Edit, Recording, Utterance
from backend.conversations.search_form import search_form
from backend.conversations.selectors import edits
from backend.conversations.services import emotion_fields, word_state
from backend.conversations.services.edit_log import FIRST_INDEX_OF_PEOPLE
from backend.conversations.services.telling import utterances_tell
from inference_worker import contract

_WORDS = ("text", "words", "confidence", "language")
_SOUND = (
    "emotion_label",
    "emotion_confident",
    "emotion_probabilities",
    "emotion_strength",
    "cues",
)
_RENEWED = [*_WORDS, *_SOUND, "speaker", "search_text", "revision"]
_NEAR_S = 0.2
"""A word this near to an utterance whose words were edited is one of them, heard by another analysis."""
_NEAR_RENEWED_S = 0.5
"""As above where the words are renewed: none is lost, so it may be further."""
_WRITE_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    remaining: list[contract.Utterance]
    """What the unit heard outside of edited utterances."""
    revision: int | None
    """Of the edited utterances that were told to the owner; None: there were none."""
    kept: int
    """How many edited utterances a new analysis left standing when it began."""


@dataclass(slots=True)
class _Edited:
    """An utterance that a person has edited, and what the newer analysis heard in it."""

    utterance: Utterance
    fixed: set[str]
    """Fields that edits have written down."""
    words: list[tuple[contract.Word, contract.Utterance]] = field(default_factory=list)

    @property
    def keeps_words(self) -> bool:
        return bool(self.fixed & {"text", "words"})


def utterances_forget(*, recording: Recording, keep_edits: bool) -> int:
    """Remove utterances before a new analysis brings its own; those that a person has edited stay if `keep_edits`.

    Edits of what is removed stay in the log, but can no longer be undone. Must run in the transaction of the new
    analysis. Returns from which index its utterances count.
    """
    of_recording = Utterance.objects.filter(recording=recording)
    if not keep_edits or not of_recording.filter(edits.EDITED).exists():
        of_recording.delete()
        Edit.objects.filter(recording=recording, superseded_at=None).update(superseded_at=timezone.now())
        return 0
    of_recording.exclude(edits.EDITED).delete()
    indexes = dict(of_recording.values_list("pk", "index"))
    taken = {index for index in indexes.values() if index < FIRST_INDEX_OF_PEOPLE}
    lost: list[uuid.UUID] = []
    for edit in Edit.objects.filter(recording=recording, superseded_at=None):
        changes = edit.changes
        if edit.undone_at is not None or any(
            change["after"] is not None and uuid.UUID(change["id"]) not in indexes for change in changes
        ):
            lost.append(edit.pk)
        states = [change[side] or {} for change in changes for side in ("before", "after")]
        taken |= {
            state["index"]
            for state in states
            if state.get("index", FIRST_INDEX_OF_PEOPLE) < FIRST_INDEX_OF_PEOPLE
        }
    Edit.objects.filter(pk__in=lost).update(superseded_at=timezone.now())
    return max(taken, default=-1) + 1


def utterances_renew(
    *,
    recording: Recording,
    utterances: Sequence[contract.Utterance],
    from_s: float,
    until_s: float,
    all_anew: bool,
) -> Renewal:
    """Bring edited utterances and what a unit heard from `from_s` to `until_s` together; the owner is told.

    `all_anew`: it is the first unit, so that every edited utterance counts as told anew. Must run in the transaction
    that stores the unit.
    """
    found = Utterance.objects.filter(edits.EDITED, recording=recording).select_related("recording")
    if not all_anew:
        found = found.filter(start_s__lt=until_s, end_s__gt=from_s)
    rows = list(found.order_by("start_s", "pk"))
    if not rows:
        return Renewal(remaining=list(utterances), revision=None, kept=0)
    fixed = _fixed_fields(recording, rows)
    edited = [_Edited(utterance=row, fixed=fixed[row.pk]) for row in rows]
    remaining = [part for heard in utterances for part in _outside(heard, edited)]
    keeps_emotion = selectors.emotion_wanted(conversation=recording.conversation)
    changed = [one for one in edited if one.words]
    for one in changed:
        _renew(one, from_s, until_s, keeps_emotion)
    told = edited if all_anew else changed
    if not told:
        return Renewal(remaining=remaining, revision=None, kept=0)
    revision = revision_next(owner_id=recording.owner_id)
    for one in told:
        one.utterance.revision = revision
    Utterance.objects.bulk_update([one.utterance for one in told], _RENEWED, batch_size=_WRITE_AT_ONCE)
    utterances_tell(
        owner_id=recording.owner_id,
        conversation_id=recording.conversation_id,
        utterances=[one.utterance for one in told],
        removed=[],
        revision=revision,
    )
    return Renewal(remaining=remaining, revision=revision, kept=len(edited) if all_anew else 0)


def _fixed_fields(recording: Recording, rows: Iterable[Utterance]) -> dict[uuid.UUID, set[str]]:
    """Which fields edits that hold have written down, for each utterance; all where it was split or merged."""
    everything = {*_WORDS, *_SOUND, "speaker"}
    fixed: dict[uuid.UUID, set[str]] = {row.pk: set() for row in rows}
    of_recording = Q(recording=recording) | Q(recording=None, conversation_id=recording.conversation_id)
    holding = Edit.objects.filter(of_recording, undone_at=None, superseded_at=None)
    for changes in holding.values_list("changes", flat=True):
        for change in changes:
            names = fixed.get(uuid.UUID(change["id"]))
            after = change["after"] or {}
            if names is not None:
                names.update(everything if "end_s" in after else after)
    return {pk: names or everything for pk, names in fixed.items()}


def _outside(heard: contract.Utterance, edited: Sequence[_Edited]) -> list[contract.Utterance]:
    """What is left of an utterance when its words that were spoken in edited ones are given to these."""
    near = [
        one for one in edited if one.utterance.start_s < heard.end_s and one.utterance.end_s > heard.start_s
    ]
    if not near:
        return [heard]
    if not heard.words:
        covered_s = sum(
            min(heard.end_s, one.utterance.end_s) - max(heard.start_s, one.utterance.start_s) for one in near
        )
        return [] if covered_s > (heard.end_s - heard.start_s) / 2 else [heard]
    placed = [(word, _nearest(word, near)) for word in heard.words]
    for word, one in placed:
        if one is not None:
            one.words.append((word, heard))
    runs = [
        [word for word, _ in run] for is_free, run in groupby(placed, lambda pair: pair[1] is None) if is_free
    ]
    return [heard if len(run) == len(heard.words) else _part(heard, run) for run in runs]


def _part(heard: contract.Utterance, words: Sequence[contract.Word]) -> contract.Utterance:
    return dataclasses.replace(
        heard,
        start_s=heard.start_s if words[0] is heard.words[0] else words[0].start_s,
        end_s=heard.end_s if words[-1] is heard.words[-1] else max(words[-1].end_s, words[0].start_s),
        text=" ".join(word.text for word in words),
        words=tuple(words),
    )


def _nearest(word: contract.Word, near: Sequence[_Edited]) -> _Edited | None:
    """In which edited utterance a word is spoken."""
    middle_s = (word.start_s + word.end_s) / 2

    def away_s(one: _Edited) -> float:
        return max(one.utterance.start_s - middle_s, middle_s - one.utterance.end_s, 0.0)

    nearest = min(near, key=away_s)
    return nearest if away_s(nearest) <= (_NEAR_S if nearest.keeps_words else _NEAR_RENEWED_S) else None


def _renew(one: _Edited, from_s: float, until_s: float, keeps_emotion: bool) -> None:
    utterance = one.utterance
    counts = Counter(id(heard) for _, heard in one.words)
    most = max((heard for _, heard in one.words), key=lambda heard: counts[id(heard)])
    if not one.keeps_words:
        _take_words(utterance, [word_state(word) for word, _ in one.words], from_s, until_s, most)
    if "speaker" not in one.fixed and most.speaker is not None:
        utterance.speaker = most.speaker
    if keeps_emotion and most.emotion is not None and not one.fixed & set(_SOUND):
        for name, value in emotion_fields(most.emotion).items():
            setattr(utterance, name, value)
        utterance.cues = None if most.cues is None else most.cues.to_json()


def _take_words(
    utterance: Utterance, words: list[dict[str, Any]], from_s: float, until_s: float, most: contract.Utterance
) -> None:
    """Words of other units stay: an utterance may have begun in the unit before."""
    if not utterance.words and not (from_s <= utterance.start_s and utterance.end_s <= until_s):
        return
    others = [
        word for word in utterance.words if not from_s <= (word["start_s"] + word["end_s"]) / 2 < until_s
    ]
    utterance.words = sorted([*others, *words], key=lambda word: float(word["start_s"]))
    utterance.text = " ".join(word["text"] for word in utterance.words)
    utterance.search_text = search_form(utterance.text)
    utterance.confidence, utterance.language = most.confidence, most.language
