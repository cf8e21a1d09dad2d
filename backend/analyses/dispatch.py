"""The only module that sends to the queues of the inference workers."""

from __future__ import annotations

import logging
import uuid
from collections import defaultdict
from collections.abc import Sequence

from celery import current_app
from django.conf import settings
from django.core import signing
from django.core.files.storage import default_storage
from django.db.models import Exists, QuerySet
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from backend.accounts.vocabulary import vocabulary_of
from backend.analyses.models import Analysis, AnalysisState, EmotionAdaptation
from backend.conversations.models import Recording
from backend.conversations.selectors import emotion_wanted
from backend.core import log_context, tracing
from inference_worker import contract

logger = logging.getLogger(__name__)

FIRST_UNIT_S = 10.0
"""Short, so that the first caption comes soon."""
INTERACTIVE_UNIT_S = 60.0
BULK_UNIT_S = 300.0
BULK_FROM_S = 600.0
"""Recordings that are longer than this leave the interactive queue after their first unit."""
UNIT_WALL_TIME_S = 15.0
"""A unit should not keep a worker for longer, however slow it is: others wait behind it."""
_OPEN = (AnalysisState.QUEUED, AnalysisState.RUNNING)
_AUDIO_SALT = "analyses.audio"


def dispatch_unit(analysis: Analysis) -> None:
    """Send the next unit of an analysis, if it still is as it was read, open, and has not been sent yet.

    One that may have ended its worker waits until no other such is out; the sweep asks again.

    A queue that cannot be reached is no error here: the unit stays unsent, and the sweep sends it later.
    """
    queue, max_audio_s = unit_size(analysis)
    with log_context.bound(analysis=analysis.pk, unit=analysis.next_unit, attempt=analysis.attempt):
        # Written before it is sent, because the worker's first sign of life can come before `send_task` returns.
        pending = Analysis.objects.filter(
            pk=analysis.pk,
            attempt=analysis.attempt,
            next_unit=analysis.next_unit,
            dispatched_at=None,
            state__in=_OPEN,
        )
        if analysis.is_suspect:
            pending = pending.exclude(Exists(_suspects_that_are_out(analysis)))
        if not pending.update(dispatched_at=timezone.now(), queue=queue):
            return
        try:
            _send_unit(analysis, queue, max_audio_s)
        except OperationalError as error:
            logger.warning("the queue cannot be reached, the unit will be sent later: %s", error)
            Analysis.objects.filter(
                pk=analysis.pk, attempt=analysis.attempt, next_unit=analysis.next_unit, worker=""
            ).update(dispatched_at=None)


def _suspects_that_are_out(analysis: Analysis) -> QuerySet[Analysis]:
    others = Analysis.objects.filter(is_suspect=True, state__in=_OPEN, dispatched_at__isnull=False)
    return others.exclude(pk=analysis.pk)


def _send_unit(analysis: Analysis, queue: str, max_audio_s: float) -> None:
    ids = {"analysis": str(analysis.pk), "queue": queue}
    with tracing.span("dispatch unit", "PRODUCER", None, unit=analysis.next_unit, **ids):
        current_app.send_task(
            contract.TASK_ANALYZE_UNIT,
            args=[_request(analysis, max_audio_s).to_json()],
            queue=queue,
            task_id=f"{analysis.pk}:{analysis.attempt}:{analysis.next_unit}",
            ignore_result=True,
            headers=tracing.headers(),
        )


def unit_size(analysis: Analysis) -> tuple[str, float]:
    """Queue and seconds of audio of the next unit."""
    if analysis.speed is None:
        return contract.QUEUE_INTERACTIVE, FIRST_UNIT_S
    is_bulk = (analysis.recording.duration_s or 0.0) > BULK_FROM_S
    most_s = BULK_UNIT_S if is_bulk else INTERACTIVE_UNIT_S
    queue = contract.QUEUE_BULK if is_bulk else contract.QUEUE_INTERACTIVE
    return queue, min(most_s, max(FIRST_UNIT_S, UNIT_WALL_TIME_S * analysis.speed))


def send_live(request: contract.LiveRequest, *, expires_s: float | None = None) -> bool:
    """Send a request for a live utterance; an interim expires. False: the queue cannot be reached."""
    try:
        current_app.send_task(
            contract.TASK_LISTEN,
            args=[request.to_json()],
            queue=contract.QUEUE_LIVE,
            task_id=f"{request.stream_id}:{request.utterance}:{request.revision}",
            expires=expires_s,
            ignore_result=True,
            # Otherwise Celery writes out what the sound looks like, for logs that we do not keep.
            argsrepr="",
            kwargsrepr="",
        )
    except OperationalError as error:
        logger.warning("the queue cannot be reached, live captions wait: %s", error)
        return False
    return True


