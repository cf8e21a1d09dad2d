"""Names and terms of a person are heard more often, and nobody else's text changes."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("nemo.collections.asr", reason="NeMo is not installed (extra `nemo`)")

import jiwer
import torch

from inference_worker.asr import nemo
from inference_worker.asr.nemo_boosting import Booster, boosted_path, same_phrases
from inference_worker.asr.nemo_engine import NemoTranscriber
from tests import nemo_models
from tests.nemo_fixture import SENTENCES, UNHEARD_VOICES
from tests.speech import noise, say
from tests.unit.inference_worker.asr import models_once

TERMS = (
    "garden",
    "kitchen",
    "station",
    "teacher",
    "doctor",
    "bread",
    "coffee",
    "school",
    "window",
    "letter",
)
TRANSDUCERS = ("rnnt", "tdt", "hybrid-tdt", "prompted")


@pytest.fixture(scope="module")
def engine() -> NemoTranscriber:
    return models_once.trained()


def in_noise(text: str, voice: str, seed: int, level_db: float) -> np.ndarray:
    clip = say(text, voice, pause_s=0.2)
    clip = clip / np.sqrt(np.mean(np.square(clip))) * 0.05
    return (clip + noise(len(clip) / 16_000, level_db, seed)[: len(clip)]).astype(np.float32)


def heard(said: list[str], texts: list[str]) -> tuple[int, int]:
    """How often the terms were heard where they were said, and how often where they were not."""
    counts = [
        (said_text.split().count(term), text.split().count(term))
        for said_text, text in zip(said, texts, strict=True)
        for term in TERMS
    ]
    return sum(min(pair) for pair in counts), sum(max(0, got - wanted) for wanted, got in counts)


def test_terms_are_heard_more_often_in_noise(engine: NemoTranscriber) -> None:
    said = [text for text in SENTENCES for _ in range(2)]
    clips = [
        in_noise(text, UNHEARD_VOICES[index % 2], index // 2 * 7 + index % 2, -22.0)
        for index, text in enumerate(said)
    ]
    plain = [transcript.text for transcript in engine.transcribe(clips, "en")]
    boosted = [transcript.text for transcript in engine.transcribe(clips, "en", TERMS)]
    right, wrong = heard(said, plain)
    right_boosted, wrong_boosted = heard(said, boosted)
    assert right <= 11
    assert right_boosted >= right + 5
    assert wrong_boosted <= wrong + 3
    assert jiwer.wer(said, [text or "-" for text in boosted]) <= jiwer.wer(
        said, [text or "-" for text in plain]
    )


def test_clear_speech_stays_what_it_is(engine: NemoTranscriber) -> None:
    clips = [say(text, pause_s=0.2) for text in SENTENCES]
    plain, boosted = engine.transcribe(clips, "en"), engine.transcribe(clips, "en", TERMS)
    assert [transcript.text for transcript in boosted] == [transcript.text for transcript in plain]
    assert all(0.0 < (transcript.confidence or 0.0) <= 1.0 for transcript in boosted)


def test_phrases_that_the_model_cannot_write_change_nothing(engine: NemoTranscriber) -> None:
    clip = say(SENTENCES[3], pause_s=0.2)
    assert engine.transcribe([clip], "en", ("안녕", "…")) == engine.transcribe([clip], "en")


@pytest.mark.parametrize("kind", TRANSDUCERS)
def test_transducers_are_boosted_too(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = models_once.untrained(kind)
    clips = [say(text, pause_s=0.2) for text in SENTENCES[:2]]
    plain = engine.transcribe(clips, "en")
    monkeypatch.setattr(nemo, "TRANSDUCER_WEIGHT", 50.0)
    boosted = engine.transcribe(clips, "en", ("garden",))
    assert all("garden" in transcript.text for transcript in boosted)
    assert not any("garden" in transcript.text for transcript in plain)
    assert all(0.0 <= (word.confidence or 0.0) <= 1.0 for transcript in boosted for word in transcript.words)
    assert engine.transcribe(clips, "en") == plain


def test_the_phrases_of_one_person_do_not_reach_another(
    engine: NemoTranscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    clips = [in_noise(SENTENCES[index], "en-us", index, -22.0) for index in (14, 23, 29)]
    model = engine._model
    together = model.decode(model.prepare(clips, None), [TERMS, (), ("kitchen",)])
    alone = [
        model.decode(model.prepare([clip], None), [own])
        for clip, own in zip(clips, [TERMS, (), ("kitchen",)], strict=True)
    ]
    assert together is not None
    assert [decoded.text for decoded in together] == [one[0].text for one in alone if one is not None]


def test_characters_have_trees_too() -> None:
    model = nemo_models.ctc_char(characters=list(" abcdefg"))
    booster = Booster(model, torch.device("cpu"))
    assert booster.tree(("xyz",)) is None
    tree = booster.tree(("bad", "xyz"))
    assert tree is booster.tree(("bad", "xyz"))
    log_probs = torch.full((1, 5, 9), -5.0)
    for frame, (likely, rival) in enumerate([(2, 3), (8, 0), (2, 1), (8, 0), (5, 4)]):
        log_probs[0, frame, likely] = -0.5
        log_probs[0, frame, rival] = -0.9
    assert log_probs.argmax(dim=-1).tolist() == [[2, 8, 2, 8, 5]]
    assert boosted_path(log_probs, tree).tolist() == [[2, 8, 1, 8, 4]]


def test_same_phrases() -> None:
    assert same_phrases([("a",), (), ("a",)]) == {("a",): [0, 2], (): [1]}
