"""From the network's logits to probabilities that mean something, and to the choice to stay unsure.

Two steps, both fitted on speakers and corpora that the networks behind the logits never heard:

1. a temperature (Guo et al. 2017, "On calibration of modern neural networks"), fitted on unseen speakers and
   unseen corpora with equal weight, so that it errs towards too little certainty for a speaker at home;
2. a logistic model of "this answer is right" from certainty, length and signal quality. An answer is shown
   when that chance reaches `threshold`, and the clip passes gates that no certainty can open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

RELIABILITY_INPUTS = ("constant", "log_odds", "margin", "log_active_s", "voiced_share", "contrast")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What is known about clips besides the logits; arrays of one shape `(clips,)`."""

    active_s: Floats
    voiced_s: Floats
    contrast_db: Floats
    speech: Floats
    """Probability in [0, 1] that there is speech."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    temperature: float = 1.5
    reliability: tuple[float, ...] = (-1.0, 1.0, 0.0, 0.0, 0.0, 0.0)
    """Weights of `RELIABILITY_INPUTS`."""
    threshold: float = 0.7
    """Chance of being right from which an answer is shown."""
    short_s: float = 1.5
    short_surcharge: float = 0.15
    """Added to `threshold`, in full at half a second and falling to nothing at `short_s`: with the first 1, 1.5,
    2 and 3 s of speech 43, 56, 58 and 65 % of a network's answers were right."""
    least_active_s: float = 0.5
    least_voiced_s: float = 0.25
    least_voiced_share: float = 0.15
    least_contrast_db: float = 4.0
    """Steady sound is no speech: syllables come and go by more than this."""
    least_speech: float = 0.5
    most_active_s: float = 30.0
    """More than this is not one utterance."""


def softmax(logits: Floats, temperature: float) -> Floats:
    """`(clips, labels)` probabilities of `logits / temperature`."""
    scaled = logits / temperature
    scaled = scaled - scaled.max(axis=1, keepdims=True)
    powers = np.exp(scaled)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def fit_temperature(logits: Floats, truth: NDArray[np.int64], weights: Floats) -> float:
    """The temperature in [0.5, 8] with the least weighted negative log-likelihood (search on a log grid)."""
    grid = np.geomspace(0.5, 8.0, 200)
    rows = np.arange(len(truth))
    costs = [-float((weights * np.log(softmax(logits, value)[rows, truth] + 1e-12)).sum()) for value in grid]
    return float(grid[int(np.argmin(costs))])


def reliability_inputs(probabilities: Floats, quality: Quality) -> Floats:
    """`(clips, RELIABILITY_INPUTS)` from probabilities and signal quality."""
    ordered = np.sort(probabilities, axis=1)
    best, second = np.clip(ordered[:, -1], 1e-6, 1.0 - 1e-6), ordered[:, -2]
    return np.stack(
        [
            np.ones(len(best)),
            np.log(best / (1.0 - best)),
            np.log(best / np.maximum(second, 1e-6)).clip(0.0, 5.0),
            np.log(np.clip(quality.active_s, 0.3, 4.0)),
            np.clip(quality.voiced_s / np.maximum(quality.active_s, 1e-3), 0.0, 1.0),
            np.clip(quality.contrast_db, 0.0, 40.0) / 20.0,
        ],
        axis=1,
    )


def fit_logistic(inputs: Floats, right: NDArray[np.bool_], weights: Floats, ridge: float = 1.0) -> Floats:
    """Weights of a logistic regression with an L2 penalty (not on the constant), by Newton's method."""
    coefficients = np.zeros(inputs.shape[1])
    penalty = np.full(inputs.shape[1], ridge)
    penalty[0] = 1e-6
    for _ in range(50):
        chance = 1.0 / (1.0 + np.exp(-inputs @ coefficients))
        slope = inputs.T @ (weights * (right - chance)) - penalty * coefficients
        curvature = (inputs * (weights * chance * (1.0 - chance))[:, None]).T @ inputs + np.diag(penalty)
        step = np.linalg.solve(curvature, slope)
        coefficients = coefficients + step
        if float(np.abs(step).max()) < 1e-8:
            break
    return coefficients


def fit_monotone_logistic(inputs: Floats, right: NDArray[np.bool_], weights: Floats) -> Floats:
    """`fit_logistic` in which no input but the constant may count against being right.

    More certainty, more speech and clearer voice cannot make an answer worse: a negative weight only says that
    a hard corpus happens to be recorded well, and would not carry to another. Such inputs are left out, the
    most negative first.
    """
    coefficients = np.zeros(inputs.shape[1])
    used = list(range(inputs.shape[1]))
    while True:
        fitted = fit_logistic(inputs[:, used], right, weights)
        worst = int(np.argmin(np.where(np.array(used) == 0, np.inf, fitted)))
        if used[worst] == 0 or fitted[worst] >= 0.0:
            coefficients[used] = fitted
            return coefficients
        del used[worst]


def chance_of_right(calibration: Calibration, probabilities: Floats, quality: Quality) -> Floats:
    """`(clips,)` estimated probability that the most probable label is the right one."""
    score = reliability_inputs(probabilities, quality) @ np.array(calibration.reliability)
    return np.asarray(1.0 / (1.0 + np.exp(-score)))


def passes_gates(calibration: Calibration, quality: Quality) -> NDArray[np.bool_]:
    """`(clips,)` True where there is enough speech to say anything."""
    return np.asarray(
        (quality.active_s >= calibration.least_active_s)
        & (quality.active_s <= calibration.most_active_s)
        & (quality.voiced_s >= calibration.least_voiced_s)
        & (quality.voiced_s >= calibration.least_voiced_share * quality.active_s)
        & (quality.contrast_db >= calibration.least_contrast_db)
        & (quality.speech >= calibration.least_speech)
    )


def is_confident(calibration: Calibration, probabilities: Floats, quality: Quality) -> NDArray[np.bool_]:
    """`(clips,)` True where the answer may be shown."""
    shortness = np.clip((calibration.short_s - quality.active_s) / (calibration.short_s - 0.5), 0.0, 1.0)
    needed = calibration.threshold + calibration.short_surcharge * shortness
    sure = chance_of_right(calibration, probabilities, quality) >= needed
    return np.asarray(sure & passes_gates(calibration, quality))


def equal_weights(groups: Sequence[str]) -> Floats:
    """`(clips,)` weights with mean 1 by which every group counts the same."""
    names, place, counts = np.unique(np.array(groups), return_inverse=True, return_counts=True)
    return np.asarray(len(groups) / (len(names) * counts[place]), dtype=np.float64)
