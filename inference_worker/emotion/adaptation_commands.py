"""`emotion adapt`: learns one person's correction from a labelled list, or measures what it would bring."""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from inference_worker.contract import EMOTION_LABELS, ContractError, EmotionAdaptation
from inference_worker.emotion import metrics
from inference_worker.emotion.adaptation import Samples, adapt, packed
from inference_worker.emotion.base import AdaptableClassifier
from inference_worker.emotion.calibration import softmax
from inference_worker.emotion.clips import UNKNOWN, ClipsError, LabelledClip, read_clip, read_clips
from inference_worker.emotion.evaluate import shared_speakers, speaker_name
from inference_worker.emotion.opening import opened_to_adapt

_BATCH = 32


class AdaptationError(ValueError):
    """An adaptation file cannot be read, or there is nothing to measure. `str()` says what to do."""


def read_adaptation(path: Path) -> EmotionAdaptation:
    """What `emotion adapt --out` wrote. Raises `AdaptationError`."""
    try:
        return EmotionAdaptation.from_json(json.loads(path.read_text()))
    except (OSError, ValueError, ContractError) as error:
        raise AdaptationError(
            f"{path}: no adaptation ({error}); make one with `emotion adapt --out`"
        ) from error


def adapt_command(arguments: argparse.Namespace) -> int:
    model = opened_to_adapt(arguments)
    clips = read_clips(arguments.clips)
    if arguments.speaker is not None:
        clips = [clip for clip in clips if clip.speaker == arguments.speaker]
    if not clips:
        raise ClipsError(f"{arguments.clips}: has no clip of that speaker")
    if arguments.measure is not None:
        result = measure(model, clips, arguments.measure, arguments.rounds)
        print(json.dumps(result) if arguments.json else _table(result))
        return 0
    samples = listen(model, clips)
    correction, trial = adapt(samples)
    if correction is not None and arguments.out is not None:
        stored = packed(correction, model.identity, trial.samples)
        arguments.out.write_text(json.dumps(stored.to_json()) + "\n")
    if arguments.json:
        print(json.dumps(asdict(trial)))
    else:
        verdict = "used" if trial.used else f"not used: {trial.reason}"
        print(
            f"{trial.samples} utterances; recall {trial.recall_before:.2f} -> {trial.recall_after:.2f}, "
            f"loss {trial.loss_before:.2f} -> {trial.loss_after:.2f}; {verdict}"
        )
    return 0 if trial.used else 3


def listen(model: AdaptableClassifier, clips: Sequence[LabelledClip]) -> Samples:
    """Every clip as a sample; silent ones are left out."""
    parts = []
    for start in tqdm(range(0, len(clips), _BATCH), desc="listening", mininterval=5.0):
        part = clips[start : start + _BATCH]
        parts.append(model.samples([read_clip(clip) for clip in part], [clip.emotion for clip in part]))
    return Samples(
        np.concatenate([part.pooled for part in parts]),
        np.concatenate([part.logits for part in parts]),
        np.concatenate([part.truth for part in parts]),
    )


def measure(
    model: AdaptableClassifier, clips: Sequence[LabelledClip], count: int, rounds: int
) -> dict[str, Any]:
    """For each speaker with enough clips: `count` of each emotion are corrected, the others judged.

    UAR over the speaker's own labels before and after, the mean of `rounds` draws, by speaker and by corpus.
    """
    groups: dict[tuple[str, str], list[LabelledClip]] = defaultdict(list)
    for clip in clips:
        groups[clip.corpus, clip.speaker].append(clip)
    shared = shared_speakers(clips)
    speakers: dict[str, Any] = {}
    corpora: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for (corpus, speaker), own in sorted(groups.items()):
        if speaker.endswith(UNKNOWN) or not _is_enough(own, count):
            continue
        samples = listen(model, own)
        tries = [_one_round(samples, count, np.random.default_rng(number)) for number in range(rounds)]
        before, after, used = (float(np.mean(column)) for column in zip(*tries, strict=True))
        speakers[speaker_name(own[0], shared)] = {
            "before": _round(before),
            "after": _round(after),
            "used": _round(used),
        }
        corpora[corpus].append((before, after))
    if not speakers:
        raise AdaptationError(
            f"no speaker has {count + 3} clips of two emotions ({count} to correct, 3 to judge); take a smaller number"
        )
    means = {
        corpus: {
            "speakers": len(pairs),
            "before": _round(float(np.mean([pair[0] for pair in pairs]))),
            "after": _round(float(np.mean([pair[1] for pair in pairs]))),
        }
        for corpus, pairs in corpora.items()
    }
    return {"engine": model.name, "corrections_an_emotion": count, "corpus": means, "speaker": speakers}


def _is_enough(clips: Sequence[LabelledClip], count: int) -> bool:
    """At least two emotions with clips left to judge."""
    sizes = [sum(clip.emotion == label for clip in clips) for label in EMOTION_LABELS]
    return sum(size >= count + 3 for size in sizes) >= 2


def _one_round(samples: Samples, count: int, rng: np.random.Generator) -> tuple[float, float, float]:
    own = [int(k) for k in np.unique(samples.truth) if (samples.truth == k).sum() >= count + 3]
    usable = np.flatnonzero(np.isin(samples.truth, own))
    given = np.concatenate(
        [rng.choice(np.flatnonzero(samples.truth == k), count, replace=False) for k in own]
    )
    rest = samples.select(np.setdiff1d(usable, given))
    correction, _ = adapt(samples.select(given))
    after = rest.logits if correction is None else correction.applied(rest.logits, rest.pooled)
    return (
        _recall(rest.logits, rest.truth, own),
        _recall(after, rest.truth, own),
        float(correction is not None),
    )


def _recall(logits: NDArray[np.float64], truth: NDArray[np.int64], own: Sequence[int]) -> float:
    answer = metrics.restrict(softmax(logits, 1.0), own).argmax(axis=1).astype(np.int64)
    return metrics.unweighted_average_recall(metrics.confusion(truth, answer, len(EMOTION_LABELS)))


def _table(result: dict[str, Any]) -> str:
    lines = [f"{'':24}{'UAR before':>12}{'after':>8}{'used':>7}"]
    for name, row in (result["corpus"] | result["speaker"]).items():
        used = f"{row['used']:.0%}" if "used" in row else ""
        lines.append(f"{name:24}{row['before']:12.3f}{row['after']:8.3f}{used:>7}")
    return "\n".join(lines)


def _round(value: float) -> float:
    return round(value, 4)
