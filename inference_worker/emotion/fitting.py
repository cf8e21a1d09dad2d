"""Fits the calibration on what finished runs answered to speakers and corpora that they never heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference_worker.contract import EMOTION_LABELS
from inference_worker.emotion import calibration as cal
from inference_worker.emotion import metrics
from inference_worker.emotion.clips import LabelledClip, fingerprint
from inference_worker.emotion.corpus import FeatureStore
from inference_worker.emotion.train import RunError

Floats = NDArray[np.float64]

SMALLEST_GROUP = 30
ENOUGH_CORPORA = 3
CAUTION = 1.25
"""A temperature fitted on unseen speakers of known corpora is too sure of new corpora: an earlier network's
calibration error went from .06 to .24 there. This is a precaution, not a measurement."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Logits for clips that the answering network did not train on."""

    clip: NDArray[np.int64]
    """`(rows,)` index into the list of clips."""
    group: tuple[str, ...]
    """`(rows,)` kind of novelty and corpus, such as `fold/ravdess` or `corpus/selvas`."""
    speaker: tuple[str, ...]
    emotion: Floats
    """`(rows, labels)`."""
    truth: NDArray[np.int64]
    quality: cal.Quality


def gather(
    clips: Sequence[LabelledClip], recorded: FeatureStore, runs: Sequence[tuple[str, Path]]
) -> HeldOut:
    """What `runs` (kind of novelty, run folder) wrote into their `validation.npz`.

    Runs that kept the same clips out are taken for members of one model: their answers are averaged.
    Raises `RunError` when a run has none, or has them of other clips.
    """
    members: dict[tuple[str, bytes], list[tuple[Floats, Floats]]] = {}
    for kind, folder in runs:
        answers = folder / "validation.npz"
        if not answers.exists():
            raise RunError(f"{folder}: kept nobody out; train it with --fold or --leave-out")
        with np.load(answers) as stored:
            if "clips" not in stored or str(stored["clips"]) != _fingerprint(clips, stored["index"].tolist()):
                raise RunError(
                    f"{folder}: answered to other clips than these lists hold; give the lists of its training"
                )
            logits = stored["emotion"].astype(np.float64), stored["speech"].astype(np.float64)
            members.setdefault((kind, stored["index"].astype(np.int64).tobytes()), []).append(logits)
    index, group, emotion, speech = [], [], [], []
    for (kind, clips_kept_out), answered in members.items():
        index.append(np.frombuffer(clips_kept_out, dtype=np.int64))
        emotion.append(np.mean([logits[0] for logits in answered], axis=0))
        speech.append(np.mean([logits[1] for logits in answered], axis=0))
        group += [f"{kind}/{clips[i].corpus}" for i in index[-1]]
    picked = np.concatenate(index)
    quality = recorded.quality[picked].astype(np.float64)
    return HeldOut(
        clip=picked,
        group=tuple(group),
        speaker=tuple(clips[i].speaker for i in picked),
        emotion=np.concatenate(emotion),
        truth=np.array([EMOTION_LABELS.index(clips[i].emotion) for i in picked], dtype=np.int64),
        quality=cal.Quality(
            active_s=quality[:, 0],
            voiced_s=quality[:, 1],
            contrast_db=quality[:, 2],
            speech=1.0 / (1.0 + np.exp(-np.concatenate(speech))),
        ),
    )


def _fingerprint(clips: Sequence[LabelledClip], index: Sequence[int]) -> str:
    return fingerprint(clips[i] for i in index) if max(index, default=0) < len(clips) else ""


