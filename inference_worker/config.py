"""The only place where the worker reads its environment.

Variables, all optional:

REDIS_URL              Broker: `redis://host:6379/0`, `rediss://…`, `unix:///path/redis.sock?db=0` or
                       `redis+socket:///path/redis.sock?virtual_host=0`. Default `redis://127.0.0.1:6379/0`.
WORKER_NAME            Name in heartbeats and logs, the same after a restart and another one for every worker.
                       Default `inference@<host name>`.
ASR_ENGINE             `auto` (NeMo where it is installed and its checkpoint is present, else pocketsphinx), `nemo`
                       or `pocketsphinx`. Default `auto`.
ASR_NEMO_CHECKPOINT    Path of the `.nemo` file; empty: none.
WORKER_CONCURRENCY     Units worked on at the same time, in threads. Default 1.
WORKER_CACHE_DIR       Folder for fetched audio and the sign of life. Default `var/worker-cache`.
WORKER_CACHE_MAX_BYTES Size that the fetched audio is kept under. Default 5000000000.
WORKER_HEARTBEAT_S     Seconds between heartbeats while a unit runs. Default 2.
WORKER_UNIT_SOFT_LIMIT_S  After so many seconds a unit returns what it has. Default 240.
WORKER_FETCH_ATTEMPTS  Tries to fetch the audio before the unit fails (and is queued again). Default 6.
WORKER_FETCH_TIMEOUT_S Seconds without a byte after which a fetch is tried again. Default 30.
WORKER_TORCH_THREADS   Threads of torch in this process. Default 1.
LOG_LEVEL              `DEBUG`, `INFO`, `WARNING` or `ERROR`. Default `INFO`.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from inference_worker.contract import UNIT_HARD_LIMIT_S
from inference_worker.errors import ConfigurationError

ASR_ENGINES = ("auto", "nemo", "pocketsphinx")
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
    asr_nemo_checkpoint: Path | None
    concurrency: int
    cache_dir: Path
    cache_max_bytes: int
    heartbeat_s: float
    unit_soft_limit_s: float
    fetch_attempts: int
    fetch_timeout_s: float
    torch_threads: int
    log_level: str

    @property
    def heartbeat_file(self) -> Path:
        """Touched by a live worker; what `health` looks at."""
        return self.cache_dir / HEARTBEAT_FILE


def load(environ: Mapping[str, str]) -> WorkerConfig:
    """Read and check the environment. Raises `ConfigurationError`, which names the variable and the fix."""
    checkpoint = environ.get("ASR_NEMO_CHECKPOINT", "").strip()
    cache_dir = environ.get("WORKER_CACHE_DIR", "").strip() or "var/worker-cache"
    return WorkerConfig(
        broker_url=_broker_url(environ.get("REDIS_URL", "").strip() or "redis://127.0.0.1:6379/0"),
        worker_name=environ.get("WORKER_NAME", "").strip() or f"inference@{socket.gethostname()}",
        asr_engine=_choice(environ, "ASR_ENGINE", ASR_ENGINES, "auto"),
        asr_nemo_checkpoint=Path(checkpoint).expanduser() if checkpoint else None,
        concurrency=_whole(environ, "WORKER_CONCURRENCY", 1, 1, 64),
        cache_dir=Path(cache_dir).expanduser().resolve(),
        cache_max_bytes=_whole(environ, "WORKER_CACHE_MAX_BYTES", 5_000_000_000, 1, 10**15),
        heartbeat_s=_number(environ, "WORKER_HEARTBEAT_S", 2.0, 0.3, 60.0),
        unit_soft_limit_s=_number(environ, "WORKER_UNIT_SOFT_LIMIT_S", 240.0, 1.0, UNIT_HARD_LIMIT_S - 60.0),
        fetch_attempts=_whole(environ, "WORKER_FETCH_ATTEMPTS", 6, 1, 20),
        fetch_timeout_s=_number(environ, "WORKER_FETCH_TIMEOUT_S", 30.0, 0.1, 600.0),
        torch_threads=_whole(environ, "WORKER_TORCH_THREADS", 1, 1, 1024),
        log_level=_choice(environ, "LOG_LEVEL", LOG_LEVELS, "INFO"),
    )


def _broker_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in BROKER_SCHEMES:
        wanted = ", ".join(f"{scheme}://" for scheme in BROKER_SCHEMES)
        raise ConfigurationError(
            f"REDIS_URL={url!r} is not a usable address. It must begin with one of {wanted}."
        )
    if parts.scheme in ("unix", "redis+socket") and not parts.path:
        raise ConfigurationError(
            f"REDIS_URL={url!r} lacks the socket. Write unix:///path/to/redis.sock?db=0."
        )
    if parts.scheme != "unix":
        return url
    database = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={database}"


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
