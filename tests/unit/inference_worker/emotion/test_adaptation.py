"""Corrections of one person: what they bring, when they are refused, and that they never do harm."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inference_worker.command_line import main
from inference_worker.contract import EMOTION_LABELS
from inference_worker.emotion import adaptation as ad
from inference_worker.emotion.calibration import softmax
from inference_worker.emotion.model import DEFAULT_WEIGHTS, EmotionModel, load
from tests.speech import say, write_audio

LABELS = len(EMOTION_LABELS)
WIDTH = 40


def person(seed: int, count: int, *, shift: float = 2.5, kinds: int = 4, noise: float = 1.0) -> ad.Samples:
    """Somebody whom the model hears rightly but for a constant shift of its answer towards neutral."""
    rng = np.random.default_rng(seed)
    directions = np.random.default_rng(0).standard_normal((LABELS, WIDTH))
    truth = np.arange(count) % kinds
    pooled = 1.5 * directions[truth] + 3.0 * noise * rng.standard_normal((count, WIDTH))
    logits = 2.0 * np.eye(LABELS)[truth] + noise * rng.standard_normal((count, LABELS))
    logits[:, 0] += shift
    return ad.Samples(pooled, logits, truth.astype(np.int64))


def recall(logits: np.ndarray, truth: np.ndarray) -> float:
    return float(np.mean([(logits[truth == k].argmax(axis=1) == k).mean() for k in np.unique(truth)]))


def test_five_corrections_an_emotion_put_a_shifted_person_right() -> None:
    known, later = person(1, 20), person(2, 400)
    correction, trial = ad.adapt(known)
    assert correction is not None
    assert (trial.used, trial.reason, trial.samples) == (True, "", 20)
    after = recall(correction.applied(later.logits, later.pooled), later.truth)
    assert after > recall(later.logits, later.truth) + 0.08


@pytest.mark.parametrize("seed", range(12))
def test_labels_that_mean_nothing_are_refused_or_harmless(seed: int) -> None:
    """The model is right about this person; half of the given labels are drawn by lot."""
    known, later = person(seed, 20, shift=0.0, noise=0.5), person(seed + 100, 400, shift=0.0, noise=0.5)
    rng = np.random.default_rng(seed)
    truth = np.where(rng.random(20) < 0.5, rng.integers(0, 4, 20), known.truth)
    correction, trial = ad.adapt(replace(known, truth=truth))
    assert trial.used == (correction is not None)
    if correction is not None:
        after = recall(correction.applied(later.logits, later.pooled), later.truth)
        assert after > recall(later.logits, later.truth) - 0.03


def test_a_person_whom_the_model_understands_needs_none() -> None:
    certain = person(3, 20, shift=0.0, noise=0.1)
    correction, trial = ad.adapt(replace(certain, logits=certain.logits * 4.0))
    assert correction is None
    assert trial.reason == "it would not help with utterances that it does not know"


@pytest.mark.parametrize(
    ("truth", "reason"),
    [
        ([], "0 corrected utterances are too few; 6 are needed"),
        ([0, 1, 2, 3, 0], "5 corrected utterances are too few; 6 are needed"),
        ([3] * 12, "at least 2 emotions with 2 utterances each are needed"),
        ([3] * 11 + [0], "at least 2 emotions with 2 utterances each are needed"),
    ],
)
def test_too_little_to_learn_from(truth: list[int], reason: str) -> None:
    known = person(4, len(truth))
    correction, trial = ad.adapt(replace(known, truth=np.array(truth, dtype=np.int64)))
    assert (correction, trial.used, trial.reason) == (None, False, reason)
    assert trial.loss_after == trial.loss_before


def test_the_last_word_on_an_utterance_counts() -> None:
    once = person(5, 24)
    twice = ad.Samples(
        np.concatenate([once.pooled, once.pooled]),
        np.concatenate([once.logits, once.logits]),
        np.concatenate([(once.truth + 1) % 4, once.truth]),
    )
    assert ad.adapt(twice)[1] == ad.adapt(once)[1]


def test_samples_that_hold_no_number_are_left_out() -> None:
    known = person(6, 24)
    broken = known.pooled.copy()
    broken[3, 5] = np.nan
    assert ad.adapt(replace(known, pooled=broken))[1].samples == 23


def test_labels_without_samples_keep_the_models_answer() -> None:
    known = person(7, 20, kinds=3)
    correction = ad.fit(known, 0.1)
    np.testing.assert_allclose(correction.weights[:, 3:], 0.0, atol=1e-9)
    np.testing.assert_allclose(correction.constant[3:], 0.0, atol=1e-9)


def test_a_stronger_ridge_shrinks_towards_the_model() -> None:
    known = person(8, 20)
    sizes = [
        np.abs(ad.fit(known, ridge).applied(0.0 * known.logits, known.pooled)).max() for ridge in (0.1, 1e6)
    ]
    assert sizes[0] > 0.5
    assert sizes[1] < 1e-4


def test_it_is_the_solution_of_its_equations() -> None:
    known, ridge = person(9, 20), 0.3
    correction = ad.fit(known, ridge)
    present = np.eye(LABELS)[known.truth].any(axis=0)
    scores = np.where(present, correction.applied(known.logits, known.pooled), -1e9)
    surprise = np.eye(LABELS)[known.truth] - softmax(scores, 1.0)
    # At the optimum every share is its weighted surprise over the ridge; the constant's row shows their sum.
    size = np.sqrt(((known.pooled - known.pooled.mean(axis=0)) ** 2).sum(axis=1).mean())
    np.testing.assert_allclose(
        correction.weights,
        (known.pooled - known.pooled.mean(axis=0)).T @ surprise / ridge / size**2,
        atol=2e-3,
    )


def test_what_is_stored_comes_back_for_its_own_engine_only() -> None:
    known = person(10, 20)
    correction = ad.fit(known, 0.3)
    stored = ad.packed(correction, "own/1:abc", 20)
    back = ad.unpacked(type(stored).from_json(json.loads(json.dumps(stored.to_json()))), "own/1:abc", WIDTH)
    assert back is not None
    np.testing.assert_allclose(back.weights, correction.weights, atol=2e-3)
    assert ad.unpacked(stored, "own/2:abc", WIDTH) is None
    assert ad.unpacked(stored, "own/1:abc", WIDTH + 1) is None
    for table in ("", "!!!", stored.table[:-8], "AHw=" * ((WIDTH + 1) * LABELS)):
        assert ad.unpacked(replace(stored, table=table), "own/1:abc", WIDTH) is None


@pytest.fixture(scope="module")
def model() -> EmotionModel:
    return load(DEFAULT_WEIGHTS)


def test_the_model_uses_it_and_ignores_one_of_another_model(model: EmotionModel) -> None:
    clips = [say("I told you so.", rate_wpm=rate) for rate in (110, 130, 150, 170, 190, 210)]
    samples = model.samples(clips, ["neutral", "sad"] * 3)
    assert samples.pooled.shape == (6, model.pooled_width)
    stored = ad.packed(ad.fit(samples, 0.05), model.identity, 6)
    before = model.classify(clips)
    after = model.classify(clips, stored)
    for row in (1, 3, 5):
        assert after[row].probabilities["sad"] > before[row].probabilities["sad"] + 0.2
    assert after != before
    assert model.classify(clips, replace(stored, engine="other/1:0")) == before
    silence = np.zeros(16_000, np.float32)
    assert model.classify([silence], stored) == model.classify([silence])


def test_the_command_writes_what_predict_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (tmp_path / "clips.csv").open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("path", "corpus", "language", "speaker", "emotion"))
        for number in range(12):
            fast = number % 2 == 0
            write_audio(tmp_path / f"{number}.wav", say("Come in.", rate_wpm=(240 if fast else 100) + number))
            writer.writerow((f"{number}.wav", "own", "en", "me", "surprise" if fast else "neutral"))
    out = tmp_path / "me.json"
    code = main(["emotion", "adapt", str(tmp_path / "clips.csv"), "--out", str(out), "--json"])
    trial = json.loads(capsys.readouterr().out)
    assert (code, trial["used"]) == (0, True)
    assert trial["recall_after"] > trial["recall_before"]
    file = str(tmp_path / "2.wav")
    assert main(["emotion", "predict", file, "--adaptation", str(out), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["label"] == "surprise"
    assert answer["cues"]["pitch_hz"] > 50.0
    assert main(["emotion", "predict", file, "--adaptation", str(tmp_path / "clips.csv")]) == 1
    assert "no adaptation" in capsys.readouterr().err


def test_measuring_needs_no_more_than_a_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (tmp_path / "clips.csv").open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("path", "corpus", "language", "speaker", "emotion"))
        for number in range(14):
            fast = number % 2 == 0
            write_audio(tmp_path / f"{number}.wav", say("Come in.", rate_wpm=(240 if fast else 100) + number))
            writer.writerow((f"{number}.wav", "own", "en", "me", "surprise" if fast else "neutral"))
    assert (
        main(["emotion", "adapt", str(tmp_path / "clips.csv"), "--measure", "4", "--rounds", "2", "--json"])
        == 0
    )
    found = json.loads(capsys.readouterr().out)
    assert found["corpus"]["own"]["speakers"] == 1
    assert 0.0 <= found["speaker"]["me"]["before"] <= found["speaker"]["me"]["after"] <= 1.0
