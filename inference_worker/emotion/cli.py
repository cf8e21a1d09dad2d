"""`emotion train|calibrate|evaluate|predict|adapt|import`: what can be done with the model from the command line."""

from __future__ import annotations

import argparse
import importlib
import math
from collections.abc import Callable
from pathlib import Path


def add_commands(parser: argparse.ArgumentParser) -> None:
    """Adds the subcommands to `parser`; each sets `run`, a callable from arguments to an exit code."""
    commands = parser.add_subparsers(title="commands", required=True)
    _add_train(commands.add_parser("train", help="train a network on clip lists"))
    _add_calibrate(commands.add_parser("calibrate", help="join finished runs into a model folder"))
    _add_evaluate(commands.add_parser("evaluate", help="score the model on a clip list"))
    _add_predict(commands.add_parser("predict", help="say how recordings sound"))
    _add_cross_validate(
        commands.add_parser("cross-validate", help="train and judge every fold or left-out corpus")
    )
    _add_adapt(commands.add_parser("adapt", help="learn one person's correction from labelled utterances"))
    _add_import(commands.add_parser("import", help="make a clip list of a published corpus"))


def _add_train(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("clips", nargs="+", type=Path, metavar="CLIPS_CSV", help="clip lists, all are used")
    parser.add_argument(
        "--run", dest="run_folder", type=Path, required=True, help="folder of this run; resumed"
    )
    _add_training_options(parser)
    parser.add_argument(
        "--encoder",
        metavar="CHECKPOINT",
        help="train a head on this frozen encoder instead: of transformers, or a .nemo file",
    )
    parser.add_argument("--until", type=_whole(1), help="stop at this step; run again to go on")
    split = parser.add_mutually_exclusive_group()
    split.add_argument("--fold", type=int, choices=range(5), help="keep this fold of the speakers out")
    split.add_argument("--leave-out", metavar="CORPUS", help="keep this corpus out")
    parser.set_defaults(run=_run, emotion_command="train")


def _add_training_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cache", type=Path, required=True, help="folder for computed features")
    parser.add_argument("--steps", type=_whole(1), default=8000)
    parser.add_argument("--seed", type=_whole(0), default=1)
    parser.add_argument("--batch", type=_whole(1), default=16)
    parser.add_argument("--learning-rate", type=_above_zero, default=2.5e-3, help="at its peak")
    parser.add_argument("--start-from", type=Path, metavar="RUN", help="begin with this run's weights")
    parser.add_argument("--copies", type=_whole(0), default=2, help="distorted copies of each clip")
    parser.add_argument(
        "--distorted-per-corpus", type=_whole(1), help="at most so many clips of a corpus in a copy"
    )
    parser.add_argument("--distorted-share", type=_share, default=0.5, help="how often a copy is taken")
    parser.add_argument(
        "--noisy-share", type=_share, default=0.0, help="how often noise is made in the features"
    )
    parser.add_argument(
        "--consistency",
        type=_at_least_zero,
        default=0.0,
        help="weight of agreement between a clip and its distorted self",
    )
    parser.add_argument(
        "--own-labels-share",
        type=_share,
        default=0.3,
        help="how often the loss is restricted to the labels of the clip's corpus",
    )
    parser.add_argument("--nonspeech", type=_whole(1), default=600, help="made-up sounds without speech")
    parser.add_argument("--arch", choices=("recurrent", "convolutional"), default="recurrent")


def _add_calibrate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("clips", nargs="+", type=Path, metavar="CLIPS_CSV")
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument(
        "--member", type=Path, action="append", required=True, help="run folder; may be repeated"
    )
    parser.add_argument("--fold-run", type=Path, action="append", default=[], help="run made with --fold")
    parser.add_argument(
        "--corpus-run", type=Path, action="append", default=[], help="run made with --leave-out"
    )
    parser.add_argument("--threshold", type=_share, default=0.7, help="chance of being right that is shown")
    parser.add_argument("--name", default="rh-emotion/own")
    parser.add_argument("--out", type=Path, required=True, help="model folder to write")
    parser.set_defaults(run=_run, emotion_command="calibrate")


def _add_weights(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--weights",
        type=Path,
        metavar="MODEL",
        help="what EMOTION_MODEL may be: a folder of `calibrate` or of `train --encoder`, or a checkpoint of "
        "transformers; without it the repository's",
    )


def _add_evaluate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("clips", type=Path, metavar="CLIPS_CSV", help="its folder is the root of the paths")
    _add_weights(parser)
    parser.add_argument("--json", action="store_true")
    parser.add_argument(
        "--robustness",
        type=_whole(0),
        metavar="CLIPS",
        default=100,
        help="so many are distorted as well; 0: none",
    )
    parser.add_argument(
        "--card", type=Path, metavar="FOLDER", help="write MODEL_CARD.md and its plots there, too"
    )
    parser.add_argument("--card-notes", type=Path, metavar="MD", help="how the model was made, for the card")
    parser.add_argument("--limit", type=_whole(1), help="only so many clips, evenly spread over the list")
    parser.set_defaults(run=_run, emotion_command="evaluate")


def _add_predict(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    _add_weights(parser)
    parser.add_argument("--adaptation", type=Path, metavar="JSON", help="what `emotion adapt` wrote")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.set_defaults(run=_run, emotion_command="predict")


def _add_cross_validate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("by", choices=("corpus", "language", "speaker"), help="what is kept out in turn")
    parser.add_argument("clips", nargs="+", type=Path, metavar="CLIPS_CSV")
    parser.add_argument("--runs", type=Path, required=True, help="folder of the runs; resumed")
    _add_training_options(parser)
    parser.set_defaults(run=_run, emotion_command="cross-validate")


def _add_adapt(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "clips", type=Path, metavar="CLIPS_CSV", help="the person's utterances, rightly labelled"
    )
    _add_weights(parser)
    parser.add_argument("--speaker", help="only this speaker of the list")
    parser.add_argument("--out", type=Path, metavar="JSON", help="where to write it, if it helps")
    parser.add_argument(
        "--measure",
        type=_whole(1),
        metavar="N",
        help="instead: for each speaker, N clips an emotion against the rest",
    )
    parser.add_argument("--rounds", type=_whole(1), default=5, help="of --measure, each with other clips")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=_run, emotion_command="adapt")


def _add_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("corpus", choices=("ravdess", "tess", "crema-d", "savee", "emodb", "aihub-263"))
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the unpacked corpus")
    parser.add_argument("--out", type=Path, metavar="CLIPS_CSV", help="without it FOLDER/clips.csv")
    parser.add_argument("--json", action="store_true", help="the whole report as JSON")
    parser.set_defaults(run=_run, emotion_command="import")


def _whole(least: int) -> Callable[[str], int]:
    """Reads a whole number of at least `least`."""

    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = least - 1
        if value < least:
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number of at least {least}")
        return value

    return read


def _at_least_zero(text: str) -> float:
    return _number(text, 0.0, math.inf, "number of at least 0")


def _above_zero(text: str) -> float:
    return _number(text, math.ulp(0.0), math.inf, "number above 0")


def _share(text: str) -> float:
    return _number(text, 0.0, 1.0, "number from 0 to 1")


def _number(text: str, least: float, most: float, what: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (least <= value <= most and math.isfinite(value)):
        raise argparse.ArgumentTypeError(f"{text!r} is no {what}")
    return value


def _run(arguments: argparse.Namespace, settings: object = None) -> int:
    # The worker's program hands its settings to every command; these only pass them on to where it opens engines.
    arguments.settings = settings
    # torch and librosa take seconds to import. `--help` of the whole program must not wait for them, so this
    # is the one place that imports a module by name, and only when a command runs.
    commands = importlib.import_module("inference_worker.emotion.commands")
    return int(commands.COMMANDS[arguments.emotion_command](arguments))
