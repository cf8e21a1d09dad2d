"""What does emotion cost, and what does the network bring over functionals and over the ancestor's models?

Speed needs nothing; accuracy and robustness need a clip list, a feature cache and a run that kept one fold of
the speakers out (the shipped weights have heard everybody, so they cannot be judged on the same clips):

    python -m inference_worker emotion train CLIPS_CSV --run RUN --cache CACHE --fold 1
    python -m benchmarks.emotion --clips CLIPS_CSV --cache CACHE --run RUN --fold 1 --arch ancestor-lstm
    python -m benchmarks.emotion --clips CLIPS_CSV --quick
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from benchmarks.emotion_ancestor import ARCHITECTURES, FEATURES, Ancestor, AncestorOptions
from inference_worker.contract import EMOTION_LABELS
from inference_worker.emotion.base import SAMPLE_RATE_HZ, Clip
from inference_worker.emotion.calibration import Calibration
from inference_worker.emotion.clips import LabelledClip, read_clips, read_sound
from inference_worker.emotion.corpus import CacheOptions, FeatureStore
from inference_worker.emotion.features import MEL_BANDS, extract
from inference_worker.emotion.folds import speaker_split
from inference_worker.emotion.model import DEFAULT_WEIGHTS, EmotionModel, load
from inference_worker.emotion.robustness import CONDITIONS
from inference_worker.emotion.train import load_data, load_run, predict, recall_by_corpus
from inference_worker.emotion.weights_files import StoredModel

CLIP_S = 3.0
ROBUSTNESS_CLIPS = 60


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--weights", type=Path, default=DEFAULT_WEIGHTS)
    parser.add_argument("--clips", type=Path)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--run", type=Path)
    parser.add_argument("--fold", type=int, default=1)
    parser.add_argument("--json", type=Path)
    ancestor = parser.add_argument_group("the ancestor's models")
    ancestor.add_argument(
        "--arch", choices=ARCHITECTURES, action="append", default=[], help="may be repeated"
    )
    ancestor.add_argument("--top-db", type=float, default=25.0)
    ancestor.add_argument("--max-samples", type=int, default=180_000)
    ancestor.add_argument("--features", default=",".join(FEATURES), help="any of " + ", ".join(FEATURES))
    ancestor.add_argument("--hidden", default="512,512,256", help="of its LSTMs")
    ancestor.add_argument("--epochs", type=int, default=3)
    ancestor.add_argument(
        "--budget-s", type=float, default=float("inf"), help="processor seconds of training of each"
    )
    ancestor.add_argument("--corpus", help="train and judge on this corpus only; theirs was ravdess")
    ancestor.add_argument("--limit", type=int, help="so many clips to train on and to judge")
    parser.add_argument("--quick", action="store_true", help="60 clips, one epoch, both models: does it run?")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    results: dict[str, Any] = {"speed": measure_speed(load(arguments.weights))}
    if arguments.clips and arguments.cache and arguments.run:
        results |= compare(arguments.clips, arguments.cache, arguments.run, arguments.fold)
    for arch in arguments.arch or (ARCHITECTURES if arguments.quick else ()):
        results |= ancestor_bench(
            arguments.clips,
            arguments.fold,
            _ancestor_options(arch, arguments),
            60 if arguments.quick else arguments.limit,
            arguments.corpus,
        )
    for section, rows in results.items():
        print(section)
        for name, value in rows.items():
            print(f"  {name:32} {value}")
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1) + "\n")


def _ancestor_options(arch: str, arguments: argparse.Namespace) -> AncestorOptions:
    return AncestorOptions(
        arch=arch,
        features=tuple(name.strip() for name in arguments.features.split(",") if name.strip()),
        top_db=arguments.top_db,
        max_samples=arguments.max_samples,
        hidden=tuple(int(size) for size in arguments.hidden.split(",")),
        epochs=1 if arguments.quick else arguments.epochs,
        budget_s=arguments.budget_s,
    )


def voice_like(seconds: float, seed: int = 0) -> Clip:
    """`(time,)` syllables of a buzzing voice: what it says does not matter for speed."""
    rng = np.random.default_rng(seed)
    moments = np.arange(int(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    phase = 2 * np.pi * np.cumsum(150.0 + 30.0 * np.sin(2 * np.pi * 0.7 * moments)) / SAMPLE_RATE_HZ
    buzz = np.sum([np.sin(n * phase) / n for n in range(1, 20)], axis=0)
    syllables = np.clip(np.sin(2 * np.pi * 4.0 * moments), 0.0, None)
    return np.asarray(0.1 * buzz * syllables + 1e-3 * rng.standard_normal(moments.size), dtype=np.float32)


def measure_speed(model: EmotionModel) -> dict[str, str]:
    """Milliseconds and multiples of real time on one thread, median of 20."""
    clip = voice_like(CLIP_S)
    results = {}
    for name, count, work in (
        ("front end", 1, lambda: extract(clip)),
        ("all, batch 1", 1, lambda: model.classify([clip])),
        ("all, batch 32", 32, lambda: model.classify([clip] * 32)),
    ):
        seconds = median_time(work) / count
        results[name] = f"{seconds * 1e3:.1f} ms a clip of {CLIP_S:.0f} s, {CLIP_S / seconds:.0f} x real time"
    return results


def median_time(work: Callable[[], object]) -> float:
    """Seconds of processor time: other programs on the machine do not count."""
    work()
    times = []
    for _ in range(20):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return float(np.median(times))


def functionals(frames: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """`(6 * channels + 2,)` mean, deviation, three percentiles and mean change of each channel; two lengths."""
    values = np.asarray(frames, dtype=np.float64)
    if len(values) < 2:
        values = np.zeros((2, frames.shape[1]))
    change = np.abs(np.diff(values, axis=0)).mean(axis=0)
    levels = np.percentile(values, (10, 50, 90), axis=0)
    voiced_share = values[:, MEL_BANDS + 2].mean()
    return np.concatenate(
        [values.mean(axis=0), values.std(axis=0), *levels, change, [np.log(len(values)), voiced_share]]
    )


def compare(clips_csv: Path, cache: Path, run: Path, fold: int) -> dict[str, Any]:
    """UAR of each corpus on the fold's speakers, and labels changed by distortions, for network and functionals."""
    clips = read_clips(clips_csv)
    data = load_data(clips, CacheOptions(folder=cache, copies=0))
    split = speaker_split(clips, fold)
    network = load_run(run)
    model = EmotionModel(StoredModel("run", (network,), Calibration()))
    picked = [clips[i] for i in split.validation[:: max(len(split.validation) // ROBUSTNESS_CLIPS, 1)]]
    rivals = Rivals(clips, data.stores[0], split.train)
    ours = predict(network, data.stores[0], split.validation)["emotion"]
    return {
        "UAR, unseen speakers": {
            "network": recall_by_corpus(clips, split.validation, ours),
            "functionals + SVM": recall_by_corpus(
                clips, split.validation, rivals.scores(split.validation).astype(np.float32)
            ),
        },
        "labels changed, network": changes(
            lambda sounds: [item.label for item in model.classify(sounds)], picked
        ),
        "labels changed, functionals": changes(rivals.labels, picked),
    }


class Rivals:
    """Functionals with a support vector machine, as openSMILE and LIBSVM would be used."""

    def __init__(self, clips: Sequence[LabelledClip], store: FeatureStore, train: Sequence[int]) -> None:
        self._store = store
        truth = np.array([EMOTION_LABELS.index(clips[i].emotion) for i in train])
        self._svm = make_pipeline(StandardScaler(), SVC(C=3.0, class_weight="balanced"))
        self._svm.fit(np.stack([functionals(store.clip(i)) for i in train]), truth)

    def scores(self, chosen: Sequence[int]) -> NDArray[np.float64]:
        """`(chosen, labels)` in the order of all labels; those that nobody trained on come last."""
        found = np.full((len(chosen), len(EMOTION_LABELS)), -1e9)
        rows = np.stack([functionals(self._store.clip(i)) for i in chosen])
        found[:, self._svm.classes_] = np.atleast_2d(self._svm.decision_function(rows))
        return found

    def labels(self, sounds: Sequence[Clip]) -> list[int]:
        rows = [functionals(extract(sound).frames) for sound in sounds]
        return [int(label) for label in self._svm.predict(np.stack(rows))]


def ancestor_bench(
    clips_csv: Path, fold: int, options: AncestorOptions, limit: int | None, corpus: str | None = None
) -> dict[str, Any]:
    """The ancestor's model on the same speakers: accuracy, robustness and speed. `limit`: so many clips each;
    `corpus`: of this one only."""
    clips = read_clips(clips_csv)
    split = speaker_split(clips, fold)
    train, held = (
        _spread([i for i in part if corpus in (None, clips[i].corpus)], limit)
        for part in (split.train, split.validation)
    )
    model = Ancestor(options)
    began = time.process_time()
    losses = model.fit(
        [read_sound(clips[i].path) for i in train], [EMOTION_LABELS.index(clips[i].emotion) for i in train]
    )
    took_s = time.process_time() - began
    scores = model.logits([read_sound(clips[i].path) for i in held])
    picked = [clips[i] for i in _spread(held, min(limit or ROBUSTNESS_CLIPS, ROBUSTNESS_CLIPS))]
    clip = voice_like(CLIP_S)
    seconds = median_time(lambda: model.logits([clip]))
    return {
        f"{options.arch}, {model.parameters / 1e6:.2f} M parameters": {
            "UAR, unseen speakers": recall_by_corpus(clips, held, scores),
            "training": f"{took_s:.0f} processor seconds, {len(train)} clips, {len(losses)} epochs",
            "speed, batch 1": f"{seconds * 1e3:.1f} ms, {CLIP_S / seconds:.0f} x real time",
        },
        f"labels changed, {options.arch}": changes(
            lambda sounds: model.logits(sounds).argmax(axis=1).tolist(), picked
        ),
    }


def _spread(rows: Sequence[int], count: int | None) -> list[int]:
    if count is None or count >= len(rows):
        return list(rows)
    return [rows[place * len(rows) // count] for place in range(count)]


def changes(
    answer: Callable[[Sequence[Clip]], Sequence[object]], clips: Sequence[LabelledClip]
) -> dict[str, float]:
    """Share of `clips` whose answer each distortion changes."""
    sounds = [read_sound(clip.path) for clip in clips]
    before = answer(sounds)
    found = {}
    for name, distort in CONDITIONS.items():
        rng = np.random.default_rng(0)
        after = answer([distort(sound, rng) for sound in sounds])
        found[name] = round(sum(a != b for a, b in zip(before, after, strict=True)) / len(sounds), 3)
    return found


if __name__ == "__main__":
    main()
