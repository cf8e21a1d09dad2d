"""Stores what inference workers send back. Everything may arrive twice, late, or for an attempt given up."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from functools import partial
from typing import Any, cast

from django.db import transaction
from django.utils import timezone

from backend.analyses.models import Analysis, AnalysisState
from backend.analyses.services import transitions
from backend.conversations.models import Utterance
from backend.conversations.serializers import UtteranceSerializer
from backend.conversations.services import utterances_store
from backend.conversations.services.renewing import Renewal, utterances_forget, utterances_renew
from backend.core import metrics
from backend.core.after_commit import after_commit
from backend.core.wire_form import wire_form
from backend.realtime import events
from inference_worker import contract

logger = logging.getLogger(__name__)

_PROGRESS_EPSILON_S = 1e-3
_MOST_NO_SPEECH = 1000


@transaction.atomic
def unit_store(*, result: contract.UnitResult) -> bool:
    """Store a unit once and send the next. False: it was dropped as a copy, or as of an attempt given up."""
    analysis = _current(result.analysis_id, result.attempt, result.unit)
    if analysis is None:
        return False
    after_commit(partial(_count_stored, result))
    if not _moved_on(analysis, result):
        transitions.attempt_lost(
            analysis=analysis,
            code="inference_failed",
            message="The recording could not be analysed to its end. Try again; the audio is kept.",
        )
        return True
    replaces_all = result.unit == 0
    if replaces_all:
        analysis.next_index = utterances_forget(
            recording=analysis.recording, keep_edits=not analysis.discards_edits
        )
        analysis.discards_edits = False
    renewal = utterances_renew(
        recording=analysis.recording,
        utterances=result.utterances,
        from_s=result.start_s,
        until_s=math.inf if result.is_last else result.processed_until_s,
        all_anew=replaces_all,
    )
    first_index = analysis.next_index
    _advance(analysis, result, renewal)
    if result.is_last:
        analysis.state = AnalysisState.DONE
        analysis.finished_at = timezone.now()
        metrics.analysis_outcomes.labels(analysis.state, "").inc()
    else:
        transitions.send_next(analysis)
    revision = transitions.count_revision(analysis)
    if replaces_all:
        analysis.utterances_from_revision = renewal.revision or revision
    analysis.save()
    utterances = utterances_store(
        recording=analysis.recording,
        utterances=renewal.remaining,
        first_index=first_index,
        revision=revision,
    )
    transitions.tell_owner(analysis, partial(utterances_stored, utterances, replaces_all))
    return True


@transaction.atomic
def unit_fail(*, failure: contract.UnitFailure) -> bool:
    """Try the unit again or fail the analysis. False: the failure was dropped as of an attempt given up.

    A worker of another version is nobody's failure: the unit waits for one that fits.
    """
    analysis = _current(failure.analysis_id, failure.attempt, failure.unit)
    if analysis is None:
        return False
    if failure.code == contract.CODE_MISMATCH and failure.retryable:
        metrics.unit_outcomes.labels("unfit").inc()
        transitions.attempt_unfit(analysis=analysis)
        return True
    metrics.unit_outcomes.labels("failed").inc()
    # The worker could still say that it ends, as when its GPU is lost: which of its units did that is not known.
    analysis.is_suspect = analysis.is_suspect or failure.code == contract.CODE_WORKER_LOST
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


def _advance(analysis: Analysis, result: contract.UnitResult, renewal: Renewal) -> None:
    took_s = result.decode_s + result.inference_s
    done_s = result.processed_until_s - analysis.processed_until_s
    if took_s > 0 and done_s > 0:
        analysis.speed = done_s / took_s
    analysis.state = AnalysisState.RUNNING
    analysis.started_at = analysis.started_at or timezone.now()
    analysis.next_unit += 1
    analysis.losses = 0
    analysis.is_suspect = False
    analysis.processed_until_s = result.processed_until_s
    analysis.utterance_count += renewal.kept + len(renewal.remaining)
    analysis.next_index += len(renewal.remaining)
    analysis.asr_engine = result.asr_engine
    analysis.emotion_engine = result.emotion_engine or ""
    analysis.speakers = [anchor.to_json() for anchor in result.speakers]
    if result.unit == 0:
        analysis.no_speech, analysis.vocabulary_used = [], None
    analysis.no_speech = no_speech_with(analysis.no_speech, result.no_speech)
    if result.vocabulary_used is not None:
        analysis.vocabulary_used = result.vocabulary_used
    analysis.cue_baseline = None if result.cue_baseline is None else result.cue_baseline.to_json()
    analysis.dispatched_at = None
    analysis.worker = analysis.worker_boot_id = ""
    analysis.recording.duration_s = result.duration_s


def no_speech_with(stored: list[dict[str, Any]], added: Sequence[contract.NoSpeech]) -> list[dict[str, Any]]:
    """In the order of time. Of very many the longest stay, so that a row has a bound."""
    spans = [*stored, *(span.to_json() for span in added)]
    if len(spans) > _MOST_NO_SPEECH:
        longest = sorted(spans, key=lambda span: span["start_s"] - span["end_s"])
        spans = longest[:_MOST_NO_SPEECH]
    return sorted(spans, key=lambda span: float(span["start_s"]))


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
