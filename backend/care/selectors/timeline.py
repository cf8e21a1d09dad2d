"""How somebody's conversations sounded: along one of them, and over days, weeks and months."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce

from backend.care.periods import BASELINES, Bucket, Row, Step, band, bucket_end, bucket_start, buckets
from backend.care.sight import Sight
from backend.care.spans import Lanes, Placed, Span, Timeline
from backend.conversations.days import days_refresh
from backend.conversations.models import Conversation, EmotionLabel, RecordingDay, SpeechDay, Utterance


def timeline(*, sight: Sight, span: Span, step: Step, speaker: str | None = None) -> Timeline:
    """Whole buckets: the first and the last are completed beyond `span`."""
    days_refresh(user=sight.owner)
    whole = Span(start=bucket_start(span.start, step), end=bucket_end(bucket_start(span.end, step), step))
    look_back = Span(start=whole.start - timedelta(days=BASELINES[step].days), end=whole.end)
    found = buckets(_rows(sight, look_back, speaker), step)
    shown = [bucket for bucket in found if bucket.start >= whole.start]
    before = [bucket for bucket in found if bucket.start < whole.start]
    labels = EmotionLabel.values
    return Timeline(
        span=whole,
        step=step,
        time_zone=str(sight.owner.zone),
        buckets=shown,
        # Against what was usual before; where too little is known of that, against the period itself.
        band=band(before, labels, step) or band(found, labels, step),
        speakers=_speakers(sight, whole),
    )


def period(*, sight: Sight, span: Span, speaker: str | None = None) -> tuple[Bucket, int]:
    """Everything between two days in one bucket, and on how many days somebody spoke."""
    days_refresh(user=sight.owner)
    rows = _rows(sight, span, speaker)
    whole = Bucket(span.start)
    for row in rows:
        whole.add(row)
    return whole, len({row.day for row in rows})


def last_day_with_speech(*, sight: Sight) -> date | None:
    days_refresh(user=sight.owner)
    return _days(sight).order_by("-day").values_list("day", flat=True).first()


def days_of_removed_emotion(*, sight: Sight) -> set[date]:
    """Days on which somebody spoke in a conversation whose emotion was removed."""
    days_refresh(user=sight.owner)
    removed = sight.recordings().filter(conversation__emotion_from_revision__gt=0)
    days = RecordingDay.objects.filter(owner=sight.owner, recording_id__in=removed.order_by().values("pk"))
    return set(days.values_list("day", flat=True))


def conversation_lanes(*, sight: Sight, conversation_id: uuid.UUID) -> Lanes:
    """Raises `NotFoundError`. Text and emotion are there whatever the scopes: the serializer leaves them out."""
    conversation = sight.conversation(conversation_id)
    recordings = sight.recordings().filter(conversation=conversation)
    placed, offset_s = [], 0.0
    for recording in recordings.order_by(Coalesce("recorded_at", "created_at"), "pk"):
        placed.append(Placed(recording=recording, offset_s=offset_s))
        offset_s += recording.duration_s or 0.0
    offsets = {one.recording.pk: one.offset_s for one in placed}
    utterances = Utterance.objects.filter(recording__in=offsets).defer("words").order_by("start_s", "pk")
    lanes: dict[str, list[tuple[float, Utterance]]] = {}
    for utterance in sorted(utterances, key=lambda u: offsets[u.recording_id]):
        lane = lanes.setdefault(utterance.speaker or "", [])
        lane.append((offsets[utterance.recording_id] + utterance.start_s, utterance))
    return Lanes(conversation=conversation, recordings=placed, lanes=list(lanes.items()))


def conversation_list(*, sight: Sight) -> QuerySet[Conversation]:
    """Those that the sight shows, the newest first, with how long the recordings in them are."""
    return (
        sight.conversations()
        .annotate(duration_s=Sum("recordings__duration_s"))
        .order_by("-started_at", "-pk")
    )


def _days(sight: Sight) -> QuerySet[SpeechDay] | QuerySet[RecordingDay]:
    if sight.sees_all:
        return SpeechDay.objects.filter(owner=sight.owner)
    recording_ids = sight.recordings().order_by().values("pk")
    return RecordingDay.objects.filter(owner=sight.owner, recording_id__in=recording_ids)


def _rows(sight: Sight, span: Span, speaker: str | None) -> list[Row]:
    days = _days(sight).filter(day__gte=span.start, day__lte=span.end)
    if speaker is not None:
        days = days.filter(speaker=speaker)
    # Under other names than the columns': a sum would hide the column from the next sum.
    rows = (
        days.values_list("day", "emotion")
        .annotate(
            count=Sum("utterance_count"),
            speech=Sum("speech_s"),
            strength=Sum("strength_s"),
            uncertainty=Sum("uncertainty_s"),
        )
        .order_by("day")
    )
    return [Row._make(row) for row in rows]


def _speakers(sight: Sight, span: Span) -> list[tuple[str, float]]:
    days = _days(sight).filter(day__gte=span.start, day__lte=span.end)
    spoke = days.values("speaker").annotate(seconds=Sum("speech_s")).order_by("-seconds", "speaker")
    return [(row["speaker"], row["seconds"]) for row in spoke]
