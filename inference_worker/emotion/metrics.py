"""How good a set of answers is. Every function is plain arithmetic on arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def confusion(truth: Ints, answer: Ints, labels: int) -> Ints:
    """`(labels, labels)` counts: row is the truth, column the answer."""
    table = np.zeros((labels, labels), dtype=np.int64)
    np.add.at(table, (truth, answer), 1)
    return table


def accuracy(table: Ints) -> float:
    """Share of right answers; 0 for an empty table."""
    total = int(table.sum())
    return float(np.trace(table)) / total if total else 0.0


def unweighted_average_recall(table: Ints) -> float:
    """Mean over the labels that occur of the share of each that was found."""
    sizes = table.sum(axis=1)
    present = sizes > 0
    return float((np.diag(table)[present] / sizes[present]).mean()) if present.any() else 0.0


def macro_f1(table: Ints) -> float:
    """Mean F1 over the labels that occur as truth; answers outside them count as misses."""
    present = table.sum(axis=1) > 0
    hits = np.diag(table)[present]
    both = table.sum(axis=1)[present] + table.sum(axis=0)[present]
    return float((2.0 * hits / both).mean()) if present.any() else 0.0


def expected_calibration_error(certainty: Floats, right: NDArray[np.bool_], bins: int = 10) -> float:
    """Mean distance of certainty and accuracy over equal-width bins (Guo et al. 2017), weighted by size."""
    if certainty.size == 0:
        return 0.0
    place = np.minimum((certainty * bins).astype(np.int64), bins - 1)
    error = 0.0
    for number in range(bins):
        inside = place == number
        if inside.any():
            error += abs(float(certainty[inside].mean()) - float(right[inside].mean())) * float(inside.mean())
    return error


def reliability(
    certainty: Floats, right: NDArray[np.bool_], bins: int = 10
) -> list[tuple[float, float, int]]:
    """Mean certainty, accuracy and size of every equal-width bin that is not empty."""
    place = np.minimum((certainty * bins).astype(np.int64), bins - 1)
    return [
        (float(certainty[place == number].mean()), float(right[place == number].mean()), int(size))
        for number, size in enumerate(np.bincount(place, minlength=bins))
        if size
    ]


def selective_accuracy(certainty: Floats, right: NDArray[np.bool_], coverage: float) -> float:
    """Accuracy of the surest `coverage` of the answers (at least one); 0 when there is none."""
    if certainty.size == 0:
        return 0.0
    count = max(round(coverage * certainty.size), 1)
    surest = np.argsort(-certainty, kind="stable")[:count]
    return float(right[surest].mean())


def restrict(probabilities: Floats, labels: Sequence[int]) -> Floats:
    """`(clips, labels)` with everything but `labels` at zero and each row scaled to sum 1."""
    kept = np.zeros_like(probabilities)
    kept[:, list(labels)] = probabilities[:, list(labels)]
    return np.asarray(kept / np.maximum(kept.sum(axis=1, keepdims=True), 1e-12))
