"""How much of each emotion was heard on each day: sums kept beside the utterances, so that reading a year is cheap.

Every write of utterances calls `recordings_mark_changed` in its transaction; whoever reads sums calls `days_refresh`
first. A refresh sums only the recordings that changed, and then the days that these touch. A day is one of its
owner's time zone, and an utterance belongs to the day on which it began.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    Expression,
    F,
    FloatField,
    Func,
    Max,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.db.models.sql.compiler import SQLCompiler

from backend.accounts.models import User
from backend.conversations.models import (
    ChangedRecording,
    Recording,
    RecordingDay,
    SpeechCalendar,
    SpeechDay,
    Utterance,
)

_BATCH = 200
"""Recordings, or days, that one statement sums."""
_SUMS = ("utterance_count", "speech_s", "strength_s", "uncertainty_s")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stretch:
    """The part of a recording that lies on one day; None: to its end."""

    recording_id: uuid.UUID
    day: date
    from_s: float
    until_s: float | None


def recordings_mark_changed(*, owner_id: uuid.UUID, recording_ids: Iterable[uuid.UUID]) -> None:
    """Say that utterances of these recordings were written, or that the recordings came or went.

    Must run in the transaction of the change. Cheap: one row each, nothing is summed.
    """
    ChangedRecording.objects.bulk_create(
        ChangedRecording(owner_id=owner_id, recording_id=recording_id) for recording_id in set(recording_ids)
    )


def days_refresh(*, user: User) -> None:
    """Bring the day sums of a person up to date; when nothing changed it only looks. May run twice at a time."""
    changed = ChangedRecording.objects.filter(owner=user)
    current = SpeechCalendar.objects.filter(owner=user, time_zone=str(user.zone))
    if current.filter(~Exists(ChangedRecording.objects.filter(owner=user))).exists():
        return
    with transaction.atomic():
        # One at a time for each person: the sums are replaced, and two would write them twice.
        locked = SpeechCalendar.objects.select_for_update().filter(owner=user)
        calendar = locked.first()
        if calendar is None:
            SpeechCalendar.objects.get_or_create(owner=user)
            calendar = locked.get()
        if calendar.time_zone != str(user.zone):
            calendar.time_zone = str(user.zone)
            calendar.save(update_fields=["time_zone"])
            _mark_everything(user)
        # The marks are read before the utterances: a change that commits in between leaves a mark of its own.
        marks = dict(changed.values_list("pk", "recording_id"))
        days = _recordings_sum(user, sorted(set(marks.values())))
        _days_sum(user, sorted(days))
        for pks in _batches(sorted(marks)):
            changed.filter(pk__in=pks).delete()


def days_refresh_everyone() -> None:
    """Deal with the marks of everybody, so that what was deleted leaves the sums soon, also when nobody reads them."""
    for user in User.objects.filter(pk__in=ChangedRecording.objects.values("owner")).iterator():
        days_refresh(user=user)


def _mark_everything(user: User) -> None:
    known = set(Recording.objects.filter(owner=user).values_list("pk", flat=True))
    known |= set(RecordingDay.objects.filter(owner=user).values_list("recording_id", flat=True).distinct())
    recordings_mark_changed(owner_id=user.pk, recording_ids=known)


def _recordings_sum(user: User, recording_ids: Sequence[uuid.UUID]) -> set[date]:
    """Sum these recordings anew. Returns the days that they touched before or touch now."""
    days: set[date] = set()
    for ids in _batches(recording_ids):
        old = RecordingDay.objects.filter(owner=user, recording_id__in=ids)
        days |= set(old.values_list("day", flat=True))
        old.delete()
        stretches = list(_stretches(user, ids))
        days |= {stretch.day for stretch in stretches}
        RecordingDay.objects.bulk_create(
            RecordingDay(owner=user, **row) for row in _sums_of_stretches(stretches)
        )
    return days


def _days_sum(user: User, days: Sequence[date]) -> None:
    for some in _batches(days):
        SpeechDay.objects.filter(owner=user, day__in=some).delete()
        rows = RecordingDay.objects.filter(owner=user, day__in=some).values("day", "speaker", "emotion")
        sums: QuerySet[RecordingDay, Any] = rows.annotate(
            **{f"sum_{name}": Sum(name) for name in _SUMS}
        ).order_by()
        SpeechDay.objects.bulk_create(
            SpeechDay(
                owner=user,
                day=row["day"],
                speaker=row["speaker"],
                emotion=row["emotion"],
                **{name: row[f"sum_{name}"] for name in _SUMS},
            )
            for row in sums
        )


def _counted(user: User, recording_ids: Sequence[uuid.UUID]) -> QuerySet[Recording]:
    """Those whose utterances are part of a person's days."""
    return Recording.objects.filter(owner=user, pk__in=recording_ids, conversation__trashed_at=None)


