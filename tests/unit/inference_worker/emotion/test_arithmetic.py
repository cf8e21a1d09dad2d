"""Metrics and calibration against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from inference_worker.emotion import calibration as cal
from inference_worker.emotion import metrics

TRUTH = np.array([0, 0, 0, 1, 1, 2])
ANSWER = np.array([0, 0, 1, 1, 2, 2])


def test_confusion_and_recall() -> None:
    table = metrics.confusion(TRUTH, ANSWER, 4)
    assert table.tolist() == [[2, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 0], [0, 0, 0, 0]]
    assert metrics.accuracy(table) == pytest.approx(4 / 6)
    assert metrics.unweighted_average_recall(table) == pytest.approx((2 / 3 + 1 / 2 + 1) / 3)
    # F1: 2*2/(3+2), 2*1/(2+2), 2*1/(1+2)
    assert metrics.macro_f1(table) == pytest.approx((0.8 + 0.5 + 2 / 3) / 3)


def test_scores_of_nothing_are_zero() -> None:
    empty = np.zeros((3, 3), dtype=np.int64)
    assert (
        metrics.accuracy(empty) == metrics.unweighted_average_recall(empty) == metrics.macro_f1(empty) == 0.0
    )
    assert metrics.expected_calibration_error(np.zeros(0), np.zeros(0, bool)) == 0.0
    assert metrics.selective_accuracy(np.zeros(0), np.zeros(0, bool), 0.5) == 0.0


def test_calibration_error() -> None:
    certainty = np.array([0.95, 0.95, 0.65, 0.65])
    right = np.array([True, False, True, True])
    # Bin 0.9-1.0: |0.95 - 0.5| for half; bin 0.6-0.7: |0.65 - 1| for half.
    assert metrics.expected_calibration_error(certainty, right) == pytest.approx(0.5 * 0.45 + 0.5 * 0.35)


def test_selective_accuracy_takes_the_surest() -> None:
    certainty = np.array([0.9, 0.8, 0.7, 0.6])
    right = np.array([True, False, True, False])
    assert metrics.selective_accuracy(certainty, right, 0.25) == 1.0
    assert metrics.selective_accuracy(certainty, right, 0.5) == 0.5
    assert metrics.selective_accuracy(certainty, right, 0.75) == pytest.approx(2 / 3)


def test_restriction_to_a_corpus_labels() -> None:
    probabilities = np.array([[0.5, 0.3, 0.2]])
    assert metrics.restrict(probabilities, [1, 2]).tolist() == [[0.0, 0.6, 0.4]]


def test_softmax_with_temperature() -> None:
    logits = np.log(np.array([[4.0, 1.0]]))
    assert cal.softmax(logits, 1.0)[0] == pytest.approx([0.8, 0.2])
    assert cal.softmax(logits, 2.0)[0] == pytest.approx([2 / 3, 1 / 3])


def test_temperature_undoes_exaggeration() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(0.0, 1.5, (4000, 5))
    truth = np.array([rng.choice(5, p=row) for row in cal.softmax(logits, 1.0)])
    assert cal.fit_temperature(3.0 * logits, truth, np.ones(4000)) == pytest.approx(3.0, rel=0.1)


def test_temperature_weights_count() -> None:
    logits = np.array([[2.0, 0.0], [2.0, 0.0]])
    truth = np.array([0, 1])
    sure = cal.fit_temperature(logits, truth, np.array([1.9, 0.1]))
    unsure = cal.fit_temperature(logits, truth, np.array([1.0, 1.0]))
    assert sure < 1.0 < unsure


def test_logistic_fit_finds_the_weights() -> None:
    rng = np.random.default_rng(1)
    inputs = np.stack([np.ones(20_000), rng.normal(size=20_000)], axis=1)
    right = rng.random(20_000) < 1.0 / (1.0 + np.exp(-(0.5 + 1.2 * inputs[:, 1])))
    assert cal.fit_logistic(inputs, right, np.ones(20_000)) == pytest.approx([0.5, 1.2], abs=0.06)


def test_no_input_counts_against_being_right() -> None:
    rng = np.random.default_rng(2)
    inputs = np.stack([np.ones(20_000), *rng.normal(size=(2, 20_000))], axis=1)
    right = rng.random(20_000) < 1.0 / (1.0 + np.exp(-(0.5 + 1.2 * inputs[:, 1] - 0.7 * inputs[:, 2])))
    free = cal.fit_logistic(inputs, right, np.ones(20_000))
    assert free == pytest.approx([0.5, 1.2, -0.7], abs=0.08)
    bounded = cal.fit_monotone_logistic(inputs, right, np.ones(20_000))
    assert bounded[2] == 0.0
    assert bounded[:2] == pytest.approx(cal.fit_logistic(inputs[:, :2], right, np.ones(20_000)))


def test_equal_weights() -> None:
    assert cal.equal_weights(["a", "a", "a", "b"]) == pytest.approx([2 / 3, 2 / 3, 2 / 3, 2.0])


def _quality(**changes: float) -> cal.Quality:
    values = {"active_s": 2.0, "voiced_s": 1.0, "contrast_db": 20.0, "speech": 1.0} | changes
    return cal.Quality(**{name: np.array([value]) for name, value in values.items()})


def test_certain_answers_are_shown() -> None:
    calibration = cal.Calibration(reliability=(0.0, 1.0, 0.0, 0.0, 0.0, 0.0), threshold=0.7)
    sure, torn = np.array([[0.8, 0.2]]), np.array([[0.6, 0.4]])
    assert cal.chance_of_right(calibration, sure, _quality()) == pytest.approx([0.8])
    assert cal.is_confident(calibration, sure, _quality()).tolist() == [True]
    assert cal.is_confident(calibration, torn, _quality()).tolist() == [False]


@pytest.mark.parametrize(
    ("active_s", "shown"), [(2.0, True), (1.5, True), (1.0, True), (0.8, False), (0.5, False)]
)
def test_short_speech_must_be_surer(active_s: float, shown: bool) -> None:
    # 0.79 against 0.70 + 0.15 * (1.5 - active_s), which it passes down to 0.9 s.
    calibration = cal.Calibration(reliability=(0.0, 1.0, 0.0, 0.0, 0.0, 0.0), threshold=0.7)
    found = cal.is_confident(calibration, np.array([[0.79, 0.21]]), _quality(active_s=active_s, voiced_s=0.4))
    assert found.tolist() == [shown]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("active_s", 0.3),
        ("active_s", 60.0),
        ("voiced_s", 0.1),
        ("contrast_db", 1.0),
        ("speech", 0.2),
    ],
)
def test_no_certainty_opens_a_gate(name: str, value: float) -> None:
    calibration = cal.Calibration(reliability=(100.0, 0.0, 0.0, 0.0, 0.0, 0.0))
    certain = np.array([[1.0, 0.0]])
    assert cal.is_confident(calibration, certain, _quality()).tolist() == [True]
    assert cal.is_confident(calibration, certain, _quality(**{name: value})).tolist() == [False]
