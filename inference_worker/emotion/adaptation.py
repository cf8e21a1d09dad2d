"""A small correction of the model for one person, learnt from utterances whose label somebody has put right.

The largest error on new people is a shift of the whole person: happy sounds neutral, neutral sounds sad. What the
network hears (its pooled layer) still tells the emotions apart; only the borders lie elsewhere. So a linear head on
that layer is fitted to the samples as a *correction* of the model's own answer, shrunk towards none.

It must not do harm: it is used only when, sample by sample, answers of a correction that did not know the sample are
better than the model's own by more than chance would make them.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference_worker.contract import EMOTION_LABELS, EmotionAdaptation
from inference_worker.emotion.calibration import Floats, softmax

FEWEST_SAMPLES = 6
FEWEST_LABELS = 2
FEWEST_OF_A_LABEL = 2
MOST_SAMPLES = 400
"""The newest are taken: fitting grows with the cube of their number."""
RIDGES = (0.05, 0.1, 0.3, 1.0, 3.0)
_FOLDS = 10
_ROUNDS = 60
_CONSTANT = 0.5
"""What the constant input counts beside the unit length of the others: smaller shrinks it more."""
_NEEDED_GAIN_NATS = 0.05


@dataclass(frozen=True, slots=True)
class Samples:
    """Utterances of one person with the labels that they should have had."""

    pooled: NDArray[np.float64]
    """`(samples, width)` what the networks made of them."""
    logits: Floats
    """`(samples, labels)` the model's own answers, divided by its temperature."""
    truth: NDArray[np.int64]
    """`(samples,)`."""

    def __len__(self) -> int:
        return len(self.truth)

    def select(self, rows: NDArray[np.int64]) -> Samples:
        return Samples(self.pooled[rows], self.logits[rows], self.truth[rows])


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What cross-validation on a person's own samples says."""

    samples: int
    loss_before: float
    """Mean negative log-likelihood in nats, every label counting the same."""
    loss_after: float
    recall_before: float
    """Unweighted average recall over the labels that the samples have."""
    recall_after: float
    used: bool
    reason: str
    """Why it is not used; empty when it is."""


@dataclass(frozen=True, slots=True)
class Correction:
    """`logits + pooled @ weights + constant`, both in units of calibrated logits."""

    weights: Floats
    """`(width, labels)`."""
    constant: Floats
    """`(labels,)`."""

    def applied(self, logits: Floats, pooled: Floats) -> Floats:
        return np.asarray(logits + pooled @ self.weights + self.constant)


def adapt(samples: Samples) -> tuple[Correction | None, Trial]:
    """The correction for these samples, if it can be trusted, and what was found about it."""
    samples = _newest_of_each(samples)
    obstacle = _obstacle(samples.truth)
    if obstacle:
        loss, recall = _score(samples.logits, samples.truth)
        same = {"loss_before": loss, "loss_after": loss, "recall_before": recall, "recall_after": recall}
        return None, Trial(samples=len(samples), used=False, reason=obstacle, **same)
    answers = {ridge: _cross_validated(samples, ridge) for ridge in RIDGES}
    ridge = min(RIDGES, key=lambda value: _score(answers[value], samples.truth)[0])
    trial = _judge(samples, answers[ridge])
    return (fit(samples, ridge) if trial.used else None), trial


def fit(samples: Samples, ridge: float) -> Correction:
    """Penalised multinomial regression with the model's own logits as offset.

    In its dual form: the weights are a mix of the samples, so the cost does not grow with the width. Labels that no
    sample has take no part and keep the model's answer.
    """
    centre = samples.pooled.mean(axis=0)
    size = float(np.sqrt(((samples.pooled - centre) ** 2).sum(axis=1).mean())) + 1e-9
    inputs = np.hstack([(samples.pooled - centre) / size, np.full((len(samples), 1), _CONSTANT)])
    shares = _fit_dual(inputs @ inputs.T, samples, ridge)
    solved = inputs.T @ shares
    weights = solved[:-1] / size
    return Correction(weights, _CONSTANT * solved[-1] - centre @ weights)


def _fit_dual(kernel: Floats, samples: Samples, ridge: float) -> Floats:
    """`(samples, labels)` shares of the samples in the weights, by Newton steps with a bound on the curvature
    (Boehning 1992): they converge from anywhere."""
    labels = samples.logits.shape[1]
    wanted = np.eye(labels)[samples.truth]
    present = wanted.any(axis=0)
    weight = _balanced(samples.truth)[:, None]
    step = np.linalg.inv(0.5 * weight * kernel + ridge * np.eye(len(samples)))
    shares = np.zeros_like(samples.logits)
    for _ in range(_ROUNDS):
        scores = np.where(present, samples.logits + kernel @ shares, -1e9)
        shares = shares + step @ (weight * (wanted - softmax(scores, 1.0)) - ridge * shares)
    return shares


