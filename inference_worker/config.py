"""The only place where the worker reads its environment.

Variables, all optional:

REDIS_URL              Broker: `redis://host:6379/0`, `rediss://…`, `unix:///path/redis.sock?db=0` or
                       `redis+socket:///path/redis.sock?virtual_host=0`. Default `redis://127.0.0.1:6379/0`.
WORKER_NAME            Name in heartbeats and logs, the same after a restart and another one for every worker.
                       Default `inference@<host name>`.
ASR_ENGINE             `auto` (NeMo where it is installed and its checkpoint is present, else pocketsphinx), `nemo`
                       or `pocketsphinx`. Default `auto`.
ASR_CHECKPOINTS        Which NeMo checkpoint serves which language: `ko=…,en=…,*=…`; each is a hub name that
                       `models pull` has fetched, or the path of a `.nemo` file. Default: see `asr.routes`.
ASR_DEVICE             `auto` (a GPU if there is one), `cpu`, `cuda` or `cuda:N`. Default `auto`.
CUDA_VISIBLE_DEVICES   CUDA's own, as NVIDIA_VISIBLE_DEVICES is its containers': if they name GPUs and torch has none,
                       the log says so. A CUDA_VISIBLE_DEVICES that is empty or -1 hides GPUs.
ASR_PRECISION          Of the encoder: `auto` (the fastest that the device has), `float32`, `bfloat16`, `float16`.
ASR_BATCH_S            Seconds of audio recognised together, padding included; 0: what suits the device. Default 0.
ASR_CUDA_GRAPHS        `on`: decode transducers with CUDA graphs where there is a GPU that can; `off`. Default `on`.
DIARIZATION_CHECKPOINT Tells speakers apart in recordings: a hub name that `models pull` has fetched, the path of a
                       `.nemo` file, or `off`. Default: see `asr.routes`; off where it is not fetched.
MODELS_DIR             Folder of fetched checkpoints. Default `var/models`.
EMOTION_MODEL          Empty: our own weights. Or a folder that `emotion calibrate` wrote, or a `transformers` audio
                       classification checkpoint (folder or hub name; extra `transformers`).
EMOTION_LABEL_MAP      JSON file from that checkpoint's labels to ours; default `label_map.json` beside it, or guessed.
MODELS_HUB             Where they are fetched from: `https://…`, or `file:///folder` in a closed network.
                       Default `https://huggingface.co`.
WORKER_CONCURRENCY     Units worked on at the same time, in threads. Default 1.
WORKER_CACHE_DIR       Folder for fetched audio and the sign of life. Default `var/worker-cache`.
WORKER_CACHE_MAX_BYTES Size that the fetched audio is kept under. Default 5000000000.
WORKER_HEARTBEAT_S     Seconds between heartbeats while a unit runs. Default 2.
WORKER_UNIT_SOFT_LIMIT_S  After so many seconds a unit returns what it has. Default 240.
WORKER_LIVE_LIMIT_S     A batch of live captions that takes longer hangs: the worker ends itself. Default 60.
WORKER_FETCH_ATTEMPTS  Tries to fetch the audio before the unit fails (and is queued again). Default 6.
WORKER_FETCH_TIMEOUT_S Seconds without a byte after which a fetch is tried again. Default 30.
WORKER_IDLE_UNLOAD_S   Seconds without work after which the models are freed; the next request waits until they are
                       loaded again. 0: never. Default 0.
WORKER_TORCH_THREADS   Threads of torch, and of numpy, in this process. Default 1.
LOG_LEVEL              `DEBUG`, `INFO`, `WARNING` or `ERROR`. Default `INFO`.
LOG_FORMAT             `text` (people) or `json` (machines). Default `text`.
TRACES_ENDPOINT        Where OpenTelemetry spans go, by OTLP over HTTP (extra `otel`); empty: nowhere. Default empty.
METRICS_ADDRESS        `host:port` at which Prometheus finds what the worker counts; empty: nowhere. Default empty.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, urlsplit

from inference_worker.asr.routes import (
    DEFAULT_DIARIZER,
    DEFAULT_ROUTES,
    EVERY_LANGUAGE,
    Route,
    parse_routes,
)
from inference_worker.contract import UNIT_HARD_LIMIT_S
from inference_worker.errors import ConfigurationError

ASR_ENGINES = ("auto", "nemo", "pocketsphinx")
ASR_PRECISIONS = ("auto", "float32", "bfloat16", "float16")
SWITCH = ("on", "off")
NO_GPU_NAMED = ("", "all", "void", "none")
"""Values of NVIDIA_VISIBLE_DEVICES."""
HUB_SCHEMES = ("https", "http", "file")
LOG_FORMATS = ("text", "json")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
BROKER_SCHEMES = ("redis", "rediss", "unix", "redis+socket")
HEARTBEAT_FILE = "heartbeat"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerConfig:
    """Everything that the worker takes from its environment."""

    broker_url: str
    """In Celery's spelling."""
    worker_name: str
    asr_engine: str
    """One of `ASR_ENGINES`."""
    asr_routes: tuple[Route, ...]
    asr_routes_are_default: bool
    """Nobody asked for exactly these: those that are not fetched are left out."""
    asr_device: str
    gpus_named: str | None
    """By which variable GPUs were given to this process, as `CUDA_VISIBLE_DEVICES=0`; empty: by none; None: they are
    hidden from it."""
    asr_precision: str
    asr_batch_s: float | None
    """None: what suits the device."""
    asr_cuda_graphs: bool
    diarization_checkpoint: Route | None
    """None: speakers are not told apart."""
    models_dir: Path
    models_hub: str
    emotion_model: str
    """A folder or a hub name; empty: our own weights."""
    emotion_label_map: Path | None
    """JSON from the labels of that checkpoint to ours; None: `label_map.json` beside it, or guessed."""
    concurrency: int
    cache_dir: Path
    cache_max_bytes: int
    heartbeat_s: float
    unit_soft_limit_s: float
    live_limit_s: float
    fetch_attempts: int
    fetch_timeout_s: float
    idle_unload_s: float
    """0: never."""
    torch_threads: int
    log_level: str
    log_format: str
    metrics_address: str
    traces_endpoint: str

    @property
    def heartbeat_file(self) -> Path:
        """Touched by a live worker; what `health` looks at."""
        return self.cache_dir / HEARTBEAT_FILE


