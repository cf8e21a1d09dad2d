"""The sub-commands of `python -m inference_worker`. Heavy modules are loaded when a command runs, not for --help."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from inference_worker import config as configuration
from inference_worker.asr import cli
from inference_worker.config import WorkerConfig
from inference_worker.errors import ConfigurationError, InferenceError

EXIT_UNHEALTHY = 1
EXIT_ERROR = 2
EXIT_INTERRUPTED = 130
EMOTION_COMMANDS = "inference_worker.emotion.cli"


def main(arguments: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> int:
    """Run one command. Returns the exit code; errors are one line on standard error."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    options = _parser(with_emotion_commands=given[:1] == ["emotion"]).parse_args(given)
    try:
        code = options.run(options, configuration.load(environ))
    except ConfigurationError as error:
        print(f"error[configuration]: {error}", file=sys.stderr)
        return EXIT_ERROR
    except InferenceError as error:
        print(f"error[{error.code}]: {error}", file=sys.stderr)
        return EXIT_ERROR
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader of our output (such as `head`) has gone; nothing is left to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return int(code or 0)


def _parser(*, with_emotion_commands: bool) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m inference_worker",
        description="Captions that also say how it was said: the inference worker and its tools.",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    worker = commands.add_parser("worker", help="work on what the backend queues (settings: environment)")
    worker.set_defaults(run=_worker)

    health = commands.add_parser("health", help="exit with 0 if the worker of this machine is alive, else 1")
    health.set_defaults(run=_health)

    analyze = commands.add_parser("analyze", help="print a recording as a script with emotion")
    analyze.add_argument("file", type=Path, metavar="FILE", help="audio or video")
    analyze.add_argument("--json", action="store_true", help="one JSON document instead of the script")
    analyze.add_argument("--no-emotion", action="store_true", help="words only")
    _add_language(analyze)
    analyze.set_defaults(run=_analyze)

    transcribe = commands.add_parser("transcribe", help="print the words of recordings")
    transcribe.add_argument("files", type=Path, metavar="FILE", nargs="+", help="audio or video")
    transcribe.add_argument("--json", action="store_true", help="one JSON document a line and file")
    _add_language(transcribe)
    transcribe.set_defaults(run=_transcribe)

    asr = commands.add_parser("asr", help="measure the speech recognition engine")
    cli.add_asr_commands(asr)

    models = commands.add_parser("models", help="fetch, check and remove speech recognition checkpoints")
    cli.add_model_commands(models)

    emotion = commands.add_parser("emotion", help="train, measure and try the emotion model")
    emotion.set_defaults(open_nemo=_open_nemo, open_emotion=_open_emotion)
    if with_emotion_commands and importlib.util.find_spec(EMOTION_COMMANDS) is not None:
        importlib.import_module(EMOTION_COMMANDS).add_commands(emotion)
    return parser


def _add_language(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--language", metavar="TAG", help="of the speech: en or ko (default: the engine decides)"
    )


def _worker(_options: argparse.Namespace, config: WorkerConfig) -> int:
    _share_products(config)
    return int(importlib.import_module("inference_worker.app").run_worker(config))


def _health(_options: argparse.Namespace, config: WorkerConfig) -> int:
    return 0 if importlib.import_module("inference_worker.health").is_alive(config) else EXIT_UNHEALTHY


def _analyze(options: argparse.Namespace, config: WorkerConfig) -> int:
    _share_products(config)
    wanted = _wanted(options, not options.no_emotion)
    return int(_file_commands().analyze(options.file, config, wanted, options.json))


def _transcribe(options: argparse.Namespace, config: WorkerConfig) -> int:
    _share_products(config)
    return int(_file_commands().transcribe(options.files, config, _wanted(options, False), options.json))


def _share_products(config: WorkerConfig) -> None:
    """As many threads for numpy's products as for torch's. By default there would be one a core, and for products so
    small they spend ten times the processor on waiting for each other. numpy asks for it once, when it is loaded."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", str(config.torch_threads))


def _open_nemo(path: Path) -> Any:
    return importlib.import_module("inference_worker.nemo_encoder").NemoEncoder(path)


def _open_emotion(model: str, config: WorkerConfig) -> Any:
    registry = importlib.import_module("inference_worker.registry")
    return registry.load_emotion(replace(config, emotion_model=model))


def _file_commands() -> Any:
    return importlib.import_module("inference_worker.file_commands")


def _wanted(options: argparse.Namespace, want_emotion: bool) -> Any:
    recording = importlib.import_module("inference_worker.recording")
    return recording.FileOptions(language=options.language, want_emotion=want_emotion)
