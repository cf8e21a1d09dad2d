"""The analysis of a recording that is captioned while it is made: utterances come one by one, not in units."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.utils import timezone

from backend.analyses.models import OFFLINE_ENGINE, Analysis, AnalysisState
from backend.analyses.selectors import only_offline_engine
from backend.analyses.services import transitions
from backend.analyses.services.results import no_speech_with, utterances_stored
from backend.conversations.file_deletion import file_keep
from backend.conversations.models import Recording, Utterance
from backend.conversations.services import utterances_store
from inference_worker import contract


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAudio:
    """The sound of a whole stream in the storage."""

    name: str
    size_bytes: int
    sha256: str
    duration_s: float


def analysis_begin_live(*, recording: Recording) -> Analysis:
    """Must run in the transaction that creates the recording."""
    analysis = Analysis.objects.create(
        recording=recording, state=AnalysisState.LIVE, started_at=timezone.now()
    )
    transitions.tell_owner(analysis, transitions.recording_changed)
    return analysis


@transaction.atomic
def live_utterance_store(
    *, recording_id: uuid.UUID, index: int, utterance_id: uuid.UUID, result: contract.LiveResult
) -> Utterance | None:
    """Store one utterance of a running stream. None: it is stored already, or the recording is gone."""
    analysis = _lock(recording_id)
    heard = result.heard
    if analysis is None or heard is None or analysis.state != AnalysisState.LIVE:
        return None
    if Utterance.objects.filter(recording=analysis.recording, index=index).exists():
        return None
    analysis.utterance_count += 1
    analysis.processed_until_s = max(analysis.processed_until_s, heard.end_s)
    analysis.asr_engine = result.asr_engine or analysis.asr_engine
    analysis.emotion_engine = result.emotion_engine or analysis.emotion_engine
    if result.cue_step is not None:
        known = cue_baseline_of(recording_id=recording_id) or contract.CueBaseline()
        analysis.cue_baseline = known.joined(result.cue_step).to_json()
    revision = transitions.count_revision(analysis)
    analysis.save()
    stored = utterances_store(
        recording=analysis.recording,
        utterances=[heard],
        first_index=index,
        revision=revision,
        ids=[utterance_id],
    )
    transitions.tell_owner(analysis, partial(utterances_stored, stored, False))
    return stored[0]


def cue_baseline_of(*, recording_id: uuid.UUID) -> contract.CueBaseline | None:
    """What is usual in a talk so far."""
    kept = Analysis.objects.filter(recording_id=recording_id).values_list("cue_baseline", flat=True).first()
    return None if kept is None else contract.CueBaseline.from_json(kept)


@transaction.atomic
def live_no_speech_store(*, recording_id: uuid.UUID, span: contract.NoSpeech) -> None:
    """Note what was taken for speech in a running stream, and is none. Nothing if the recording is gone."""
    analysis = _lock(recording_id)
    if analysis is None or analysis.state != AnalysisState.LIVE:
        return
    analysis.no_speech = no_speech_with(analysis.no_speech, [span])
    analysis.save(update_fields=["no_speech"])
    transitions.announce(analysis)


@transaction.atomic
def analysis_end_live(*, recording_id: uuid.UUID, audio: StoredAudio, improve: bool = False) -> bool:
    """The stream has ended and its sound is a file. False: it had ended before, or the recording is gone.

    `improve`: the whole of it is analysed once more, unless that would be done by a lesser engine than the one that
    listened to the talk.
    """
    analysis = _lock(recording_id)
    if analysis is None or analysis.state != AnalysisState.LIVE:
        return False
    recording = analysis.recording
    file_keep(name=audio.name)
    recording.audio.name = audio.name
    recording.size_bytes, recording.sha256 = audio.size_bytes, audio.sha256
    recording.duration_s = audio.duration_s
    recording.save(update_fields=["audio", "size_bytes", "sha256", "duration_s"])
    analysis.state = AnalysisState.DONE
    analysis.processed_until_s = audio.duration_s
    analysis.finished_at = timezone.now()
    analysis.save()
    transitions.announce(analysis)
    if improve and not _would_be_worse(analysis):
        transitions.analysis_retry(user=recording.owner, recording_id=recording.pk)
    return True


def _would_be_worse(analysis: Analysis) -> bool:
    return only_offline_engine() and not analysis.asr_engine.startswith(OFFLINE_ENGINE)


def _lock(recording_id: uuid.UUID) -> Analysis | None:
    analysis_id = Analysis.objects.filter(recording_id=recording_id).values_list("pk", flat=True).first()
    return None if analysis_id is None else transitions.lock(analysis_id)
