"""Learns one person's correction of the emotion model from utterances that they put right. Keeps nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inference_worker.audio import SAMPLE_RATE_HZ, Samples, read_blocks
from inference_worker.contract import (
    EMOTION_LABELS,
    AdaptationRecording,
    AdaptationRequest,
    AdaptationResult,
    ContractError,
    LabelledSpan,
)
from inference_worker.emotion.adaptation import MOST_SAMPLES, adapt, packed
from inference_worker.emotion.base import AdaptableClassifier
from inference_worker.errors import InferenceError
from inference_worker.registry import Registry
from inference_worker.results import ResultSender
from inference_worker.storage import AudioStorage

logger = logging.getLogger(__name__)

LONGEST_SPAN_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AdaptationRunner:
    """Everything that learning needs."""

    registry: Registry
    storage: AudioStorage
    sender: ResultSender

    def run(self, payload: object) -> None:
        """Learn from `payload` (an `AdaptationRequest` as JSON) and send what became of it."""
        try:
            request = AdaptationRequest.from_json(payload)
        except ContractError as error:
            logger.error("a request cannot be read: %s", error)
            return
        try:
            with self.registry.using() as engines:
                result = learn(request, engines.emotion, self.storage)
        except Exception:  # The boundary: whatever a recording does, the worker lives on.
            logger.exception("learning %s failed unexpectedly", request.request_id)
            result = AdaptationResult(request_id=request.request_id, failed=True, reason="inference_failed")
        self.sender.adaptation(result)


def learn(request: AdaptationRequest, engine: object, storage: AudioStorage) -> AdaptationResult:
    """What `adapt` finds in the utterances that can be fetched and read; the others are left out."""
    if not isinstance(engine, AdaptableClassifier):
        return AdaptationResult(request_id=request.request_id, reason="this emotion engine cannot be adapted")
    clips: list[Samples] = []
    labels: list[str] = []
    unreadable = 0
    for recording in request.recordings:
        try:
            with storage.audio(recording) as path:
                heard = list(_clips(path, recording))
        except InferenceError as error:
            logger.warning("%s is left out of an adaptation: %s", recording.recording_id, error)
            unreadable += 1
            continue
        clips += [clip for clip, _ in heard]
        labels += [label for _, label in heard]
    if unreadable and unreadable == len(request.recordings):
        return AdaptationResult(request_id=request.request_id, failed=True, reason="audio_unavailable")
    correction, trial = adapt(engine.samples(clips[-MOST_SAMPLES:], labels[-MOST_SAMPLES:]))
    return AdaptationResult(
        request_id=request.request_id,
        adaptation=None if correction is None else packed(correction, engine.identity, trial.samples),
        samples=trial.samples,
        recall_before=trial.recall_before,
        recall_after=trial.recall_after,
        reason=trial.reason,
    )


def _clips(path: Path, recording: AdaptationRecording) -> Iterator[tuple[Samples, str]]:
    for span in recording.spans:
        if span.label in EMOTION_LABELS:
            yield _piece(path, span), span.label


def _piece(path: Path, span: LabelledSpan) -> Samples:
    """`(time,)` at 16 kHz of one utterance."""
    wanted = round(max(0.0, min(span.end_s - span.start_s, LONGEST_SPAN_S)) * SAMPLE_RATE_HZ)
    pieces: list[Samples] = []
    with closing(read_blocks(path, max(0.0, span.start_s))) as blocks:
        for block in blocks:
            pieces.append(block)
            if sum(len(piece) for piece in pieces) >= wanted:
                break
    return np.concatenate([*pieces, np.zeros(0, np.float32)])[:wanted]
