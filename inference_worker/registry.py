"""Chooses and loads the engines when they are first needed, and again when other checkpoints lie on the disk."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np

from inference_worker.asr.base import SAMPLE_RATE_HZ, Transcriber
from inference_worker.asr.checkpoints import CheckpointStore, known, sha256_of
from inference_worker.asr.routes import EVERY_LANGUAGE, Route
from inference_worker.asr.routing import RoutedTranscriber
from inference_worker.config import WorkerConfig
from inference_worker.contract import Cues
from inference_worker.emotion.base import Clip, EmotionClassifier
from inference_worker.errors import ConfigurationError
from inference_worker.nemo_encoder import NemoEncoder
from inference_worker.speakers import Diarizer
from inference_worker.usage import Usage, free_memory

logger = logging.getLogger(__name__)

DEVICES_MODULE = "inference_worker.asr.devices"
NEMO_MODULE = "inference_worker.asr.nemo"
POCKETSPHINX_MODULE = "inference_worker.asr.pocketsphinx"
LOOK_EVERY_S = 5.0
"""How often the files of the checkpoints are looked at, when somebody asks for the engines."""
DIARIZER_MODULE = "inference_worker.asr.nemo_diarizer"
EMOTION_MODULE = "inference_worker.emotion.model"
HEAD_MODULE = "inference_worker.emotion.encoder_head"
PRETRAINED_MODULE = "inference_worker.emotion.pretrained"
CUES_MODULE = "inference_worker.emotion.cues"


@dataclass(frozen=True, slots=True)
class Engines:
    """What recognises words and how they sound."""

    transcriber: Transcriber
    emotion: EmotionClassifier | None
    """None: this process was told to leave emotion out."""
    measure_cues: Callable[[Clip], Cues | None] | None = None
    """None: likewise."""
    diarizer: Diarizer | None = None
    """None: speakers are not told apart."""


class Registry:
    """Loads engines lazily; many threads may ask.

    When a checkpoint in use is replaced, or one of the table is fetched, the engines for words and speakers are loaded
    anew beside the old ones, run once, and then given to whoever asks. What runs goes on with the old ones, which are
    freed after it. Files that cannot be used change nothing.

    `with_emotion` False leaves the emotion engine out. Raises `ConfigurationError` when an engine that was asked
    for is not there.
    """

    def __init__(self, config: WorkerConfig, *, with_emotion: bool = True) -> None:
        self._config = config
        self._with_emotion = with_emotion
        self._lock = threading.Lock()
        self._engines: Engines | None = None
        self._live: Engines | None = None
        self._files: frozenset[tuple[str, int, int]] = frozenset()
        self._looked_at = 0.0
        self._is_loading = False
        self._usage = Usage()
        self._was_let_go = False
        self.on_swap: Callable[[Engines], None] = lambda engines: None
        """Called with the new engines when they are others than before; must not ask for engines."""

    @contextlib.contextmanager
    def using(self) -> Iterator[Engines]:
        """The engines, which are not let go while the block runs."""
        with self._usage.counted():
            yield self.engines()

    @contextlib.contextmanager
    def using_live(self) -> Iterator[Engines]:
        """`live_engines`, likewise."""
        with self._usage.counted():
            yield self.live_engines()

    def let_go(self, idle_s: float) -> bool:
        """Free the engines if nobody has used them for `idle_s`: the next one who asks waits until they are loaded.

        Returns whether it did.
        """
        with self._lock:
            if self._engines is None or self._is_loading or not self._usage.is_idle(idle_s):
                return False
            self._engines = self._live = None
            self._was_let_go = True
        free_memory()
        logger.info("nothing to do for %g s: the models are freed", idle_s)
        return True

    def engines(self) -> Engines:
        """The engines, loaded on first use."""
        with self._lock:
            self._usage.touch()
            if self._engines is None:
                self._files, self._looked_at = files_in_use(self._config), time.monotonic()
                transcriber = load_transcriber(self._config)
                self._engines = (
                    Engines(
                        transcriber,
                        load_emotion(self._config, self._keeping),
                        _module(CUES_MODULE).measure,
                        load_diarizer(self._config),
                    )
                    if self._with_emotion
                    else Engines(transcriber, None)
                )
                if self._was_let_go:
                    self.on_swap(self._engines)
            elif not self._is_loading and time.monotonic() - self._looked_at > LOOK_EVERY_S:
                self._look()
            return self._engines

    def _keeping(self, checkpoint: str) -> Transcriber | None:
        """The engine in use that runs the NeMo checkpoint of this fingerprint."""
        transcriber = self._engines.transcriber if self._engines is not None else None
        return transcriber.keeping(checkpoint) if isinstance(transcriber, RoutedTranscriber) else None

    def _look(self) -> None:
        """Begin to load if the files are others than before. The lock must be held."""
        self._looked_at = time.monotonic()
        files = files_in_use(self._config)
        if files != self._files:
            self._files, self._is_loading = files, True
            threading.Thread(target=self._swap, name="swap", daemon=True).start()

    def _swap(self) -> None:
        try:
            transcriber = load_transcriber(self._config)
            diarizer = load_diarizer(self._config) if self._with_emotion else None
            transcriber.transcribe([_hiss()], None)
        except Exception:  # The boundary: whatever lies on the disk, the old engines go on.
            logger.exception("the changed checkpoints cannot be used; the worker goes on with the old ones")
            with self._lock:
                self._is_loading = False
            return
        with self._lock:
            if self._engines is not None:
                self._engines = replace(self._engines, transcriber=transcriber, diarizer=diarizer)
            swapped, self._live, self._is_loading = self._engines, None, False
        logger.info("engines changed: %s", transcriber.name)
        if swapped is not None:
            self.on_swap(swapped)

    def live_engines(self) -> Engines:
        """The engines for live captions: the same, but where callers would have to take turns a second one, so that
        nobody who is speaking waits for a recording that is being analysed."""
        engines = self.engines()
        with self._lock:
            if self._live is None:
                is_shared = not engines.transcriber.name.startswith("pocketsphinx/")
                own = engines.transcriber if is_shared else load_transcriber(self._config)
                self._live = replace(engines, transcriber=own)
            return self._live

    def warm_up(self) -> Engines:
        """Load the engines and run each once, so that the first caption does not wait for it."""
        engines = self.engines()
        hiss = _hiss()
        engines.transcriber.transcribe([hiss], None)
        if engines.emotion is not None:
            engines.emotion.classify([hiss])
        return engines


def _hiss() -> Clip:
    """A second of sound for a first run."""
    return np.random.default_rng(0).normal(0.0, 0.01, SAMPLE_RATE_HZ).astype(np.float32)


def files_in_use(config: WorkerConfig) -> frozenset[tuple[str, int, int]]:
    """Name, time of change and size of each checkpoint that would be loaded now."""
    if config.asr_engine == "pocketsphinx":
        return frozenset()
    paths = [path for _, path in _present(config)]
    if config.diarization_checkpoint is not None:
        route = config.diarization_checkpoint
        diarizer = route.path or CheckpointStore(config.models_dir).path(route.checkpoint)
        paths += [diarizer] if diarizer is not None else []
    found = set()
    for path in paths:
        with contextlib.suppress(FileNotFoundError):  # replaced this very moment
            status = path.stat()
            found.add((str(path), status.st_mtime_ns, status.st_size))
    return frozenset(found)


def asr_engine(config: WorkerConfig) -> str:
    """`nemo` or `pocketsphinx`: what `ASR_ENGINE` means on this machine. Raises `ConfigurationError`."""
    if config.asr_engine == "pocketsphinx":
        return "pocketsphinx"
    obstacle = _nemo_obstacle(config)
    if obstacle is None:
        return "nemo"
    if config.asr_engine == "nemo":
        raise ConfigurationError(f"ASR_ENGINE=nemo cannot be used: {obstacle}")
    logger.info("speech recognition is the offline English fallback: %s", obstacle)
    return "pocketsphinx"


def load_transcriber(config: WorkerConfig) -> Transcriber:
    """The speech recognition engine of `ASR_ENGINE`. Raises `ConfigurationError`."""
    if asr_engine(config) == "nemo":
        return _load_nemo(config)
    return cast(Transcriber, _module(POCKETSPHINX_MODULE).PocketSphinxTranscriber())


def _load_nemo(config: WorkerConfig) -> Transcriber:
    """Every checkpoint of the table once, behind one engine."""
    module = _module(NEMO_MODULE)
    _module(DEVICES_MODULE).warn_of_unused_gpu(config.asr_device, config.gpus_named)
    _module("torch").set_num_threads(config.torch_threads)
    options = module.NemoOptions(
        device=config.asr_device,
        precision=config.asr_precision,
        batch_s=config.asr_batch_s,
        keeps_encoded=_shared_encoder(config),
        cuda_graphs=config.asr_cuda_graphs,
    )
    present = _present(config)
    loaded: dict[Path, Transcriber] = {}
    for route, path in present:
        if path not in loaded:
            logger.info("loading %s", path)
            loaded[path] = module.load(
                path, identity(route, path, config), _languages(present, path), options
            )
        if route.language not in (EVERY_LANGUAGE, *loaded[path].languages):
            raise ConfigurationError(
                f"ASR_CHECKPOINTS: {route.checkpoint} does not know the language {route.language}; it knows "
                f"{', '.join(sorted(loaded[path].languages))}."
            )
    return RoutedTranscriber({route.language: loaded[path] for route, path in present})


def _present(config: WorkerConfig) -> list[tuple[Route, Path]]:
    """The routes whose checkpoints are on this machine, with their files."""
    store = CheckpointStore(config.models_dir)
    paths = [(route, route.path or store.path(route.checkpoint)) for route in config.asr_routes]
    return [(route, path) for route, path in paths if path is not None and path.is_file()]


def _languages(present: list[tuple[Route, Path]], path: Path) -> frozenset[str]:
    """What `path` is used for, and what it is known to know; empty: only the file says."""
    routes = [route for route, used in present if used == path]
    published = known(routes[0].checkpoint)
    named = {route.language for route in routes if route.language != EVERY_LANGUAGE}
    if published is None:
        return frozenset(named) if len(named) == len(routes) else frozenset()
    return frozenset(published.languages)


def identity(route: Route, path: Path, config: WorkerConfig) -> str:
    """Name of the checkpoint and which bytes it is made of: two versions under one name are told apart."""
    manifest = None if route.path else CheckpointStore(config.models_dir).manifest(route.checkpoint)
    sha256 = manifest.sha256 if manifest is not None else sha256_of(path)
    return f"{route.name}@{sha256[:8]}"


def load_diarizer(config: WorkerConfig) -> Diarizer | None:
    """The diarizer of `DIARIZATION_CHECKPOINT`; None where it is switched off, not fetched, or NeMo is missing.

    Raises `ConfigurationError` for a file that cannot be used.
    """
    checkpoint = config.diarization_checkpoint
    if checkpoint is None:
        return None
    path = checkpoint.path or CheckpointStore(config.models_dir).path(checkpoint.checkpoint)
    if importlib.util.find_spec("nemo") is None or path is None:
        logger.info("speakers are not told apart: NeMo or %s is not here", checkpoint.checkpoint)
        return None
    logger.info("loading %s", path)
    module = _module(DIARIZER_MODULE)
    return cast(Diarizer, module.load(path, identity(checkpoint, path, config), config.asr_device))


def load_emotion(
    config: WorkerConfig, borrow: Callable[[str], Transcriber | None] = lambda checkpoint: None
) -> EmotionClassifier:
    """The engine of `EMOTION_MODEL`: without it our own with the weights of the repository, for a folder of ours those
    weights, else a `transformers` checkpoint. Raises `ConfigurationError`.

    `borrow` finds a loaded engine of a NeMo checkpoint by its fingerprint.
    """
    _module("torch").set_num_threads(config.torch_threads)
    try:
        if not config.emotion_model:
            return cast(EmotionClassifier, _module(EMOTION_MODULE).load_default())
        if is_our_folder(Path(config.emotion_model)):
            return cast(EmotionClassifier, _module(EMOTION_MODULE).load(Path(config.emotion_model)))
        if _shared_encoder(config) is not None:
            return _nemo_head(config, borrow)
        if _kind(Path(config.emotion_model)) == "encoder-head":
            _need_transformers()
            loaded = _module(PRETRAINED_MODULE).load_encoder_head(Path(config.emotion_model))
            return cast(EmotionClassifier, loaded)
        return _load_pretrained(config)
    except (OSError, RuntimeError) as error:
        raise ConfigurationError(f"The emotion model cannot be loaded: {error}") from error


def is_our_folder(folder: Path) -> bool:
    """Whether `emotion calibrate` wrote this model folder."""
    return "members" in _stored_config(folder)


def _kind(folder: Path) -> object:
    return _stored_config(folder).get("kind")


def _shared_encoder(config: WorkerConfig) -> str | None:
    """Fingerprint of the NeMo checkpoint that the head of `EMOTION_MODEL` reads; None: it reads none."""
    stored = _stored_config(Path(config.emotion_model)) if config.emotion_model else {}
    checkpoint = stored.get("checkpoint")
    return checkpoint if isinstance(checkpoint, str) else None


def _nemo_head(config: WorkerConfig, borrow: Callable[[str], Transcriber | None]) -> EmotionClassifier:
    heads = _module(HEAD_MODULE)
    stored = heads.load_head(Path(config.emotion_model))
    encoder = NemoEncoder(Path(stored.encoder), config.asr_device, stored.checkpoint)
    encoder.borrow = borrow
    return cast(
        EmotionClassifier,
        heads.EncoderClassifier(encoder, stored.head, stored.calibration, stored.fingerprint),
    )


def _stored_config(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / "config.json").read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _need_transformers() -> None:
    if importlib.util.find_spec("transformers") is None:
        raise ConfigurationError(
            "EMOTION_MODEL needs the library transformers; install the extra `transformers`, or unset it."
        )


def _load_pretrained(config: WorkerConfig) -> EmotionClassifier:
    _need_transformers()
    module = _module(PRETRAINED_MODULE)
    given = config.emotion_label_map
    try:
        label_map = None if given is None else dict(json.loads(given.read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise ConfigurationError(f"EMOTION_LABEL_MAP: {given} holds no JSON object ({error}).") from error
    options = module.PretrainedOptions(checkpoint=config.emotion_model, label_map=label_map)
    return cast(EmotionClassifier, module.PretrainedClassifier(options))


def _nemo_obstacle(config: WorkerConfig) -> str | None:
    """Why NeMo cannot be used here, with the way out; None: it can."""
    if importlib.util.find_spec(NEMO_MODULE) is None:
        return "this version has no NeMo adapter yet; set ASR_ENGINE=pocketsphinx."
    if importlib.util.find_spec("nemo") is None:
        return "NeMo is not installed; install the extra `nemo`, or set ASR_ENGINE=pocketsphinx."
    present = {route for route, _ in _present(config)}
    missing = [route.checkpoint for route in config.asr_routes if route not in present]
    is_optional = config.asr_routes_are_default or config.asr_engine == "auto"
    if not missing or (present and is_optional):
        return None
    names = " ".join(dict.fromkeys(missing))
    return (
        f"not on this machine: {names}; fetch it with `python -m inference_worker models pull`, correct "
        "ASR_CHECKPOINTS, or set ASR_ENGINE=pocketsphinx."
    )


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ConfigurationError(
            f"{name} cannot be imported ({error}); install the extra `worker`."
        ) from error
