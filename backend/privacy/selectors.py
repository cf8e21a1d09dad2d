"""Reads: what is due, and what was removed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from backend.accounts.models import User
from backend.analyses.models import AnalysisState
from backend.conversations.models import Recording
from backend.privacy.models import Removal

GIVEN_UP_AFTER = timedelta(days=1)
"""Audio that is not to be kept after analysis waits so long for another try when its analysis failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """How much a choice would remove now."""

    recording_count: int
    audio_bytes: int


def removal_list(*, user: User) -> QuerySet[Removal]:
    return Removal.objects.filter(owner=user)


def audio_due(*, user: User, keep_days: int) -> QuerySet[Recording]:
    """Recordings whose audio is not to be kept any longer."""
    now = timezone.now()
    with_audio = _touchable(user).filter(audio_removed_at__isnull=True)
    if keep_days > 0:
        return with_audio.filter(created_at__lte=now - timedelta(days=keep_days))
    return with_audio.filter(
        Q(analysis__state=AnalysisState.DONE) | Q(analysis__finished_at__lte=now - GIVEN_UP_AFTER)
    )


def text_due(*, user: User, keep_days: int) -> QuerySet[Recording]:
    """Recordings whose captions are not to be kept any longer."""
    with_text = _touchable(user).filter(text_removed_at__isnull=True)
    return with_text.filter(created_at__lte=timezone.now() - timedelta(days=keep_days))


def due(*, user: User, audio_keep_days: int | None, text_keep_days: int | None) -> tuple[Due, Due]:
    """What these choices would remove of audio and of text."""
    audio = (
        Recording.objects.none()
        if audio_keep_days is None
        else audio_due(user=user, keep_days=audio_keep_days)
    )
    text = (
        Recording.objects.none() if text_keep_days is None else text_due(user=user, keep_days=text_keep_days)
    )
    return _counted(audio), Due(recording_count=text.count(), audio_bytes=0)


def _touchable(user: User) -> QuerySet[Recording]:
    """Not pinned, and not being analysed."""
    settled = (AnalysisState.DONE, AnalysisState.FAILED, AnalysisState.CANCELLED)
    return Recording.objects.filter(owner=user, conversation__pinned=False, analysis__state__in=settled)


def _counted(recordings: QuerySet[Recording]) -> Due:
    size = recordings.aggregate(bytes=Sum("size_bytes"))["bytes"]
    return Due(recording_count=recordings.count(), audio_bytes=size or 0)