def _stretches(user: User, recording_ids: Sequence[uuid.UUID]) -> Iterator[_Stretch]:
    recordings = _counted(user, recording_ids).annotate(
        began_at=Coalesce("recorded_at", "created_at"), last_s=Max("utterances__start_s")
    )
    for recording_id, began_at, last_s in recordings.values_list("pk", "began_at", "last_s"):
        if last_s is not None:
            yield from _split_at_midnight(recording_id, began_at, last_s, user.zone)


def _split_at_midnight(
    recording_id: uuid.UUID, began_at: datetime, last_s: float, zone: ZoneInfo
) -> Iterator[_Stretch]:
    from_s = 0.0
    day = began_at.astimezone(zone).date()
    while True:
        day_after = day + timedelta(days=1)
        until_s = (datetime.combine(day_after, time(), zone) - began_at).total_seconds()
        if last_s < until_s:
            yield _Stretch(recording_id=recording_id, day=day, from_s=from_s, until_s=None)
            return
        yield _Stretch(recording_id=recording_id, day=day, from_s=from_s, until_s=until_s)
        day, from_s = day_after, until_s


def _sums_of_stretches(stretches: Sequence[_Stretch]) -> Iterator[dict[str, Any]]:
    """A row for each recording, day, speaker and emotion. Nearly every recording lies on one day: these are summed
    together, the others one by one."""
    whole = {s.recording_id: s.day for s in stretches if s.from_s == 0.0 and s.until_s is None}
    for row in _sums(Utterance.objects.filter(recording_id__in=whole)):
        yield {**row, "day": whole[row["recording_id"]]}
    for stretch in stretches:
        if stretch.recording_id in whole:
            continue
        part = Utterance.objects.filter(recording_id=stretch.recording_id, start_s__gte=stretch.from_s)
        if stretch.until_s is not None:
            part = part.filter(start_s__lt=stretch.until_s)
        for row in _sums(part):
            yield {**row, "day": stretch.day}


def _sums(utterances: QuerySet[Utterance]) -> Iterator[dict[str, Any]]:
    length_s = F("end_s") - F("start_s")
    rows = (
        utterances.annotate(who=Coalesce("speaker", Value("")), sounds=_sounds())
        .values("recording_id", "who", "sounds")
        .annotate(
            count=Count("pk"),
            speech=Sum(length_s),
            strength=Sum(Coalesce("emotion_strength", 0.0) * length_s),
            uncertainty=Sum((1.0 - _probability()) * length_s),
        )
        .order_by()
    )
    for row in rows:
        yield {
            "recording_id": row["recording_id"],
            "speaker": row["who"],
            "emotion": row["sounds"],
            "utterance_count": row["count"],
            "speech_s": row["speech"],
            "strength_s": row["strength"],
            "uncertainty_s": row["uncertainty"],
        }


def _sounds() -> Expression:
    """The emotion that an utterance counts as."""
    return Case(
        When(emotion_label=None, then=Value("")),
        When(emotion_confident=False, then=Value(SpeechDay.UNSURE)),
        default=F("emotion_label"),
        output_field=CharField(),
    )


def _probability() -> Expression:
    """What the model gave the label that it chose; 1 where there is no emotion, or where a person has corrected it,
    which adds no uncertainty."""
    corrected = When(machine_emotion_label__isnull=False, then=Value(1.0))
    given = _Member(F("emotion_probabilities"), F("emotion_label"))
    return Case(corrected, default=Coalesce(given, 1.0), output_field=FloatField())


class _Member(Func):
    """The number in a JSON object under the key that another column has: null without it. Django's own transforms
    know only keys that are the same for every row."""

    template = "((%(expressions)s)::double precision)"
    arg_joiner = " ->> "
    output_field = FloatField()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="json_extract(%(expressions)s)", arg_joiner=", '$.' || ", **context
        )


def _batches(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]
