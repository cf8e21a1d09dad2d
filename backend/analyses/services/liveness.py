"""Notices lost workers and lost messages, so that no analysis stays unfinished."""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from backend.analyses import dispatch
from backend.analyses.models import Analysis, AnalysisState, Worker
from backend.analyses.services import transitions
from backend.core import metrics
from backend.realtime import publisher
from inference_worker import contract

logger = logging.getLogger(__name__)

_MESSAGE_LOST_AFTER_S = 30.0
_QUIET_S = 10.0
"""A worker that is alive sends a heartbeat every 5 s, if not more often."""
_LONGEST_DELAY_S = 120.0
"""Nothing is put off for longer."""
_LOST_MESSAGE = "The machine that analysed it stopped several times. Try again; the audio is kept."


def worker_heartbeat(*, heartbeat: contract.WorkerHeartbeat) -> None:
    """Note that a worker is alive and how far it is; take back what an earlier boot of it had."""
    seen_at = timezone.now()
    worker = {
        "boot_id": heartbeat.boot_id,
        "last_seen_at": seen_at,
        "sent_at": heartbeat.sent_at,
        "asr_engine": heartbeat.asr_engine,
        "emotion_engine": heartbeat.emotion_engine or "",
        "asr_device": heartbeat.asr_device,
    }
    # A late message of the boot before must not take back what the worker has now. If nothing is heard of that any
    # more, this one is not late: the worker's clock was put back.
    is_quiet = Q(last_seen_at__lt=seen_at - timedelta(seconds=_QUIET_S)) | Q(last_seen_at__gt=seen_at)
    is_news = Q(boot_id=heartbeat.boot_id) | Q(sent_at__lt=heartbeat.sent_at) | is_quiet
    if not Worker.objects.filter(is_news, name=heartbeat.worker).update(**worker):
        _, is_new = Worker.objects.get_or_create(name=heartbeat.worker, defaults=worker)
        if not is_new:
            return
    for running in heartbeat.running:
        _note_running(heartbeat, running, seen_at)
    lost = Analysis.objects.filter(state=AnalysisState.RUNNING, worker=heartbeat.worker)
    for analysis_id in lost.exclude(worker_boot_id=heartbeat.boot_id).values_list("pk", flat=True):
        _take_back(analysis_id, worker=heartbeat.worker, other_than_boot_id=heartbeat.boot_id)


def sweep() -> None:
    """Run every few seconds: take back units of silent workers, send what was not sent or got lost."""
    now = timezone.now()
    _forget_the_future(now)
    silent_since = now - timedelta(seconds=settings.ENVIRONMENT.worker_silent_s)
    silent = Analysis.objects.filter(state=AnalysisState.RUNNING, heartbeat_at__lt=silent_since)
    for analysis_id in silent.exclude(worker="").values_list("pk", flat=True):
        _take_back(analysis_id, silent_since=silent_since)
    is_open = Q(state__in=(AnalysisState.QUEUED, AnalysisState.RUNNING))
    unsent = Analysis.objects.filter(is_open, dispatched_at=None).filter(
        Q(retry_at=None) | Q(retry_at__lte=now)
    )
    for analysis in unsent.select_related("recording__owner"):
        dispatch.dispatch_unit(analysis)
    _send_lost_again(now)


def _forget_the_future(now: datetime) -> None:
    """When the clock was put back, what was noted before lies ahead, and would be waited for."""
    is_open = Q(state__in=(AnalysisState.QUEUED, AnalysisState.RUNNING))
    Analysis.objects.filter(is_open, dispatched_at__gt=now).update(dispatched_at=now)
    Analysis.objects.filter(is_open, heartbeat_at__gt=now).update(heartbeat_at=now)
    late = now + timedelta(seconds=_LONGEST_DELAY_S)
    Analysis.objects.filter(is_open, retry_at__gt=late).update(retry_at=None)