def load(environ: Mapping[str, str]) -> WorkerConfig:
    """Read and check the environment. Raises `ConfigurationError`, which names the variable and the fix."""
    routes = environ.get("ASR_CHECKPOINTS", "").strip()
    models_dir = environ.get("MODELS_DIR", "").strip() or "var/models"
    cache_dir = environ.get("WORKER_CACHE_DIR", "").strip() or "var/worker-cache"
    return WorkerConfig(
        broker_url=_broker_url(environ.get("REDIS_URL", "").strip() or "redis://127.0.0.1:6379/0"),
        worker_name=environ.get("WORKER_NAME", "").strip() or f"inference@{socket.gethostname()}",
        asr_engine=_choice(environ, "ASR_ENGINE", ASR_ENGINES, "auto"),
        asr_routes=_routes(routes or DEFAULT_ROUTES),
        asr_routes_are_default=not routes,
        asr_device=_device(environ.get("ASR_DEVICE", "").strip() or "auto"),
        gpus_named=_gpus_named(environ),
        asr_precision=_choice(environ, "ASR_PRECISION", ASR_PRECISIONS, "auto"),
        asr_batch_s=_number(environ, "ASR_BATCH_S", 0.0, 0.0, 3600.0) or None,
        asr_cuda_graphs=_choice(environ, "ASR_CUDA_GRAPHS", SWITCH, "on") == "on",
        diarization_checkpoint=_diarization(environ.get("DIARIZATION_CHECKPOINT", "").strip()),
        models_dir=Path(models_dir).expanduser().resolve(),
        emotion_model=environ.get("EMOTION_MODEL", "").strip(),
        emotion_label_map=_optional_path(environ.get("EMOTION_LABEL_MAP", "")),
        models_hub=_hub(environ.get("MODELS_HUB", "").strip() or "https://huggingface.co"),
        concurrency=_whole(environ, "WORKER_CONCURRENCY", 1, 1, 64),
        cache_dir=Path(cache_dir).expanduser().resolve(),
        cache_max_bytes=_whole(environ, "WORKER_CACHE_MAX_BYTES", 5_000_000_000, 1, 10**15),
        heartbeat_s=_number(environ, "WORKER_HEARTBEAT_S", 2.0, 0.3, 60.0),
        unit_soft_limit_s=_number(environ, "WORKER_UNIT_SOFT_LIMIT_S", 240.0, 1.0, UNIT_HARD_LIMIT_S - 60.0),
        live_limit_s=_number(environ, "WORKER_LIVE_LIMIT_S", 60.0, 1.0, UNIT_HARD_LIMIT_S),
        fetch_attempts=_whole(environ, "WORKER_FETCH_ATTEMPTS", 6, 1, 20),
        fetch_timeout_s=_number(environ, "WORKER_FETCH_TIMEOUT_S", 30.0, 0.1, 600.0),
        idle_unload_s=_number(environ, "WORKER_IDLE_UNLOAD_S", 0.0, 0.0, 604_800.0),
        torch_threads=_whole(environ, "WORKER_TORCH_THREADS", 1, 1, 1024),
        log_level=_choice(environ, "LOG_LEVEL", LOG_LEVELS, "INFO"),
        log_format=_choice(environ, "LOG_FORMAT", LOG_FORMATS, "text"),
        traces_endpoint=_endpoint(environ.get("TRACES_ENDPOINT", "").strip()),
        metrics_address=_address(environ.get("METRICS_ADDRESS", "").strip()),
    )


