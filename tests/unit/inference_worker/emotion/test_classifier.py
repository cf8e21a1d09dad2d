"""The engine with the repository's weights: any sound gets a defined answer, and only speech a shown one."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from inference_worker.contract import EMOTION_LABELS, EmotionEstimate
from inference_worker.emotion.base import EmotionClassifier
from inference_worker.emotion.model import load_default
from inference_worker.emotion.nonspeech import make_nonspeech
from tests.speech import say
from tests.unit.inference_worker.emotion.soundmaking import MAKERS, Sound, make

SENTENCES = (
    "You said it first.",
    "Where have you been all day? I was worried.",
    "Good morning everybody, thank you.",
)


@pytest.fixture(scope="module")
def classifier() -> EmotionClassifier:
    return load_default()


def _check(estimate: EmotionEstimate) -> None:
    assert tuple(estimate.probabilities) == EMOTION_LABELS
    assert sum(estimate.probabilities.values()) == pytest.approx(1.0, abs=1e-6)
    assert all(np.isfinite(value) and value >= 0.0 for value in estimate.probabilities.values())
    assert estimate.label == max(estimate.probabilities, key=lambda label: estimate.probabilities[label])
    assert 0.0 <= estimate.strength <= 1.0
    # What the worker sends must read back.
    assert EmotionEstimate.from_json(estimate.to_json()) == estimate


def _table(estimates: list[EmotionEstimate]) -> np.ndarray:
    return np.array([[*item.probabilities.values(), item.strength] for item in estimates])


def test_name_and_nothing_to_do(classifier: EmotionClassifier) -> None:
    assert classifier.name.startswith("rh-emotion/")
    assert classifier.classify([]) == []


@pytest.mark.parametrize("text", SENTENCES)
@pytest.mark.parametrize("gain_db", [-20.0, -10.0, -3.0, 6.0, 10.0])
def test_gain_changes_no_answer(classifier: EmotionClassifier, text: str, gain_db: float) -> None:
    speech = say(text)
    before, after = classifier.classify([speech, speech * np.float32(10.0 ** (gain_db / 20.0))])
    assert after.label == before.label
    assert after.confident == before.confident
    assert np.abs(_table([after]) - _table([before])).max() < 2e-3


def test_a_batch_answers_as_one_by_one(classifier: EmotionClassifier) -> None:
    clips = [
        say(SENTENCES[0]),
        say(SENTENCES[1]),
        make("plucked", 1),
        say(SENTENCES[2])[:4_000],
        say(SENTENCES[2]),
    ]
    together = classifier.classify(clips)
    alone = [classifier.classify([clip])[0] for clip in clips]
    assert [item.label for item in together] == [item.label for item in alone]
    assert np.abs(_table(together) - _table(alone)).max() < 1e-4


def test_silence_around_an_utterance_changes_little(classifier: EmotionClassifier) -> None:
    speech = say(SENTENCES[1])
    quiet = np.zeros(16_384, np.float32)
    before, after = classifier.classify([speech, np.concatenate([quiet, speech, quiet])])
    assert np.abs(_table([after]) - _table([before])).max() < 0.1


@pytest.mark.parametrize(
    "clip",
    [
        np.zeros(0, np.float32),
        np.zeros(1, np.float32),
        np.ones(3, np.float32),
        np.zeros(48_000, np.float32),
        np.full(48_000, np.nan, np.float32),
        np.full(48_000, -np.inf, np.float32),
        np.full(48_000, 1e30, np.float32),
        np.where(np.arange(48_000) % 7 == 0, np.nan, 0.1).astype(np.float32),
        np.sign(np.sin(np.arange(48_000) / 20.0)).astype(np.float32),
    ],
    ids=["empty", "one", "three", "silence", "nan", "inf", "huge", "some nan", "square"],
)
def test_bad_input_is_unsure(classifier: EmotionClassifier, clip: Sound) -> None:
    (estimate,) = classifier.classify([clip])
    _check(estimate)
    assert not estimate.confident


def test_damaged_speech_is_answered(classifier: EmotionClassifier) -> None:
    speech = say(SENTENCES[1])
    holes = speech.copy()
    holes[::1000] = np.nan
    loud = np.clip(speech * 100.0, -1.0, 1.0).astype(np.float32)
    both = speech + np.resize(say(SENTENCES[2]), speech.size)
    for estimate in classifier.classify([holes, loud, both]):
        _check(estimate)


@pytest.mark.parametrize("seconds", [0.05, 0.1, 0.2, 0.3])
def test_too_little_speech_is_unsure(classifier: EmotionClassifier, seconds: float) -> None:
    for text in SENTENCES:
        start = 4_000
        (estimate,) = classifier.classify([say(text)[start : start + int(seconds * 16_000)]])
        _check(estimate)
        assert not estimate.confident


@pytest.mark.parametrize("kind", MAKERS)
def test_other_sound_is_unsure(classifier: EmotionClassifier, kind: str) -> None:
    """30 sounds of each kind; the kinds are not those of training. One in 30 is the most that may slip."""
    estimates = classifier.classify([make(kind, seed) for seed in range(30)])
    for estimate in estimates:
        _check(estimate)
    assert sum(item.confident for item in estimates) <= 1


def test_under_two_percent_of_other_sound_is_shown(classifier: EmotionClassifier) -> None:
    sounds = [make(kind, 100 + seed) for kind in MAKERS for seed in range(20)]
    rng = np.random.default_rng(77)
    sounds += [make_nonspeech(rng) for _ in range(100)]
    shown = sum(item.confident for item in classifier.classify(sounds))
    assert shown / len(sounds) < 0.02


def test_ten_minutes_take_bounded_memory(classifier: EmotionClassifier) -> None:
    clip = np.resize(say(SENTENCES[1]), 600 * 16_000)
    classifier.classify([clip[:16_000]])
    tracemalloc.start()
    (estimate,) = classifier.classify([clip])
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    _check(estimate)
    assert not estimate.confident
    assert peak_bytes < 60e6
