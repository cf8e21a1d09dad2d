"""Reads of recordings with their analyses."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Min, QuerySet
from django.utils import timezone

from backend.accounts.models import User
from backend.analyses.models import OFFLINE_ENGINE, Analysis, AnalysisState, Worker
from backend.conversations import selectors as conversations
from backend.conversations.models import Conversation, Recording, Utterance
from backend.conversations.selectors import edits, history
from backend.core.errors import NotFoundError

_CHANGES_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    revision: int
    recordings: list[Recording]
    utterances: list[Utterance]
    deleted_recording_ids: list[uuid.UUID]
    deleted_utterance_ids: list[uuid.UUID]
    conversations: list[Conversation]
    trashed_conversation_ids: list[uuid.UUID]
    me: User | None
    """None: what the person prefers did not change."""
    more: bool


def recording_list(*, user: User, conversation_id: uuid.UUID | None = None) -> QuerySet[Recording]:
    recordings = conversations.recording_list(user=user, conversation_id=conversation_id)
    return recordings.select_related("analysis", "conversation")


def recording_get(*, user: User, recording_id: uuid.UUID) -> Recording:
    """Raises `NotFoundError`."""
    recording = recording_list(user=user).filter(pk=recording_id).first()
    if recording is None:
        raise NotFoundError("There is no such recording, or it is not yours.")
    return recording


def changes(*, user: User, since_revision: int) -> Changes:
    """What changed after `since_revision`: whole revisions only, so that nothing falls between two pages."""
    person = User.objects.get(pk=user.pk)
    latest = person.revision
    utterances = conversations.utterances_changed(
        user=user, since_revision=since_revision, up_to_revision=latest
    )
    recordings = recording_list(user=user).filter(revision__gt=since_revision).order_by("revision")
    conversations_changed = history.conversations_changed(user=user, since_revision=since_revision)
    up_to = min(_page_end(found, latest) for found in (utterances, recordings, conversations_changed))
    return Changes(
        revision=up_to,
        recordings=list(recordings.filter(revision__lte=up_to)),
        utterances=list(utterances.filter(revision__lte=up_to)),
        deleted_recording_ids=conversations.recordings_deleted(
            user=user, since_revision=since_revision, up_to_revision=up_to
        ),
        deleted_utterance_ids=edits.utterances_deleted(
            user=user, since_revision=since_revision, up_to_revision=up_to
        ),
        conversations=list(conversations_changed.filter(revision__lte=up_to)),
        trashed_conversation_ids=history.conversations_trashed(
            user=user, since_revision=since_revision, up_to_revision=up_to
        ),
        me=person if since_revision < person.preferences_revision <= up_to else None,
        more=up_to < latest,
    )


def _page_end(changed: QuerySet[Any], latest: int) -> int:
    """The last revision of a page of `changed`, which is ordered by revision."""
    revisions = list(changed.values_list("revision", flat=True)[: _CHANGES_PAGE + 1])
    if len(revisions) <= _CHANGES_PAGE:
        return latest
    # The last revision may go on behind the page; but a page holds one whole revision at least.
    return int(max(revisions[_CHANGES_PAGE] - 1, revisions[0]))


def open_analyses() -> dict[str, int]:
    """How many analyses wait or run, of everybody: for the operator."""
    states = (AnalysisState.QUEUED, AnalysisState.RUNNING)
    found = Analysis.objects.filter(state__in=states).values_list("state").annotate(number=Count("pk"))
    return {**dict.fromkeys(map(str, states), 0), **dict(found)}


def oldest_open_age_s() -> float:
    """Since when the oldest unfinished analysis has been there; 0 without one."""
    states = (AnalysisState.QUEUED, AnalysisState.RUNNING)
    oldest = Analysis.objects.filter(state__in=states).aggregate(at=Min("created_at"))["at"]
    return (timezone.now() - oldest).total_seconds() if oldest else 0.0


def only_offline_engine() -> bool:
    """Whether every worker that is alive has the small offline engine; False when none is known."""
    engines = list(live_workers().values_list("asr_engine", flat=True))
    return bool(engines) and all(engine.startswith(OFFLINE_ENGINE) for engine in engines)


def live_workers() -> QuerySet[Worker]:
    """Inference workers that gave a sign of life lately."""
    silent_since = timezone.now() - timedelta(seconds=settings.ENVIRONMENT.worker_silent_s)
    return Worker.objects.filter(last_seen_at__gte=silent_since)
