"""Messages of inference workers, as short as a test needs them."""

from __future__ import annotations

import dataclasses
import time
from typing import Any

from backend.analyses.models import Analysis
from inference_worker import contract

ASR_ENGINE = "pocketsphinx/en-us"
ASR_DEVICE = "cuda:0 (NVIDIA H200)"
EMOTION_ENGINE = "own/1"


def emotion(label: str = "angry") -> contract.EmotionEstimate:
    others = dict.fromkeys(contract.EMOTION_LABELS, 0.05)
    return contract.EmotionEstimate(
        label=label, confident=True, probabilities={**others, label: 0.7}, strength=0.5
    )


def utterance(text: str, start_s: float, end_s: float, **changes: Any) -> contract.Utterance:
    word = contract.Word(text=text, start_s=start_s, end_s=end_s, confidence=0.9)
    return dataclasses.replace(
        contract.Utterance(
            start_s=start_s,
            end_s=end_s,
            text=text,
            words=(word,),
            confidence=0.9,
            language="en",
            emotion=emotion(),
        ),
        **changes,
    )


def unit_result(analysis: Analysis, **changes: Any) -> contract.UnitResult:
    """The result of the unit that `analysis` waits for: ten seconds, one utterance, of thirty seconds in all."""
    start_s = float(analysis.processed_until_s)
    unit = changes.get("unit", analysis.next_unit)
    return dataclasses.replace(
        contract.UnitResult(
            analysis_id=str(analysis.pk),
            attempt=analysis.attempt,
            unit=analysis.next_unit,
            start_s=start_s,
            processed_until_s=start_s + 10.0,
            duration_s=30.0,
            is_last=False,
            utterances=(utterance(f"unit {unit}", start_s + 1.0, start_s + 2.0),),
            asr_engine=ASR_ENGINE,
            emotion_engine=EMOTION_ENGINE,
            decode_s=1.0,
            inference_s=4.0,
        ),
        **changes,
    )


def failure(analysis: Analysis, **changes: Any) -> contract.UnitFailure:
    return dataclasses.replace(
        contract.UnitFailure(
            analysis_id=str(analysis.pk),
            attempt=analysis.attempt,
            unit=analysis.next_unit,
            code="audio_unreadable",
            message="The audio cannot be read. Record it again.",
            retryable=False,
            data={},
        ),
        **changes,
    )


def running(analysis: Analysis, position_s: float = 0.0, **changes: Any) -> contract.RunningUnit:
    return dataclasses.replace(
        contract.RunningUnit(
            analysis_id=str(analysis.pk),
            attempt=analysis.attempt,
            unit=analysis.next_unit,
            position_s=position_s,
            duration_s=30.0,
        ),
        **changes,
    )


def heartbeat(*units: contract.RunningUnit, **changes: Any) -> contract.WorkerHeartbeat:
    return dataclasses.replace(
        contract.WorkerHeartbeat(
            worker="gpu-1",
            boot_id="boot-1",
            sent_at=time.time(),
            asr_engine=ASR_ENGINE,
            emotion_engine=EMOTION_ENGINE,
            running=units,
            asr_device=ASR_DEVICE,
        ),
        **changes,
    )
