"""Learning a person's correction from recordings: fetched, cut out, learnt, answered."""

from __future__ import annotations

import hashlib
import json
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from inference_worker.adapting import AdaptationRunner, learn
from inference_worker.contract import (
    AdaptationRecording,
    AdaptationRequest,
    AdaptationResult,
    LabelledSpan,
)
from inference_worker.emotion.model import EmotionModel, load_default
from inference_worker.registry import Engines, Registry
from inference_worker.results import ResultSender
from inference_worker.storage import AudioStorage, StorageOptions
from tests.speech import say, write_audio
from tests.unit.inference_worker.engine_doubles import AngryClassifier, CountingTranscriber

SPAN_S = 2.0


@pytest.fixture(scope="module")
def model() -> EmotionModel:
    return cast(EmotionModel, load_default())


@pytest.fixture
def storage(tmp_path: Path) -> AudioStorage:
    return AudioStorage(StorageOptions(cache_dir=tmp_path / "cache", cache_max_bytes=10**9, fetch_attempts=1))


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve utterances of two seconds, slow and fast in turn."""
    pieces = []
    for number in range(12):
        sound = say("Come in.", rate_wpm=(240 if number % 2 else 100) + number)
        pieces.append(np.resize(np.pad(sound, (0, 32_000)), 32_000))
    return write_audio(tmp_path_factory.mktemp("talk") / "talk.wav", np.concatenate(pieces))


def recording(path: Path, spans: list[LabelledSpan], name: str = "one") -> AdaptationRecording:
    content = path.read_bytes()
    return AdaptationRecording(
        recording_id=name,
        audio_url=path.resolve().as_uri(),
        audio_sha256=hashlib.sha256(content).hexdigest(),
        audio_size_bytes=len(content),
        spans=tuple(spans),
    )


def spans() -> list[LabelledSpan]:
    return [
        LabelledSpan(start_s=n * SPAN_S, end_s=(n + 1) * SPAN_S, label="surprise" if n % 2 else "neutral")
        for n in range(12)
    ]


def test_a_person_is_learnt_and_then_understood(
    talk: Path, storage: AudioStorage, model: EmotionModel
) -> None:
    result = learn(AdaptationRequest(request_id="r", recordings=(recording(talk, spans()),)), model, storage)
    assert (result.failed, result.reason) == (False, "")
    assert result.samples == 12
    assert result.recall_after > result.recall_before
    assert result.adaptation is not None
    assert result.adaptation.engine == model.identity
    assert model.classify([say("Come in.", rate_wpm=252)], result.adaptation)[0].label == "surprise"


def test_what_cannot_be_fetched_is_left_out(talk: Path, storage: AudioStorage, model: EmotionModel) -> None:
    gone = AdaptationRecording(
        recording_id="gone",
        audio_url=(talk.parent / "gone.wav").as_uri(),
        audio_sha256="00" * 32,
        audio_size_bytes=5,
        spans=(LabelledSpan(start_s=0.0, end_s=1.0, label="sad"),),
    )
    both = AdaptationRequest(request_id="r", recordings=(gone, recording(talk, spans())))
    assert learn(both, model, storage).samples == 12
    alone = learn(AdaptationRequest(request_id="r", recordings=(gone,)), model, storage)
    assert (alone.failed, alone.reason, alone.adaptation) == (True, "audio_unavailable", None)


def test_odd_spans_do_no_harm(talk: Path, storage: AudioStorage, model: EmotionModel) -> None:
    odd = [
        LabelledSpan(start_s=5.0, end_s=4.0, label="sad"),
        LabelledSpan(start_s=900.0, end_s=901.0, label="sad"),
        LabelledSpan(start_s=-3.0, end_s=2.0, label="sad"),
        LabelledSpan(start_s=0.0, end_s=2.0, label="bored"),
    ]
    result = learn(AdaptationRequest(request_id="r", recordings=(recording(talk, odd),)), model, storage)
    assert (result.samples, result.adaptation) == (1, None)
    assert result.reason == "1 corrected utterances are too few; 6 are needed"


class _Sent:
    def __init__(self) -> None:
        self.results: list[AdaptationResult] = []

    def adaptation(self, result: AdaptationResult) -> None:
        self.results.append(result)


class _Known:
    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    def using(self) -> AbstractContextManager[Engines]:
        return nullcontext(self._engines)


def test_the_task_answers_whatever_happens(
    talk: Path, storage: AudioStorage, model: EmotionModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = _Sent()

    def runner(emotion: object) -> AdaptationRunner:
        engines = Engines(CountingTranscriber(), emotion)  # type: ignore[arg-type]
        return AdaptationRunner(
            registry=cast(Registry, _Known(engines)), storage=storage, sender=cast(ResultSender, sent)
        )

    request = AdaptationRequest(request_id="r", recordings=(recording(talk, spans()),))
    payload = json.loads(json.dumps(request.to_json()))
    runner(AngryClassifier()).run(payload)
    assert sent.results[-1].reason == "this emotion engine cannot be adapted"
    runner(model).run({"version": 1, "request_id": 3})
    assert len(sent.results) == 1
    monkeypatch.setattr(EmotionModel, "samples", lambda *_: 1 / 0)
    runner(model).run(payload)
    assert (sent.results[-1].failed, sent.results[-1].reason) == (True, "inference_failed")