def queue_length(queue: str) -> int:
    """How many messages wait. Not zero, too, when the queue cannot be asked: nothing is lost by waiting."""
    try:
        with current_app.connection_for_read() as connection, connection.channel() as channel:
            return int(channel._size(queue))
    except (OperationalError, RedisError, OSError) as error:
        logger.warning("the queue %s cannot be asked: %s", queue, error)
        return 1


def sign_audio(recording_id: uuid.UUID) -> str:
    """A token for `recording_id` that is good for `AUDIO_URL_TTL_S` seconds."""
    return signing.TimestampSigner(salt=_AUDIO_SALT).sign(recording_id.hex)


def unsign_audio(token: str) -> uuid.UUID:
    """Raises `signing.BadSignature`, also when the token is too old."""
    signer = signing.TimestampSigner(salt=_AUDIO_SALT)
    return uuid.UUID(hex=signer.unsign(token, max_age=settings.ENVIRONMENT.audio_url_ttl_s))


def _audio_url(recording: Recording) -> str:
    """Where a worker fetches the audio without an account: from the object store, or else from the backend."""
    if getattr(default_storage, "signs_addresses", False):
        return default_storage.url(recording.audio.name or "")
    path = reverse("worker_audio", kwargs={"token": sign_audio(recording.pk)})
    return f"{settings.INTERNAL_URL}{path}"


def _request(analysis: Analysis, max_audio_s: float) -> contract.AnalysisRequest:
    recording = analysis.recording
    return contract.AnalysisRequest(
        analysis_id=str(analysis.pk),
        recording_id=str(recording.pk),
        attempt=analysis.attempt,
        unit=analysis.next_unit,
        audio_url=_audio_url(recording),
        audio_sha256=recording.sha256,
        audio_size_bytes=recording.size_bytes,
        language=recording.language,
        start_s=analysis.processed_until_s,
        max_audio_s=max_audio_s,
        max_duration_s=settings.ENVIRONMENT.max_recording_s,
        want_emotion=emotion_wanted(conversation=recording.conversation),
        cue_baseline=_cue_baseline(analysis),
        speakers=_speakers(analysis),
        vocabulary=tuple(vocabulary_of(owner_id=recording.owner_id)),
        emotion_adaptation=emotion_adaptation(owner_id=recording.owner_id),
    )


def emotion_adaptation(*, owner_id: uuid.UUID) -> contract.EmotionAdaptation | None:
    """What was learnt from a person's corrections, for their recordings."""
    learnt = EmotionAdaptation.objects.filter(owner_id=owner_id).exclude(table="").first()
    if learnt is None:
        return None
    return contract.EmotionAdaptation(
        engine=learnt.engine, width=learnt.width, table=learnt.table, samples=learnt.samples
    )


def dispatch_adaptation(
    request_id: uuid.UUID, spans: Sequence[tuple[Recording, contract.LabelledSpan]]
) -> None:
    """Ask a worker to learn from these utterances. A queue that cannot be reached is no error: it is asked again."""
    grouped: dict[uuid.UUID, list[contract.LabelledSpan]] = defaultdict(list)
    recordings = {recording.pk: recording for recording, _ in spans}
    for recording, span in spans:
        grouped[recording.pk].append(span)
    request = contract.AdaptationRequest(
        request_id=str(request_id),
        recordings=tuple(
            contract.AdaptationRecording(
                recording_id=str(pk),
                audio_url=_audio_url(recordings[pk]),
                audio_sha256=recordings[pk].sha256,
                audio_size_bytes=recordings[pk].size_bytes,
                spans=tuple(own),
            )
            for pk, own in grouped.items()
        ),
    )
    try:
        current_app.send_task(
            contract.TASK_ADAPT_EMOTION,
            args=[request.to_json()],
            queue=contract.QUEUE_BULK,
            task_id=f"adapt:{request_id}",
            ignore_result=True,
        )
    except OperationalError as error:
        logger.warning("the queue cannot be reached, an adaptation waits: %s", error)


def _speakers(analysis: Analysis) -> tuple[contract.SpeakerAnchor, ...]:
    if analysis.next_unit == 0:
        return ()
    return tuple(map(contract.SpeakerAnchor.from_json, analysis.speakers))


def _cue_baseline(analysis: Analysis) -> contract.CueBaseline | None:
    if analysis.next_unit == 0 or analysis.cue_baseline is None:
        return None
    return contract.CueBaseline.from_json(analysis.cue_baseline)