def _broker_url(url: str) -> str:
    parts = _parts(url, BROKER_SCHEMES)
    if parts is None:
        wanted = ", ".join(f"{scheme}://" for scheme in BROKER_SCHEMES)
        raise ConfigurationError(
            f"REDIS_URL={_shown(url)!r} is not a usable address. It must begin with one of {wanted}, and name the "
            "place: redis://host:6379/0."
        )
    if parts.scheme in ("unix", "redis+socket"):
        if parts.hostname or not parts.path.strip("/"):
            raise ConfigurationError(
                f"REDIS_URL={_shown(url)!r} lacks the socket. Write unix:///path/to/redis.sock?db=0."
            )
    elif not parts.hostname or not re.fullmatch(r"/?|/\d+", parts.path):
        raise ConfigurationError(
            f"REDIS_URL={_shown(url)!r} lacks the host, or the number of its database is none. "
            "Write redis://host:6379/0."
        )
    if parts.scheme != "unix":
        return url
    database = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={database}"


def _parts(address: str, schemes: Sequence[str]) -> SplitResult | None:
    """None: it does not begin with one of `schemes` and `://`, or cannot be read."""
    if not address.startswith(tuple(f"{scheme}://" for scheme in schemes)) or re.search(r"\s", address):
        return None
    try:
        parts = urlsplit(address)
        # Asked for here, because it is only looked at then. Port 0 is nobody's.
        return None if parts.port == 0 else parts
    except ValueError:
        return None


def _shown(url: str) -> str:
    """Without user and password: what stands in an error is in a log soon."""
    account, at, place = url.rpartition("@")
    return f"{account.partition(':')[0]}://…@{place}" if at else url


def _diarization(text: str) -> Route | None:
    if text == "off":
        return None
    try:
        (route,) = parse_routes(f"{EVERY_LANGUAGE}={text or DEFAULT_DIARIZER}")
    except ValueError as error:
        raise ConfigurationError(
            f"DIARIZATION_CHECKPOINT={text} is neither a name such as {DEFAULT_DIARIZER}, nor a .nemo file, nor off."
        ) from error
    return route


def _routes(text: str) -> tuple[Route, ...]:
    try:
        return parse_routes(text)
    except ValueError as error:
        raise ConfigurationError(
            f"ASR_CHECKPOINTS: {error}. Write language=checkpoint, separated by commas, such as {DEFAULT_ROUTES}."
        ) from error


def _device(text: str) -> str:
    if not re.fullmatch(r"auto|cpu|cuda(:\d+)?", text):
        raise ConfigurationError(f"ASR_DEVICE={text!r} is unknown. Choose auto, cpu, cuda or cuda:N.")
    return text


def _gpus_named(environ: Mapping[str, str]) -> str | None:
    visible = environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None:
        name, devices = "CUDA_VISIBLE_DEVICES", visible.strip()
        return f"{name}={devices}" if devices and not devices.startswith("-1") else None
    # `all` says nothing: images with CUDA have it wherever they run.
    devices = environ.get("NVIDIA_VISIBLE_DEVICES", "").strip()
    return f"NVIDIA_VISIBLE_DEVICES={devices}" if devices not in NO_GPU_NAMED else ""


def _address(text: str) -> str:
    host, _, port = text.rpartition(":")
    if text and not (host and port.isdecimal() and 0 < int(port) < 65536):
        raise ConfigurationError(f"METRICS_ADDRESS={text!r} is not host:port. Write it like 127.0.0.1:9100.")
    return text


def _endpoint(address: str) -> str:
    parts = _parts(address, ("http", "https"))
    if address and (parts is None or not parts.hostname):
        raise ConfigurationError(
            f"TRACES_ENDPOINT={_shown(address)!r} is not an address. Write it like http://collector:4318/v1/traces."
        )
    return address


def _hub(address: str) -> str:
    parts = _parts(address, HUB_SCHEMES)
    if parts is None or not (parts.path if parts.scheme == "file" else parts.hostname):
        raise ConfigurationError(
            f"MODELS_HUB={_shown(address)!r} is not an address. Write https://huggingface.co, or file:///folder."
        )
    return address


def _choice(environ: Mapping[str, str], name: str, choices: tuple[str, ...], default: str) -> str:
    text = environ.get(name, "").strip() or default
    if text not in choices:
        raise ConfigurationError(f"{name}={text!r} is unknown. Choose one of {', '.join(choices)}.")
    return text


def _number(environ: Mapping[str, str], name: str, default: float, lowest: float, highest: float) -> float:
    text = environ.get(name, "").strip()
    try:
        value = float(text) if text else default
    except ValueError:
        raise ConfigurationError(
            f"{name}={text!r} is not a number. Set it to one, such as {default:g}."
        ) from None
    if not lowest <= value <= highest:
        raise ConfigurationError(f"{name}={text} is out of range. Set it between {lowest:g} and {highest:g}.")
    return value


def _whole(environ: Mapping[str, str], name: str, default: int, lowest: int, highest: int) -> int:
    value = _number(environ, name, default, lowest, highest)
    if value != int(value):
        raise ConfigurationError(f"{name}={value:g} is not a whole number. Set it to one, such as {default}.")
    return int(value)


def _optional_path(text: str) -> Path | None:
    return Path(text.strip()) if text.strip() else None
