"""`models list|pull|verify|remove` and `asr evaluate`: what can be done with checkpoints from the command line."""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path
from typing import Any

MODEL_COMMANDS = "inference_worker.asr.model_commands"
EVALUATION = "inference_worker.asr_evaluation"


def add_model_commands(parser: argparse.ArgumentParser) -> None:
    """Adds the subcommands of `models`; each sets `run`, a callable from arguments and settings to an exit code."""
    commands = parser.add_subparsers(title="commands", required=True)
    listing = commands.add_parser("list", help="checkpoints that are here, in use, or known")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(run=lambda options, config: _commands().list_models(config, options.json))

    pull = commands.add_parser("pull", help="fetch checkpoints from the hub; goes on where it was broken off")
    pull.add_argument("names", nargs="*", metavar="NAME", help="default: those that ASR_CHECKPOINTS names")
    pull.set_defaults(run=lambda options, config: _commands().pull(options.names, config))

    verify = commands.add_parser("verify", help="check that fetched checkpoints are whole and hold no code")
    verify.add_argument("names", nargs="*", metavar="NAME", help="default: all that are here")
    verify.set_defaults(run=lambda options, config: _commands().verify(options.names, config))

    remove = commands.add_parser("remove", help="delete fetched checkpoints")
    remove.add_argument("names", nargs="+", metavar="NAME")
    remove.set_defaults(run=lambda options, config: _commands().remove(options.names, config))


def add_asr_commands(parser: argparse.ArgumentParser) -> None:
    """Adds the subcommands of `asr`."""
    commands = parser.add_subparsers(title="commands", required=True)
    evaluate = commands.add_parser("evaluate", help="word and character error rates on a list of clips")
    evaluate.add_argument(
        "clips",
        type=Path,
        metavar="CLIPS_CSV",
        help="columns path, language, text; perhaps corpus, speaker. Its folder is the root of the paths",
    )
    evaluate.add_argument("--json", action="store_true")
    evaluate.add_argument("--worst", type=_count, default=10, metavar="N", help="worst utterances to show")
    evaluate.add_argument(
        "--limit", type=_count, metavar="N", help="only so many clips, evenly spread over the list"
    )
    evaluate.set_defaults(
        run=lambda options, config: importlib.import_module(EVALUATION).evaluate(
            options.clips, config, worst=options.worst, limit=options.limit, as_json=options.json
        )
    )


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _commands() -> Any:
    return importlib.import_module(MODEL_COMMANDS)