def _balanced(truth: NDArray[np.int64]) -> Floats:
    """`(samples,)` weights with mean 1; a label said ten times as often counts three times as much."""
    counts = np.bincount(truth)[truth].astype(np.float64)
    weights = 1.0 / np.sqrt(counts)
    return np.asarray(weights / weights.mean())


def _newest_of_each(samples: Samples) -> Samples:
    """The last word on every utterance, the newest `MOST_SAMPLES`, without any that holds no number."""
    sound = np.isfinite(samples.pooled).all(axis=1) & np.isfinite(samples.logits).all(axis=1)
    last = {samples.pooled[row].tobytes(): row for row in np.flatnonzero(sound)}
    return samples.select(np.array(sorted(last.values())[-MOST_SAMPLES:], dtype=np.int64))


def _obstacle(truth: NDArray[np.int64]) -> str:
    if len(truth) < FEWEST_SAMPLES:
        return f"{len(truth)} corrected utterances are too few; {FEWEST_SAMPLES} are needed"
    if (np.bincount(truth) >= FEWEST_OF_A_LABEL).sum() < FEWEST_LABELS:
        return f"at least {FEWEST_LABELS} emotions with {FEWEST_OF_A_LABEL} utterances each are needed"
    return ""


def _cross_validated(samples: Samples, ridge: float) -> Floats:
    """`(samples, labels)` what corrections that did not know a sample say to it."""
    folds = min(_FOLDS, len(samples))
    # Dealt out label by label, so that a fold does not take the whole of one away.
    fold = np.empty(len(samples), dtype=np.int64)
    fold[np.argsort(samples.truth, kind="stable")] = np.arange(len(samples)) % folds
    answers = np.empty_like(samples.logits)
    for number in range(folds):
        held = np.flatnonzero(fold == number)
        known = samples.select(np.flatnonzero(fold != number))
        answers[held] = fit(known, ridge).applied(samples.logits[held], samples.pooled[held])
    return answers


def _judge(samples: Samples, answers: Floats) -> Trial:
    loss_before, recall_before = _score(samples.logits, samples.truth)
    loss_after, recall_after = _score(answers, samples.truth)
    gains = _losses(samples.logits, samples.truth) - _losses(answers, samples.truth)
    error = float(gains.std(ddof=1)) / len(gains) ** 0.5
    reason = ""
    if loss_before - loss_after < _NEEDED_GAIN_NATS or float(gains.mean()) < error:
        reason = "it would not help with utterances that it does not know"
    elif recall_after < recall_before:
        reason = "it would be right less often"
    return Trial(
        samples=len(samples),
        loss_before=loss_before,
        loss_after=loss_after,
        recall_before=recall_before,
        recall_after=recall_after,
        used=not reason,
        reason=reason,
    )


def _losses(logits: Floats, truth: NDArray[np.int64]) -> Floats:
    return np.asarray(-np.log(softmax(logits, 1.0)[np.arange(len(truth)), truth] + 1e-12))


def _score(logits: Floats, truth: NDArray[np.int64]) -> tuple[float, float]:
    """Loss in nats and recall, every label counting the same."""
    if len(truth) == 0:
        return 0.0, 0.0
    losses, right = _losses(logits, truth), logits.argmax(axis=1) == truth
    labels = np.unique(truth)
    return (
        float(np.mean([losses[truth == label].mean() for label in labels])),
        float(np.mean([right[truth == label].mean() for label in labels])),
    )


def packed(correction: Correction, engine: str, samples: int) -> EmotionAdaptation:
    """`correction` as it is stored and sent."""
    table = np.vstack([correction.weights, correction.constant]).astype("<f2")
    return EmotionAdaptation(
        engine=engine,
        width=len(correction.weights),
        samples=samples,
        table=base64.b64encode(table.tobytes()).decode("ascii"),
    )


def unpacked(adaptation: EmotionAdaptation, engine: str, width: int) -> Correction | None:
    """What `packed` stored; None when it was made for another engine or is damaged: then the model answers alone."""
    if adaptation.engine != engine or adaptation.width != width:
        return None
    try:
        table = np.frombuffer(base64.b64decode(adaptation.table, validate=True), dtype="<f2")
    except (binascii.Error, ValueError):
        return None
    labels = len(EMOTION_LABELS)
    if table.size != (width + 1) * labels or not np.isfinite(table).all():
        return None
    values = table.astype(np.float64).reshape(width + 1, labels)
    return Correction(values[:-1], values[-1])


def label_numbers(labels: Sequence[str]) -> NDArray[np.int64]:
    """`(samples,)` places in `EMOTION_LABELS`."""
    return np.array([EMOTION_LABELS.index(label) for label in labels], dtype=np.int64)
