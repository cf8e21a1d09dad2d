"""Stores what inference workers send back. Everything may arrive twice, late, or for an attempt given up."""

from __future__ import annotations

import logging
from functools import partial
from typing import cast

from django.db import transaction
from django.utils import timezone

from backend.analyses.models import Analysis, AnalysisState
from backend.analyses.services import transitions
from backend.conversations.models import Utterance
from backend.conversations.serializers import UtteranceSerializer
from backend.conversations.services import utterances_forget, utterances_store
from backend.core import metrics
from backend.core.wire_form import wire_form
from backend.realtime import events
from inference_worker import contract

logger = logging.getLogger(__name__)

_PROGRESS_EPSILON_S = 1e-3


@transaction.atomic
def unit_store(*, result: contract.UnitResult) -> bool:
    """Store a unit once and send the next. False: it was dropped as a copy, or as of an attempt given up."""
    analysis = _current(result.analysis_id, result.attempt, result.unit)
    if analysis is None:
        return False
    transaction.on_commit(partial(_count_stored, result))
    if not _moved_on(analysis, result):
        transitions.attempt_lost(
            analysis=analysis,
            code="inference_failed",
            message="The recording could not be analysed to its end. Try again; the audio is kept.",
        )
        return True
    replaces_all = result.unit == 0
    if replaces_all:
        utterances_forget(recording=analysis.recording)
    first_index = analysis.utterance_count
    _advance(analysis, result)
    if result.is_last:
        analysis.state = AnalysisState.DONE
        analysis.finished_at = timezone.now()
        metrics.analysis_outcomes.labels(analysis.state, "").inc()
    else:
        transitions.send_next(analysis)
    revision = transitions.count_revision(analysis)
    if replaces_all:
        analysis.utterances_from_revision = revision
    analysis.save()
    utterances = utterances_store(
        recording=analysis.recording,
        utterances=result.utterances,
        first_index=first_index,
        revision=revision,
    )
    transitions.tell_owner(analysis, partial(utterances_stored, utterances, replaces_all))
    return True


@transaction.atomic
def unit_fail(*, failure: contract.UnitFailure) -> bool:
    """Try the unit again or fail the analysis. False: the failure was dropped as of an attempt given up."""
    analysis = _current(failure.analysis_id, failure.attempt, failure.unit)
    if analysis is None:
        return False
    metrics.unit_outcomes.labels("failed").inc()
    transitions.attempt_lost(
        analysis=analysis, code=failure.code, message=failure.message, retryable=failure.retryable
    )
    return True


def _count_stored(result: contract.UnitResult) -> None:
    metrics.unit_outcomes.labels("stored").inc()
    metrics.unit_run.observe(result.decode_s + result.inference_s)
    metrics.audio.inc(max(0.0, result.processed_until_s - result.start_s))


def _current(analysis_id: str, attempt: int, unit: int) -> Analysis | None:
    """The locked analysis, if this attempt and unit is what it waits for."""
    analysis = transitions.lock(analysis_id)
    if analysis is None or not analysis.is_open or (analysis.attempt, analysis.next_unit) != (attempt, unit):
        metrics.unit_outcomes.labels("dropped").inc()
        logger.info("dropped a message for attempt %d unit %d", attempt, unit)
        return None
    return analysis


def _moved_on(analysis: Analysis, result: contract.UnitResult) -> bool:
    """False for a unit that brought nothing. A worker that was asked to stop may return one, but not for ever."""
    return result.is_last or result.processed_until_s > analysis.processed_until_s + _PROGRESS_EPSILON_S


def _advance(analysis: Analysis, result: contract.UnitResult) -> None:
    took_s = result.decode_s + result.inference_s
    done_s = result.processed_until_s - analysis.processed_until_s
    if took_s > 0 and done_s > 0:
        analysis.speed = done_s / took_s
    analysis.state = AnalysisState.RUNNING
    analysis.started_at = analysis.started_at or timezone.now()
    analysis.next_unit += 1
    analysis.losses = 0
    analysis.processed_until_s = result.processed_until_s
    analysis.utterance_count += len(result.utterances)
    analysis.asr_engine = result.asr_engine
    analysis.emotion_engine = result.emotion_engine or ""
    analysis.speakers = [anchor.to_json() for anchor in result.speakers]
    analysis.cue_baseline = None if result.cue_baseline is None else result.cue_baseline.to_json()
    analysis.dispatched_at = None
    analysis.worker = analysis.worker_boot_id = ""
    analysis.recording.duration_s = result.duration_s


def utterances_stored(
    utterances: list[Utterance], replaces_all: bool, recording: events.Recording
) -> events.UtterancesStored:
    return {
        "type": "utterances.stored",
        "revision": recording["revision"],
        "recording": recording,
        "replaces_all": replaces_all,
        "utterances": [
            cast(events.Utterance, wire_form(UtteranceSerializer, utterance)) for utterance in utterances
        ],
    }
