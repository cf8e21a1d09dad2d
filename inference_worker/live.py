"""Live captions: what was said in the utterances of several streams, and how they sound, in one pass."""

from __future__ import annotations

import base64
import binascii
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inference_worker.asr.base import SAMPLE_RATE_HZ, Clip, Transcript
from inference_worker.contract import (
    LIVE_MAX_AUDIO_S,
    CueBaseline,
    Cues,
    EmotionAdaptation,
    EmotionEstimate,
    LiveRequest,
    LiveResult,
    Utterance,
)
from inference_worker.emotion import cue_words
from inference_worker.errors import AudioTooLongError, AudioUnreadableError, InferenceError
from inference_worker.pipeline import utterance
from inference_worker.registry import Engines
from inference_worker.segmentation import Segment
from inference_worker.sounding import how_they_sound
from inference_worker.speech_guard import evidence_of, reason_after, reason_against

logger = logging.getLogger(__name__)

BYTES_PER_SAMPLE = 2


@dataclass(frozen=True, slots=True)
class _Heard:
    """An utterance, or why it is none; neither: it failed."""

    utterance: Utterance | None
    no_speech: str | None
    cue_step: CueBaseline | None = None


def listen(requests: Sequence[LiveRequest], engines: Engines) -> list[LiveResult]:
    """One result a request, in the same order. All must be of one language. Never raises: if a batch fails, each
    of its utterances is tried alone, so that no stream fails for another one."""
    began = time.monotonic()
    try:
        heard = _heard(requests, engines)
    except Exception as error:  # The boundary: whatever somebody says, the lane lives on.
        if len(requests) > 1:
            return [result for request in requests for result in listen([request], engines)]
        if not isinstance(error, InferenceError):
            logger.exception("live stream %s failed unexpectedly", requests[0].stream_id)
        return [_result(requests[0], engines, _Heard(None, None), error, time.monotonic() - began)]
    took_s = time.monotonic() - began
    return [
        _result(request, engines, one, None, took_s) for request, one in zip(requests, heard, strict=True)
    ]


def decode_audio(request: LiveRequest) -> Clip:
    """(time,) float32 in [-1, 1] at 16 kHz. Raises `AudioUnreadableError`, `AudioTooLongError`."""
    try:
        pcm = base64.b64decode(request.audio, validate=True)
    except binascii.Error as error:
        raise AudioUnreadableError("The audio of a live request is not base64.") from error
    if len(pcm) % BYTES_PER_SAMPLE:
        raise AudioUnreadableError("The audio of a live request ends within a sample.")
    if len(pcm) > LIVE_MAX_AUDIO_S * SAMPLE_RATE_HZ * BYTES_PER_SAMPLE:
        raise AudioTooLongError("A live request holds too much audio.", max_duration_s=LIVE_MAX_AUDIO_S)
    return np.frombuffer(pcm, "<i2").astype(np.float32) / 32768.0


def _heard(requests: Sequence[LiveRequest], engines: Engines) -> list[_Heard]:
    segments = [_segment(request) for request in requests]
    evidences = [evidence_of(segment) if segment.probabilities else None for segment in segments]
    found = [_Heard(None, reason_against(evidence) if evidence else None) for evidence in evidences]
    # Only what may be speech is shown to the engine.
    asked = [index for index, one in enumerate(found) if one.no_speech is None]
    if not asked:
        return found
    language = requests[0].language
    transcripts = _transcripts([(requests[index], segments[index].samples) for index in asked], engines)
    knows_language = language is None or language in engines.transcriber.languages
    emotions = _emotions(
        [(requests[index], segments[index].samples) for index in asked], transcripts, engines
    )
    for index, transcript, emotion in zip(asked, transcripts, emotions, strict=True):
        evidence = evidences[index]
        reason = reason_after(evidence, transcript) if evidence and knows_language else None
        if reason is not None:
            found[index] = _Heard(None, reason)
            continue
        cues, step = _cues(requests[index], segments[index].samples, engines)
        found[index] = _Heard(utterance(segments[index], transcript, emotion, cues), None, step)
    return found


def _cues(request: LiveRequest, clip: Clip, engines: Engines) -> tuple[Cues | None, CueBaseline | None]:
    """What is measured of a final, with the words that set it apart in its talk, and what it adds to the baseline."""
    if not (request.final and request.want_emotion and engines.measure_cues):
        return None, None
    cues = engines.measure_cues(clip)
    if cues is None:
        return None, None
    step = cue_words.extended(None, [cues])
    return cue_words.add_words(cues, (request.cue_baseline or CueBaseline()).joined(step)), step


def _segment(request: LiveRequest) -> Segment:
    clip = decode_audio(request)
    end_s = request.start_s + len(clip) / SAMPLE_RATE_HZ
    return Segment(request.start_s, end_s, clip, request.probabilities)


def _transcripts(asked: Sequence[tuple[LiveRequest, Clip]], engines: Engines) -> list[Transcript]:
    """Each with the vocabulary of its own person."""
    by_vocabulary: dict[tuple[str, ...], list[int]] = {}
    for index, (request, _) in enumerate(asked):
        by_vocabulary.setdefault(request.vocabulary, []).append(index)
    found: dict[int, Transcript] = {}
    for vocabulary, indices in by_vocabulary.items():
        clips = [asked[index][1] for index in indices]
        heard = engines.transcriber.transcribe(clips, asked[0][0].language, vocabulary)
        found.update(zip(indices, heard, strict=True))
    return [found[index] for index in range(len(asked))]


def _emotions(
    asked: Sequence[tuple[LiveRequest, Clip]], transcripts: Sequence[Transcript], engines: Engines
) -> list[EmotionEstimate | None]:
    """For those that want it, each with what was learnt from its own person's corrections."""
    emotions: list[EmotionEstimate | None] = [None] * len(asked)
    if engines.emotion is None:
        return emotions
    by_adaptation: dict[EmotionAdaptation | None, list[int]] = {}
    for index, (request, _) in enumerate(asked):
        if request.want_emotion:
            by_adaptation.setdefault(request.emotion_adaptation, []).append(index)
    for adaptation, indices in by_adaptation.items():
        clips, heard = [asked[index][1] for index in indices], [transcripts[index] for index in indices]
        estimates = how_they_sound(engines.emotion, clips, heard, adaptation)
        for index, estimate in zip(indices, estimates, strict=True):
            emotions[index] = estimate
    return emotions


def _result(
    request: LiveRequest, engines: Engines, heard: _Heard, error: Exception | None, took_s: float
) -> LiveResult:
    failure, retryable = _what_failed(error)
    return LiveResult(
        stream_id=request.stream_id,
        utterance=request.utterance,
        revision=request.revision,
        final=request.final,
        heard=heard.utterance,
        failure=failure,
        retryable=retryable,
        asr_engine=engines.transcriber.serving(request.language),
        emotion_engine=engines.emotion.name if engines.emotion and request.want_emotion else None,
        inference_s=round(took_s, 4),
        no_speech=heard.no_speech,
        cue_step=heard.cue_step,
    )


def _what_failed(error: Exception | None) -> tuple[str | None, bool]:
    """The code, and whether another try may help."""
    if error is None:
        return None, False
    if isinstance(error, InferenceError):
        return error.code, error.retryable
    return InferenceError.code, InferenceError.retryable
