"""Live captions: what was said in the utterances of several streams, and how they sound, in one pass."""

from __future__ import annotations

import base64
import binascii
import logging
import time
from collections.abc import Sequence

import numpy as np

from inference_worker.asr.base import SAMPLE_RATE_HZ, Clip
from inference_worker.contract import (
    LIVE_MAX_AUDIO_S,
    EmotionEstimate,
    LiveRequest,
    LiveResult,
    Utterance,
)
from inference_worker.errors import AudioTooLongError, AudioUnreadableError, InferenceError
from inference_worker.pipeline import utterance
from inference_worker.registry import Engines
from inference_worker.segmentation import Segment

logger = logging.getLogger(__name__)

BYTES_PER_SAMPLE = 2


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
        return [_result(requests[0], engines, None, error, time.monotonic() - began)]
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


def _heard(requests: Sequence[LiveRequest], engines: Engines) -> list[Utterance]:
    clips = [decode_audio(request) for request in requests]
    transcripts = engines.transcriber.transcribe(clips, requests[0].language)
    emotions: list[EmotionEstimate | None] = [None] * len(clips)
    asked = [index for index, request in enumerate(requests) if request.want_emotion]
    if engines.emotion is not None and asked:
        found = engines.emotion.classify([clips[index] for index in asked])
        for index, estimate in zip(asked, found, strict=True):
            emotions[index] = estimate
    segments = [
        Segment(request.start_s, request.start_s + len(clip) / SAMPLE_RATE_HZ, clip)
        for request, clip in zip(requests, clips, strict=True)
    ]
    return [utterance(*parts) for parts in zip(segments, transcripts, emotions, strict=True)]


def _result(
    request: LiveRequest, engines: Engines, heard: Utterance | None, error: Exception | None, took_s: float
) -> LiveResult:
    failure, retryable = _what_failed(error)
    return LiveResult(
        stream_id=request.stream_id,
        utterance=request.utterance,
        revision=request.revision,
        final=request.final,
        heard=heard,
        failure=failure,
        retryable=retryable,
        asr_engine=engines.transcriber.name,
        emotion_engine=engines.emotion.name if engines.emotion and request.want_emotion else None,
        inference_s=round(took_s, 4),
    )


def _what_failed(error: Exception | None) -> tuple[str | None, bool]:
    """The code, and whether another try may help."""
    if error is None:
        return None, False
    if isinstance(error, InferenceError):
        return error.code, error.retryable
    return InferenceError.code, InferenceError.retryable
