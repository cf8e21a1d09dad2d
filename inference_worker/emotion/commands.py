"""What the subcommands of `cli` do. Apart from it because this imports torch."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np

from inference_worker.contract import EmotionEstimate
from inference_worker.emotion import fitting
from inference_worker.emotion.adaptation_commands import AdaptationError, adapt_command, read_adaptation
from inference_worker.emotion.base import EmotionModelError
from inference_worker.emotion.calibration import Calibration
from inference_worker.emotion.clips import ClipsError, LabelledClip, read_all, read_clips, read_sound
from inference_worker.emotion.corpus import CacheOptions
from inference_worker.emotion.cues import measure
from inference_worker.emotion.encoder_head import Encoder, save_head, train_head
from inference_worker.emotion.evaluate import ask, report
from inference_worker.emotion.folds import Split, corpus_split, speaker_split, splits
from inference_worker.emotion.importing.corpus_import import as_text, import_corpus
from inference_worker.emotion.importing.found import LayoutError
from inference_worker.emotion.model_card import write_card
from inference_worker.emotion.network import NetworkOptions
from inference_worker.emotion.opening import opened
from inference_worker.emotion.robustness import robustness
from inference_worker.emotion.sampling import SamplingOptions
from inference_worker.emotion.train import (
    RunError,
    Trainer,
    TrainingOptions,
    load_data,
    load_run,
    recall_by_corpus,
)
from inference_worker.emotion.weights_files import save_model

ARCHITECTURES = {
    "recurrent": NetworkOptions(),
    "convolutional": NetworkOptions(recurrent=0, dilations=(1, 2, 4, 8, 1, 2)),
}


def _failing_plainly(command: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    def run(arguments: argparse.Namespace) -> int:
        try:
            return command(arguments)
        except (AdaptationError, ClipsError, EmotionModelError, LayoutError, RunError) as error:
            print(error, file=sys.stderr)
            return 1
        except BrokenPipeError:
            # The program knows what to do when nobody reads any more.
            raise
        except OSError as error:
            # A folder that cannot be written, a file in the place of a folder, a full disk.
            print(f"{error.filename or 'a file'}: {error.strerror or error}", file=sys.stderr)
            return 1

    return run


def _train(arguments: argparse.Namespace) -> int:
    clips = read_all(arguments.clips)
    if arguments.encoder is not None:
        return _train_head(clips, arguments)
    data = load_data(clips, _cache(arguments))
    options = _training_options(arguments, arguments.run_folder)
    Trainer(data, _split(clips, arguments), options).run(arguments.until)
    print((arguments.run_folder / "log.jsonl").read_text().splitlines()[-1])
    return 0


def _encoder(arguments: argparse.Namespace) -> Encoder:
    if arguments.encoder.endswith(".nemo"):
        return cast(Encoder, arguments.open_nemo(Path(arguments.encoder)))
    try:
        # An extra: only who trains on an encoder needs it.
        pretrained = importlib.import_module("inference_worker.emotion.pretrained")
    except ImportError as error:
        raise EmotionModelError("--encoder needs transformers; install the extra `transformers`") from error
    return cast(Encoder, pretrained.TransformersEncoder(arguments.encoder))


def _train_head(clips: list[LabelledClip], arguments: argparse.Namespace) -> int:
    split = _split(clips, arguments)
    encoder = _encoder(arguments)
    head, encoded = train_head(encoder, clips, split.train, arguments.cache)
    save_head(arguments.run_folder, arguments.encoder, head, Calibration(), encoder.checkpoint)
    found: dict[str, Any] = {"encoder": arguments.encoder, "clips": len(split.train)}
    if split.validation:
        logits = head.logits(encoded[list(split.validation)]).astype(np.float32)
        found["uar"] = recall_by_corpus(clips, split.validation, logits)
    print(json.dumps(found))
    return 0


def _cross_validate(arguments: argparse.Namespace) -> int:
    clips = read_all(arguments.clips)
    data = load_data(clips, _cache(arguments))
    found: dict[str, Any] = {}
    clips_heard: list[int] = []
    answers = []
    for name, split in splits(clips, arguments.by).items():
        if not (split.train and split.validation):
            continue
        folder = arguments.runs / f"{arguments.by}-{name}"
        Trainer(data, split, _training_options(arguments, folder)).run()
        with np.load(folder / "validation.npz") as stored:
            clips_heard += stored["index"].tolist()
            answers.append(stored["emotion"])
        found[name] = recall_by_corpus(clips, split.validation, answers[-1])
    if not answers:
        raise RunError(f"nothing to compare: there is one {arguments.by} only, or nobody whose name is known")
    # A fold may hold a handful of a corpus' clips: its figure is the one over all folds.
    pooled = recall_by_corpus(clips, clips_heard, np.concatenate(answers))
    found["pooled"] = {
        corpus: {"n": sum(clips[i].corpus == corpus for i in clips_heard), "uar": uar}
        for corpus, uar in pooled.items()
    }
    found["mean"] = round(sum(pooled.values()) / len(pooled), 3)
    print(json.dumps(found))
    return 0


def _training_options(arguments: argparse.Namespace, run_folder: Path) -> TrainingOptions:
    return TrainingOptions(
        run_folder=run_folder,
        steps=arguments.steps,
        seed=arguments.seed,
        learning_rate=arguments.learning_rate,
        start_from=arguments.start_from,
        network=ARCHITECTURES[arguments.arch],
        consistency=arguments.consistency,
        sampling=SamplingOptions(
            batch=arguments.batch,
            distorted_share=arguments.distorted_share,
            noisy_share=arguments.noisy_share,
            own_labels_share=arguments.own_labels_share,
            views=2 if arguments.consistency > 0.0 else 1,
        ),
    )


def _cache(arguments: argparse.Namespace) -> CacheOptions:
    return CacheOptions(
        folder=arguments.cache,
        copies=arguments.copies,
        distorted_per_corpus=arguments.distorted_per_corpus,
        nonspeech=arguments.nonspeech,
    )


def _split(clips: list[LabelledClip], arguments: argparse.Namespace) -> Split:
    """Raises `RunError` where nothing would be kept out, or nothing left to train on."""
    if arguments.fold is not None:
        split, kept_out = speaker_split(clips, arguments.fold), f"fold {arguments.fold}"
    elif arguments.leave_out is not None:
        split, kept_out = corpus_split(clips, arguments.leave_out), f"corpus {arguments.leave_out}"
    else:
        return Split(tuple(range(len(clips))), ())
    if not split.validation:
        corpora = ", ".join(sorted({clip.corpus for clip in clips}))
        raise RunError(f"{kept_out} has no clip in these lists; their corpora are {corpora}")
    if not split.train:
        raise RunError(f"without {kept_out} nothing is left to train on")
    return split


def _calibrate(arguments: argparse.Namespace) -> int:
    clips = read_all(arguments.clips)
    data = load_data(clips, CacheOptions(folder=arguments.cache, copies=0))
    runs = [("fold", run) for run in arguments.fold_run] + [("corpus", run) for run in arguments.corpus_run]
    if not runs:
        raise RunError("calibration needs answers to unheard speakers: give --fold-run or --corpus-run")
    held_out = fitting.gather(clips, data.stores[0], runs)
    everything = held_out.truth >= 0
    calibration = fitting.fit(held_out, everything, arguments.threshold)
    members = [load_run(run) for run in arguments.member]
    save_model(arguments.out, arguments.name, members, calibration)
    judged = {
        "new_person": fitting.by_speaker(held_out),
        "new_corpus": fitting.by_corpus(held_out),
    }
    found = {
        name: fitting.cross_fitted_report(held_out, arguments.threshold, parts)
        for name, parts in judged.items()
    }
    print(json.dumps(found, indent=1))
    return 0


def _evaluate(arguments: argparse.Namespace) -> int:
    classifier = opened(arguments)
    clips = _limited(read_clips(arguments.clips), arguments.limit)
    notes = "" if arguments.card_notes is None else _notes(arguments.card_notes)
    began = time.process_time()
    answers = ask(classifier, clips)
    took_s = time.process_time() - began
    result: dict[str, Any] = {"engine": classifier.name, "processor_s_a_clip": round(took_s / len(clips), 4)}
    result |= report(answers)
    if arguments.robustness:
        result["robustness"] = robustness(classifier, _limited(list(answers.clips), arguments.robustness))
    if arguments.card is not None:
        write_card(arguments.card, result, notes)
    print(json.dumps(result) if arguments.json else _as_table(result))
    return int(bool(answers.unreadable))


def _notes(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ClipsError(f"{path}: is not UTF-8; save the notes in UTF-8") from error


def _limited(clips: list[LabelledClip], limit: int | None) -> list[LabelledClip]:
    if limit is None or limit >= len(clips):
        return clips
    return [clips[place * len(clips) // limit] for place in range(limit)]


def _as_table(result: dict[str, Any]) -> str:
    lines = [f"{'':24}{'n':>6}{'UAR own':>9}{'UAR':>7}{'ECE':>7}{'shown':>7}{'right':>7}"]
    for kind in ("corpus", "language"):
        for name, row in result[kind].items():
            right = row["shown"]["accuracy"]
            lines.append(
                f"{name:24}{row['n']:6}{row['own_uar']:9.3f}{row['uar']:7.3f}{row['ece']:7.3f}"
                f"{row['shown']['share']:7.2f}{'-' if right is None else format(right, '.3f'):>7}"
            )
    for name, row in result.get("robustness", {}).items():
        lines.append(
            f"{name:24} labels changed {row.get('changed', 0.0):.2%}, accuracy {row['accuracy']:.3f}"
        )
    lines += [f"left out, {sentence}" for sentence in result["unreadable"]]
    return "\n".join(lines)


def _predict(arguments: argparse.Namespace) -> int:
    classifier = opened(arguments)
    adaptation = None if arguments.adaptation is None else read_adaptation(arguments.adaptation)
    if adaptation is not None and getattr(classifier, "identity", None) != adaptation.engine:
        raise AdaptationError(
            f"{arguments.adaptation}: was made for {adaptation.engine}, this is {classifier.name}; adapt again"
        )
    failed = False
    for path in arguments.files:
        try:
            sound = read_sound(path)
            estimate = classifier.classify([sound], adaptation)[0]
        except ClipsError as error:
            print(error, file=sys.stderr)
            failed = True
            continue
        cues = measure(sound)
        found = {"file": str(path)} | estimate.to_json() | {"cues": cues and cues.to_json()}
        print(json.dumps(found) if arguments.json else _line(path, estimate))
    return int(failed)


def _line(path: Path, estimate: EmotionEstimate) -> str:
    words = f"sounds {estimate.label}" if estimate.confident else f"unsure (nearest: {estimate.label})"
    return f"{path}: {words}, {estimate.probabilities[estimate.label]:.2f}, strength {estimate.strength:.2f}"


def _import(arguments: argparse.Namespace) -> int:
    out = arguments.out or arguments.folder / "clips.csv"
    report = import_corpus(arguments.corpus, arguments.folder, out)
    print(json.dumps(report, ensure_ascii=False) if arguments.json else as_text(report, out))
    return 0


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "train": _failing_plainly(_train),
    "cross-validate": _failing_plainly(_cross_validate),
    "calibrate": _failing_plainly(_calibrate),
    "evaluate": _failing_plainly(_evaluate),
    "predict": _failing_plainly(_predict),
    "adapt": _failing_plainly(adapt_command),
    "import": _failing_plainly(_import),
}