def _note_running(
    heartbeat: contract.WorkerHeartbeat, running: contract.RunningUnit, seen_at: datetime
) -> None:
    held = Analysis.objects.filter(
        pk=running.analysis_id,
        attempt=running.attempt,
        next_unit=running.unit,
        state=AnalysisState.RUNNING,
        worker=heartbeat.worker,
        worker_boot_id=heartbeat.boot_id,
    )
    if held.update(heartbeat_at=seen_at):
        _publish_progress(held.values_list("recording_id", "recording__owner_id").first(), running)
    else:
        _unit_taken(heartbeat, running, seen_at)


@transaction.atomic
def _unit_taken(
    heartbeat: contract.WorkerHeartbeat, running: contract.RunningUnit, seen_at: datetime
) -> None:
    """The first sign of life from the worker that took the pending unit."""
    analysis = transitions.lock(running.analysis_id)
    if analysis is None or not analysis.is_open or analysis.worker:
        return
    if (analysis.attempt, analysis.next_unit) != (running.attempt, running.unit):
        return
    analysis.state = AnalysisState.RUNNING
    analysis.started_at = analysis.started_at or seen_at
    analysis.worker, analysis.worker_boot_id = heartbeat.worker, heartbeat.boot_id
    analysis.heartbeat_at = seen_at
    if analysis.dispatched_at is not None:
        waited_s = max(0.0, (seen_at - analysis.dispatched_at).total_seconds())
        metrics.queue_wait.labels(analysis.queue).observe(waited_s)
    analysis.recording.duration_s = running.duration_s or analysis.recording.duration_s
    analysis.save()
    transitions.announce(analysis)


def _publish_progress(ids: tuple[uuid.UUID, uuid.UUID] | None, running: contract.RunningUnit) -> None:
    if ids is None:
        return
    recording_id, owner_id = ids
    progress = min(1.0, running.position_s / running.duration_s) if running.duration_s else 0.0
    publisher.publish(
        owner_id,
        {
            "type": "analysis.progress",
            "recording_id": str(recording_id),
            "analysis_id": running.analysis_id,
            "progress": progress,
            "processed_until_s": running.position_s,
            "duration_s": running.duration_s,
        },
    )


@transaction.atomic
def _take_back(
    analysis_id: object,
    *,
    worker: str | None = None,
    other_than_boot_id: str | None = None,
    silent_since: datetime | None = None,
) -> None:
    """Count the attempt as lost, if what the caller saw is still so now that the row is locked."""
    analysis = transitions.lock(str(analysis_id))
    if analysis is None or analysis.state != AnalysisState.RUNNING or not analysis.worker:
        return
    if worker is not None and (analysis.worker != worker or analysis.worker_boot_id == other_than_boot_id):
        return
    if silent_since is not None and (analysis.heartbeat_at is None or analysis.heartbeat_at >= silent_since):
        return
    metrics.unit_outcomes.labels("lost").inc()
    analysis.is_suspect = True
    transitions.attempt_lost(analysis=analysis, code="worker_lost", message=_LOST_MESSAGE)


def _send_lost_again(now: datetime) -> None:
    """A unit that was sent a while ago, that nobody has and that no queue holds, was lost with its message."""
    waiting = Analysis.objects.filter(
        state__in=(AnalysisState.QUEUED, AnalysisState.RUNNING),
        worker="",
        dispatched_at__lt=now - timedelta(seconds=_MESSAGE_LOST_AFTER_S),
    )
    for queue in waiting.order_by().values_list("queue", flat=True).distinct():
        if dispatch.queue_length(queue):
            continue
        for analysis_id in waiting.filter(queue=queue).values_list("pk", flat=True):
            _message_lost(analysis_id, sent_before=now - timedelta(seconds=_MESSAGE_LOST_AFTER_S))


@transaction.atomic
def _message_lost(analysis_id: uuid.UUID, *, sent_before: datetime) -> None:
    """Counted as a lost attempt, too: a worker may have died of the unit before it could say that it has it."""
    analysis = transitions.lock(analysis_id)
    if analysis is None or not analysis.is_open or analysis.worker:
        return
    if analysis.dispatched_at is None or analysis.dispatched_at >= sent_before:
        return
    transitions.attempt_lost(analysis=analysis, code="worker_lost", message=_LOST_MESSAGE)
