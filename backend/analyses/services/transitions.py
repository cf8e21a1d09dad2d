"""Every change of an analysis' state, under its row lock."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import cast

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from backend.accounts.models import User
from backend.accounts.services import revision_next
from backend.analyses import dispatch, selectors
from backend.analyses.models import Analysis, AnalysisState
from backend.analyses.serializers import RecordingSerializer
from backend.conversations.models import Recording
from backend.core import metrics
from backend.core.after_commit import after_commit
from backend.core.errors import ConflictError
from backend.core.wire_form import wire_form
from backend.realtime import events, publisher

logger = logging.getLogger(__name__)

_RETRY_DELAYS_S = (0.0, 5.0, 30.0)
_UNFIT_DELAY_S = 30.0
"""The next worker may be one that fits; with none there, this is how often they are asked."""


class AudioRemovedError(ConflictError):
    code = "audio_removed"
    title = "The audio is not kept any more"


class AnalysisStateError(ConflictError):
    code = "analysis_state"
    title = "The analysis is not in a state for that"


def analysis_create(*, recording: Recording) -> Analysis:
    """Queue the analysis of a new recording. Must run in the transaction that creates the recording."""
    analysis = Analysis.objects.create(recording=recording)
    after_commit(partial(dispatch.dispatch_unit, analysis))
    tell_owner(analysis, recording_changed)
    return analysis


@transaction.atomic
def analysis_retry(*, user: User, recording_id: uuid.UUID, discard_edits: bool = False) -> Recording:
    """Go on with a failed or cancelled analysis, or do a finished one anew.

    What a person has edited stays, unless it begins anew and `discard_edits`. Raises `NotFoundError`,
    `AnalysisStateError` while it is queued or running, and `AudioRemovedError`.
    """
    analysis = lock_for_owner(user=user, recording_id=recording_id)
    if analysis.is_open or analysis.state == AnalysisState.LIVE:
        raise AnalysisStateError("It is still being analysed. Wait for it, or cancel it first.")
    if analysis.recording.audio_removed_at is not None:
        raise AudioRemovedError("Its audio was removed, as you have asked for. What is written stays.")
    if analysis.state == AnalysisState.DONE:
        analysis.next_unit, analysis.processed_until_s, analysis.utterance_count = 0, 0.0, 0
        analysis.speed = None
    analysis.discards_edits = discard_edits
    analysis.losses = 0
    analysis.is_suspect = False
    analysis.error_code = analysis.error_message = ""
    analysis.finished_at = None
    _queue_again(analysis, delay_s=0.0)
    return selectors.recording_get(user=user, recording_id=recording_id)


@transaction.atomic
def analysis_cancel(*, user: User, recording_id: uuid.UUID) -> Recording:
    """Stop an analysis; what is stored stays. Raises `NotFoundError`, `AnalysisStateError` when it is finished."""
    analysis = lock_for_owner(user=user, recording_id=recording_id)
    if not analysis.is_open:
        raise AnalysisStateError("It is not being analysed any more.")
    analysis.state = AnalysisState.CANCELLED
    analysis.finished_at = timezone.now()
    _release(analysis)
    analysis.save()
    announce(analysis)
    return selectors.recording_get(user=user, recording_id=recording_id)


def attempt_lost(*, analysis: Analysis, code: str, message: str, retryable: bool = True) -> None:
    """The pending unit did not succeed: queue it again, or fail when it cannot or has been tried often enough.

    `analysis` must be locked in the current transaction.
    """
    analysis.losses += 1
    if retryable and analysis.losses < settings.ENVIRONMENT.max_attempts:
        delay_s = _RETRY_DELAYS_S[min(analysis.losses - 1, len(_RETRY_DELAYS_S) - 1)]
        logger.warning("attempt %d lost (%s), trying again in %g s", analysis.attempt, code, delay_s)
        _queue_again(analysis, delay_s=delay_s)
        return
    logger.warning("analysis failed after attempt %d: %s", analysis.attempt, code)
    analysis.state = AnalysisState.FAILED
    metrics.analysis_outcomes.labels(AnalysisState.FAILED, code).inc()
    analysis.error_code, analysis.error_message = code, message
    analysis.error_can_pass = retryable
    analysis.finished_at = timezone.now()
    _release(analysis)
    analysis.save()
    announce(analysis)


def attempt_unfit(*, analysis: Analysis) -> None:
    """The worker that took the pending unit speaks another version: it waits, however long, for one that fits.

    `analysis` must be locked in the current transaction.
    """
    logger.warning("backend and worker are of different versions; the unit waits for a worker that fits")
    _queue_again(analysis, delay_s=_UNFIT_DELAY_S)


def lock(analysis_id: str | uuid.UUID) -> Analysis | None:
    """The analysis with its row lock (SQLite locks the whole database: its transactions begin IMMEDIATE).

    The recording is locked first, here and where it is deleted, so that the two wait for each other in one order.
    """
    if connection.features.has_select_for_update:
        Recording.objects.select_for_update(of=("self",)).filter(analysis__pk=analysis_id).first()
    locked = Analysis.objects.select_for_update(of=("self",)).select_related("recording__conversation")
    return locked.filter(pk=analysis_id).first()


def lock_for_owner(*, user: User, recording_id: uuid.UUID) -> Analysis:
    """Raises `NotFoundError`."""
    recording = selectors.recording_get(user=user, recording_id=recording_id)
    analysis = lock(recording.analysis.pk)
    if analysis is None:
        raise AnalysisStateError("The recording was deleted meanwhile.")
    return analysis


def send_next(analysis: Analysis) -> None:
    """Have the pending unit sent when the current transaction commits."""
    _release(analysis)
    after_commit(partial(dispatch.dispatch_unit, analysis))


def announce(analysis: Analysis) -> None:
    """Count a revision of the recording, and tell its owner when the transaction commits."""
    count_revision(analysis)
    tell_owner(analysis, recording_changed)


def recording_changed(recording: events.Recording) -> events.RecordingChanged:
    return {"type": "recording.changed", "revision": recording["revision"], "recording": recording}


def count_revision(analysis: Analysis) -> int:
    """The recording's new revision. Each is told to the owner in exactly one event, so that a client sees gaps."""
    recording = analysis.recording
    recording.revision = revision_next(owner_id=recording.owner_id)
    recording.save(update_fields=["revision", "duration_s"])
    return recording.revision


def tell_owner(analysis: Analysis, event: Callable[[events.Recording], events.PublishedEvent]) -> None:
    """Publish what `event` makes of the recording as it is when the transaction commits."""
    recording = analysis.recording

    def publish() -> None:
        recording.analysis = analysis
        publisher.publish(
            recording.owner_id, event(cast(events.Recording, wire_form(RecordingSerializer, recording)))
        )

    after_commit(publish)


def _queue_again(analysis: Analysis, *, delay_s: float) -> None:
    analysis.state = AnalysisState.QUEUED
    analysis.attempt += 1
    analysis.retry_at = timezone.now() + timedelta(seconds=delay_s) if delay_s else None
    if delay_s:
        _release(analysis)
    else:
        send_next(analysis)
    analysis.save()
    announce(analysis)


def _release(analysis: Analysis) -> None:
    """Nobody has the pending unit any more, and it has not been sent."""
    analysis.dispatched_at = None
    analysis.worker = analysis.worker_boot_id = ""
    analysis.heartbeat_at = None