def fit(held_out: HeldOut, rows: NDArray[np.bool_], threshold: float) -> cal.Calibration:
    """Temperature and reliability from the chosen rows, every group counting the same.

    Groups of fewer than `SMALLEST_GROUP` clips are left out where there are larger ones: so few would weigh too
    much. Unless
    `ENOUGH_CORPORA` were left out whole, the temperature is raised by `CAUTION`.
    """
    names, sizes = np.unique(np.array(held_out.group)[rows], return_counts=True)
    large = {str(name) for name, size in zip(names, sizes, strict=True) if size >= SMALLEST_GROUP}
    large = large or {str(name) for name in names}
    rows = rows & np.array([group in large for group in held_out.group])
    weights = cal.equal_weights([held_out.group[i] for i in np.flatnonzero(rows)])
    temperature = cal.fit_temperature(held_out.emotion[rows], held_out.truth[rows], weights)
    if sum(name.startswith("corpus/") for name in large) < ENOUGH_CORPORA:
        temperature *= CAUTION
    probabilities = cal.softmax(held_out.emotion[rows], temperature)
    right = probabilities.argmax(axis=1) == held_out.truth[rows]
    inputs = cal.reliability_inputs(probabilities, select_quality(held_out.quality, rows))
    reliability = cal.fit_monotone_logistic(inputs, right, weights)
    return cal.Calibration(
        temperature=temperature, reliability=tuple(float(value) for value in reliability), threshold=threshold
    )


def select_quality(quality: cal.Quality, rows: NDArray[np.bool_]) -> cal.Quality:
    """The quality of some of the clips."""
    return cal.Quality(
        active_s=quality.active_s[rows],
        voiced_s=quality.voiced_s[rows],
        contrast_db=quality.contrast_db[rows],
        speech=quality.speech[rows],
    )


def by_corpus(held_out: HeldOut) -> NDArray[np.str_]:
    """`(rows,)` for `cross_fitted_report`: how a new corpus would be met."""
    return np.array([name.split("/")[1] for name in held_out.group])


def by_speaker(held_out: HeldOut) -> NDArray[np.str_]:
    """`(rows,)` for `cross_fitted_report`: how a new person in known circumstances would be met.

    People who were left out with their whole corpus are judged with it: nothing about it may be known.
    """
    return np.array(
        [
            corpus if group.startswith("corpus/") else speaker
            for group, corpus, speaker in zip(
                held_out.group, by_corpus(held_out), held_out.speaker, strict=True
            )
        ]
    )


def cross_fitted_report(
    held_out: HeldOut, threshold: float, parts: NDArray[np.str_]
) -> dict[str, dict[str, Any]]:
    """Scores of every group, each of the `parts` judged with a calibration fitted on the other parts only.

    Empty when there is one part only: nothing is left to fit on.
    """
    probabilities = np.zeros_like(held_out.emotion)
    chance = np.zeros(len(held_out.truth))
    shown = np.zeros(len(held_out.truth), dtype=bool)
    if len(set(parts)) < 2:
        return {}
    for part in np.unique(parts):
        mine = parts == part
        fitted = fit(held_out, ~mine, threshold)
        quality = select_quality(held_out.quality, mine)
        probabilities[mine] = cal.softmax(held_out.emotion[mine], fitted.temperature)
        chance[mine] = cal.chance_of_right(fitted, probabilities[mine], quality)
        shown[mine] = cal.is_confident(fitted, probabilities[mine], quality)
    groups = np.array(held_out.group)
    report = {}
    for name in sorted(set(held_out.group)):
        rows = groups == name
        report[name] = _group_scores(held_out.truth[rows], probabilities[rows], chance[rows], shown[rows])
    return report


def _group_scores(
    truth: NDArray[np.int64], probabilities: Floats, chance: Floats, shown: NDArray[np.bool_]
) -> dict[str, Any]:
    own = sorted({int(label) for label in truth})
    right = probabilities.argmax(axis=1) == truth
    restricted = metrics.restrict(probabilities, own).argmax(axis=1).astype(np.int64)
    table = metrics.confusion(truth, restricted, len(EMOTION_LABELS))
    certainty = probabilities.max(axis=1)
    return {
        "n": len(truth),
        "own_uar": round(metrics.unweighted_average_recall(table), 3),
        "accuracy": round(float(right.mean()), 3),
        "ece": round(metrics.expected_calibration_error(certainty, right), 3),
        "selective_60": round(metrics.selective_accuracy(chance, right, 0.6), 3),
        "shown_share": round(float(shown.mean()), 3),
        "shown_accuracy": round(float(right[shown].mean()), 3) if shown.any() else None,
    }
