"""What a worker would say about a recording of 3 s: a heartbeat, and a result with one utterance of five words."""

from __future__ import annotations

import time

from inference_worker import contract

ENGINE = "benchmark"


def heartbeat(*running: contract.RunningUnit) -> contract.WorkerHeartbeat:
    return contract.WorkerHeartbeat(
        worker=ENGINE,
        boot_id="1",
        sent_at=time.time(),
        asr_engine=ENGINE,
        emotion_engine=ENGINE,
        running=running,
    )


def unit_result(analysis_id: str, attempt: int, unit: int) -> contract.UnitResult:
    words = tuple(
        contract.Word(text=text, start_s=0.4 * i, end_s=0.4 * i + 0.3, confidence=0.9)
        for i, text in enumerate(["you", "said", "it", "first", "yesterday"])
    )
    emotion = contract.EmotionEstimate(
        label="angry",
        confident=True,
        probabilities=dict.fromkeys(contract.EMOTION_LABELS, 1 / len(contract.EMOTION_LABELS)),
        strength=0.8,
    )
    utterance = contract.Utterance(
        start_s=0.0,
        end_s=2.5,
        text="You said it first yesterday",
        words=words,
        confidence=0.9,
        language="en",
        emotion=emotion,
    )
    return contract.UnitResult(
        analysis_id=analysis_id,
        attempt=attempt,
        unit=unit,
        start_s=0.0,
        processed_until_s=3.0,
        duration_s=3.0,
        is_last=True,
        utterances=(utterance,),
        asr_engine=ENGINE,
        emotion_engine=ENGINE,
        decode_s=0.1,
        inference_s=0.1,
    )
