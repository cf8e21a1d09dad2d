"""Learning a person's correction of the emotion model: asks workers when corrections changed, keeps what they found."""

from __future__ import annotations

import uuid
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from backend.accounts.models import User
from backend.analyses import dispatch
from backend.analyses.models import EmotionAdaptation
from backend.conversations.models import EmotionMode, Recording, Utterance
from backend.core.after_commit import after_commit
from inference_worker import contract

FEWEST_CORRECTIONS = 3
"""Fewer teach nothing, whatever was left standing beside them."""
MOST_CORRECTIONS = 200
MOST_STANDING_OF_A_LABEL = 5
"""Answers that were shown and left standing in the same recordings. Without them only mistakes would be known, and
everything would begin to sound like the corrections."""
ASK_AGAIN_AFTER = timedelta(hours=1)


def adaptations_ask() -> int:
    """Ask for everybody whose corrections changed since they were last learnt from; how many were asked for.

    Who has too few corrections left loses what was learnt from them.
    """
    marks = _marks_by_owner()
    EmotionAdaptation.objects.exclude(owner__in=list(marks)).delete()
    known = EmotionAdaptation.objects.filter(owner__in=list(marks)).in_bulk(field_name="owner_id")
    overdue = timezone.now() - ASK_AGAIN_AFTER
    asked = 0
    for owner_id, mark in marks.items():
        row = known.get(owner_id)
        is_learnt = row is not None and row.marks == mark and (row.asked_at is None or row.asked_at > overdue)
        if not is_learnt:
            asked += int(adaptation_ask(owner_id=owner_id, marks=mark))
    return asked


@transaction.atomic
def adaptation_ask(*, owner_id: uuid.UUID, marks: str) -> bool:
    """Ask a worker to learn from this person's corrections. False: the person is gone meanwhile."""
    if not User.objects.select_for_update().filter(pk=owner_id).exists():
        return False
    request_id = uuid.uuid4()
    EmotionAdaptation.objects.update_or_create(
        owner_id=owner_id, defaults={"marks": marks, "request_id": request_id, "asked_at": timezone.now()}
    )
    after_commit(partial(dispatch.dispatch_adaptation, request_id, _spans(owner_id)))
    return True


@transaction.atomic
def adaptation_store(*, result: contract.AdaptationResult) -> bool:
    """Keep what a worker found. False: it was dropped as of an older question, or of a person who is gone."""
    row = (
        EmotionAdaptation.objects.select_for_update()
        .filter(request_id=result.request_id, asked_at__isnull=False)
        .first()
    )
    if row is None:
        return False
    if result.failed:
        # Still asked: what was learnt before stays, and the next question comes after a while.
        row.reason = result.reason
        row.save(update_fields=["reason"])
        return True
    learnt = result.adaptation
    row.asked_at = None
    row.engine, row.width, row.table = (learnt.engine, learnt.width, learnt.table) if learnt else ("", 0, "")
    row.samples, row.reason = result.samples, result.reason
    row.recall_before, row.recall_after = result.recall_before, result.recall_after
    row.save()
    return True


def _heard() -> QuerySet[Utterance]:
    """Utterances that may be learnt from: not in the trash, and emotion is switched on."""
    return Utterance.objects.filter(
        owner__emotion_enabled=True,
        recording__conversation__emotion_mode=EmotionMode.ON,
        recording__conversation__trashed_at=None,
        emotion_label__isnull=False,
    )


def _marks_by_owner() -> dict[uuid.UUID, str]:
    """What the corrections of everybody who has enough of them are known by."""
    corrected = _heard().filter(machine_emotion_label__isnull=False).order_by()
    sums = corrected.values("owner").annotate(count=Count("pk"), newest=Max("revision"))
    return {
        row["owner"]: f"{row['count']}:{row['newest']}" for row in sums.filter(count__gte=FEWEST_CORRECTIONS)
    }


def _spans(owner_id: uuid.UUID) -> list[tuple[Recording, contract.LabelledSpan]]:
    """The newest corrections and what was left standing beside them, oldest first."""
    mine = _heard().filter(owner_id=owner_id).select_related("recording").order_by("-revision", "-index")
    corrected = list(mine.filter(machine_emotion_label__isnull=False)[:MOST_CORRECTIONS])
    standing = mine.filter(
        Q(recording__in={utterance.recording_id for utterance in corrected}),
        machine_emotion_label__isnull=True,
        emotion_confident=True,
    )
    beside = [
        utterance
        for label in contract.EMOTION_LABELS
        for utterance in standing.filter(emotion_label=label)[:MOST_STANDING_OF_A_LABEL]
    ]
    return [(utterance.recording, _span(utterance)) for utterance in reversed([*corrected, *beside])]


def _span(utterance: Utterance) -> contract.LabelledSpan:
    return contract.LabelledSpan(
        start_s=utterance.start_s, end_s=utterance.end_s, label=str(utterance.emotion_label)
    )
