"""How well a classifier does on labelled clips: by corpus, language and speaker."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from inference_worker.contract import EMOTION_LABELS, EmotionEstimate
from inference_worker.emotion import metrics
from inference_worker.emotion.base import EmotionClassifier
from inference_worker.emotion.clips import ClipsError, LabelledClip, read_clip

COVERAGES = (0.5, 0.7, 0.9)
_BATCH = 32


@dataclass(frozen=True, slots=True)
class Answers:
    """What a classifier said about labelled clips."""

    clips: Sequence[LabelledClip]
    probabilities: NDArray[np.float64]
    """`(clips, labels)`."""
    confident: NDArray[np.bool_]
    """`(clips,)`."""
    unreadable: Sequence[str] = ()
    """What is wrong with clips that were left out, a sentence each."""

    def select(self, rows: Sequence[int]) -> Answers:
        """Some of the answers."""
        picked = list(rows)
        return Answers([self.clips[i] for i in picked], self.probabilities[picked], self.confident[picked])


def ask(classifier: EmotionClassifier, clips: Sequence[LabelledClip]) -> Answers:
    """Classify every clip that can be read. Raises `ClipsError` if none can."""
    heard: list[LabelledClip] = []
    unreadable: list[str] = []
    estimates: list[EmotionEstimate] = []
    for start in tqdm(range(0, len(clips), _BATCH), desc="evaluate", mininterval=5.0):
        sounds = []
        for clip in clips[start : start + _BATCH]:
            try:
                sounds.append(read_clip(clip))
                heard.append(clip)
            except ClipsError as error:
                unreadable.append(str(error))
        estimates += classifier.classify(sounds)
    if not heard:
        raise ClipsError(unreadable[0] if unreadable else "there is no clip to classify")
    confident = np.array([item.confident for item in estimates], bool)
    return Answers(heard, probability_table(estimates), confident, unreadable)


def probability_table(estimates: Sequence[EmotionEstimate]) -> NDArray[np.float64]:
    """`(clips, labels)` in the order of `EMOTION_LABELS`."""
    rows = [[item.probabilities[label] for label in EMOTION_LABELS] for item in estimates]
    return np.array(rows, dtype=np.float64).reshape(-1, len(EMOTION_LABELS))


def report(answers: Answers) -> dict[str, Any]:
    """JSON-ready: `corpus`, `language` and `speaker`, each a table of names and scores; and `all`.

    A speaker is called `corpus/speaker` where two corpora have one of that name.
    """
    own = own_labels(answers.clips)
    shared = shared_speakers(answers.clips)
    return {
        "labels": list(EMOTION_LABELS),
        "all": scores(answers, own),
        "corpus": _by(answers, own, lambda clip: clip.corpus),
        "language": _by(answers, own, lambda clip: clip.language),
        "speaker": _by(answers, own, lambda clip: speaker_name(clip, shared)),
        "unreadable": list(answers.unreadable),
    }


def shared_speakers(clips: Sequence[LabelledClip]) -> frozenset[str]:
    """Names that speakers of several corpora have."""
    corpora: dict[str, set[str]] = defaultdict(set)
    for clip in clips:
        corpora[clip.speaker].add(clip.corpus)
    return frozenset(name for name, found in corpora.items() if len(found) > 1)


def speaker_name(clip: LabelledClip, shared: frozenset[str]) -> str:
    return f"{clip.corpus}/{clip.speaker}" if clip.speaker in shared else clip.speaker


def own_labels(clips: Sequence[LabelledClip]) -> dict[str, list[int]]:
    """The labels that each corpus has, as indices."""
    found: dict[str, set[int]] = defaultdict(set)
    for clip in clips:
        found[clip.corpus].add(EMOTION_LABELS.index(clip.emotion))
    return {corpus: sorted(labels) for corpus, labels in found.items()}


def _by(
    answers: Answers,
    own: dict[str, list[int]],
    name: Callable[[LabelledClip], str],
) -> dict[str, Any]:
    groups: dict[str, list[int]] = defaultdict(list)
    for row, clip in enumerate(answers.clips):
        groups[name(clip)].append(row)
    return {key: scores(answers.select(rows), own) for key, rows in sorted(groups.items())}


def scores(answers: Answers, own: dict[str, list[int]]) -> dict[str, Any]:
    """Scores of a group of clips. `own_*` choose among the labels of the clip's corpus, the others among all.

    `reliability` and `coverage` are the points of the curves of those names: certainty, accuracy and clips of each
    tenth of certainty; share of the surest clips and their accuracy.

    `shown` is what the screen would say: the share of confident answers and how many of those are right.
    """
    truth = np.array([EMOTION_LABELS.index(clip.emotion) for clip in answers.clips], dtype=np.int64)
    restricted = np.zeros_like(answers.probabilities)
    for corpus, labels in own.items():
        mine = [row for row, clip in enumerate(answers.clips) if clip.corpus == corpus]
        restricted[mine] = metrics.restrict(answers.probabilities[mine], labels)
    open_table = _table(truth, answers.probabilities)
    own_table = _table(truth, restricted)
    certainty = answers.probabilities.max(axis=1, initial=0.0)
    right = answers.probabilities.argmax(axis=1) == truth
    shown = answers.confident
    return _curves(certainty, right) | {
        "n": len(truth),
        "own_accuracy": _round(metrics.accuracy(own_table)),
        "own_uar": _round(metrics.unweighted_average_recall(own_table)),
        "own_macro_f1": _round(metrics.macro_f1(own_table)),
        "own_ece": _round(
            metrics.expected_calibration_error(
                restricted.max(axis=1, initial=0.0), restricted.argmax(axis=1) == truth
            )
        ),
        "accuracy": _round(metrics.accuracy(open_table)),
        "uar": _round(metrics.unweighted_average_recall(open_table)),
        "macro_f1": _round(metrics.macro_f1(open_table)),
        "ece": _round(metrics.expected_calibration_error(certainty, right)),
        "selective_accuracy": {
            f"{coverage:.0%}": _round(metrics.selective_accuracy(certainty, right, coverage))
            for coverage in COVERAGES
        },
        "shown": {
            "share": _round(float(shown.mean())) if len(truth) else 0.0,
            "accuracy": _round(float(right[shown].mean())) if shown.any() else None,
        },
        "confusion": open_table.tolist(),
        "own_confusion": own_table.tolist(),
    }


def _curves(certainty: NDArray[np.float64], right: NDArray[np.bool_]) -> dict[str, Any]:
    return {
        "reliability": [
            [_round(mean), _round(share), count]
            for mean, share, count in metrics.reliability(certainty, right)
        ],
        "coverage": [
            [part / 10.0, _round(metrics.selective_accuracy(certainty, right, part / 10.0))]
            for part in range(1, 11)
        ],
    }


def _table(truth: NDArray[np.int64], probabilities: NDArray[np.float64]) -> NDArray[np.int64]:
    answer = probabilities.argmax(axis=1).astype(np.int64)
    return metrics.confusion(truth, answer, len(EMOTION_LABELS))


def _round(value: float) -> float:
    return round(value, 4)
