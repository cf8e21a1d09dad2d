"""The one place where the backend reads its environment. Every variable is typed, checked and explained."""

from __future__ import annotations

import base64
import ipaddress
import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

from backend.config import addresses

N = TypeVar("N", int, float)

REPOSITORY_DIR = Path(__file__).resolve().parents[2]
_KEY_BYTES = 32
_EXPO_PUSH_URL = "https://exp.host/--/api/v2/push/send"


class EnvironmentValueError(ValueError):
    """A variable that cannot be used. The message says which, and how to fix it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Everything that the backend takes from its environment; `.env.example` explains each."""

    data_dir: Path
    live_dir: Path | None
    """Where the sound of running live streams lies; None: `live` in the data folder. All web and results processes
    need to reach it."""
    host: str
    port: int
    public_url: str
    """Where browsers reach the service, without a trailing slash; empty: `http://HOST:PORT`."""
    internal_url: str
    """Where workers reach the backend for audio; empty: `http://127.0.0.1:PORT`."""
    database_url: str
    """Empty: SQLite in the data folder."""
    redis_url: str
    """Empty: the one-machine stack starts its own Redis."""
    secret_key: str
    """Empty: the one-machine stack makes one and keeps it in the data folder."""
    secret_key_fallbacks: tuple[str, ...]
    """Keys before `secret_key`: what they signed stays good, and nothing new is signed with them."""
    data_key: str
    """What lasting secrets are made of (webhooks, Web Push, seeds of codes), so that `secret_key` can be changed;
    empty: `secret_key`."""
    allowed_hosts: tuple[str, ...]
    allow_plain_http: bool
    log_level: str
    log_format: str
    metrics_address: str
    """`host:port` at which this process tells Prometheus what it counts; empty: nowhere."""
    traces_endpoint: str
    """Where OpenTelemetry spans go, by OTLP over HTTP; empty: there are none."""
    max_upload_bytes: int
    max_recording_s: float
    media_s3_bucket: str
    """Empty: recordings lie in the data folder."""
    media_s3_endpoint: str
    media_s3_region: str
    media_s3_access_key: str
    media_s3_secret_key: str
    media_s3_encryption: str
    """`AES256` or `aws:kms`: the store encrypts what it keeps."""
    audio_keys: tuple[bytes, ...]
    """32 bytes each. Recordings are encrypted with the first, and read with any; none: they are stored as they are."""
    user_quota_bytes: int
    """What one person's recordings may take; 0: as much as there is."""
    max_unfinished_uploads: int
    """Of one person."""
    upload_expires_s: int
    """An unfinished upload to which nothing was added for longer is forgotten."""
    expo_push_url: str
    expo_access_token: str
    """Empty: Expo is asked without one."""
    outbound_private_networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
    """Besides the public internet, webhooks may reach these."""
    audio_url_ttl_s: int
    worker_silent_s: float
    """A running unit whose worker is silent for longer is given to another worker."""
    live_streams_per_person: int
    live_away_s: float
    """A live stream whose client has been away for longer is ended."""
    searches_per_minute: int
    """Of one person; more are answered with 429."""
    email_url: str
    """Empty: mails go to the log."""
    email_from: str
    max_attempts: int
    """How often a unit is tried before its analysis fails."""


def load(environ: Mapping[str, str] = os.environ) -> Environment:
    """Read and check the environment.

    Raises `EnvironmentValueError` that names the variable and says what it needs.
    """
    return Environment(
        data_dir=Path(environ.get("DATA_DIR") or REPOSITORY_DIR / "var").expanduser().resolve(),
        live_dir=_folder(environ, "LIVE_DIR"),
        host=environ.get("HOST") or "127.0.0.1",
        port=_number(environ, "PORT", 8000, int, lowest=1, highest=65535),
        public_url=_url(environ, "PUBLIC_URL", ("http", "https")),
        internal_url=_url(environ, "INTERNAL_URL", ("http", "https")),
        database_url=_url(environ, "DATABASE_URL", ("postgres", "postgresql", "sqlite")),
        redis_url=_url(environ, "REDIS_URL", ("redis", "rediss", "unix")),
        secret_key=environ.get("SECRET_KEY", ""),
        secret_key_fallbacks=_list(environ, "SECRET_KEY_FALLBACKS"),
        data_key=environ.get("DATA_KEY", ""),
        allowed_hosts=_list(environ, "ALLOWED_HOSTS"),
        allow_plain_http=_flag(environ, "ALLOW_PLAIN_HTTP"),
        log_level=_choice(environ, "LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
        log_format=_choice(environ, "LOG_FORMAT", ("text", "json"), "text"),
        metrics_address=_address(environ, "METRICS_ADDRESS"),
        traces_endpoint=_url(environ, "TRACES_ENDPOINT", ("http", "https")),
        max_upload_bytes=_number(environ, "MAX_UPLOAD_BYTES", 1_000_000_000, int, lowest=1),
        max_recording_s=_number(environ, "MAX_RECORDING_S", 6 * 3600.0, float, lowest=1),
        media_s3_bucket=environ.get("MEDIA_S3_BUCKET", "").strip(),
        media_s3_endpoint=_url(environ, "MEDIA_S3_ENDPOINT", ("http", "https")),
        media_s3_region=environ.get("MEDIA_S3_REGION", "").strip(),
        media_s3_access_key=environ.get("MEDIA_S3_ACCESS_KEY", "").strip(),
        media_s3_secret_key=environ.get("MEDIA_S3_SECRET_KEY", "").strip(),
        media_s3_encryption=_choice(environ, "MEDIA_S3_ENCRYPTION", ("AES256", "aws:kms", ""), ""),
        audio_keys=tuple(_key("AUDIO_KEYS", text) for text in _list(environ, "AUDIO_KEYS")),
        user_quota_bytes=_number(environ, "USER_QUOTA_BYTES", 0, int, lowest=0),
        max_unfinished_uploads=_number(environ, "MAX_UNFINISHED_UPLOADS", 500, int, lowest=1),
        upload_expires_s=_number(environ, "UPLOAD_EXPIRES_S", 7 * 24 * 3600, int, lowest=60),
        expo_push_url=_url(environ, "EXPO_PUSH_URL", ("http", "https")) or _EXPO_PUSH_URL,
        expo_access_token=environ.get("EXPO_ACCESS_TOKEN", "").strip(),
        outbound_private_networks=_networks(environ, "OUTBOUND_PRIVATE_NETWORKS"),
        audio_url_ttl_s=_number(environ, "AUDIO_URL_TTL_S", 6 * 3600, int, lowest=60),
        worker_silent_s=_number(environ, "WORKER_SILENT_S", 20.0, float, lowest=3),
        live_streams_per_person=_number(environ, "LIVE_STREAMS_PER_PERSON", 5, int, lowest=1),
        live_away_s=_number(environ, "LIVE_AWAY_S", 1800.0, float, lowest=5),
        searches_per_minute=_number(environ, "SEARCHES_PER_MINUTE", 240, int, lowest=1),
        email_url=_url(environ, "EMAIL_URL", ("smtp", "smtps")),
        email_from=environ.get("EMAIL_FROM") or "captions@localhost",
        max_attempts=_number(environ, "MAX_ATTEMPTS", 3, int, lowest=1, highest=20),
    )


def celery_broker_url(redis_url: str) -> str:
    """The same Redis in the spelling that Celery wants: `unix:///s?db=1` -> `redis+socket:///s?virtual_host=1`."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    database = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={database}"


def _number(
    environ: Mapping[str, str],
    name: str,
    default: N,
    convert: Callable[[str], N],
    *,
    lowest: float,
    highest: float = float("inf"),
) -> N:
    text = environ.get(name, "").strip()
    if not text:
        return default
    try:
        value = convert(text)
    except ValueError:
        raise EnvironmentValueError(
            f"{name}={text!r} is not a number. Set it to one, such as {default}."
        ) from None
    if not (lowest <= value <= highest and math.isfinite(value)):
        raise EnvironmentValueError(
            f"{name}={text} is out of range. Set it between {lowest:g} and {highest:g}."
        )
    return value


def _list(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(text.strip() for text in environ.get(name, "").split(",") if text.strip())


def _key(name: str, text: str) -> bytes:
    """32 bytes in base64. The message of the error does not repeat them: they are secret."""
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise EnvironmentValueError(
            f"{name}=… is not made of keys of {_KEY_BYTES} bytes in base64. Make one with: openssl rand -base64 32"
        )
    return key


def _folder(environ: Mapping[str, str], name: str) -> Path | None:
    text = environ.get(name, "").strip()
    return Path(text).expanduser().resolve() if text else None


def _url(environ: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str:
    text = environ.get(name, "").strip().rstrip("/")
    if text and not addresses.is_address(text, schemes):
        wanted = " or ".join(f"{scheme}://" for scheme in schemes)
        raise EnvironmentValueError(
            f"{name}={_shown(text)!r} is not a usable address. It must begin with {wanted}, and something must follow. "
            f"Write it like {addresses.EXAMPLES[schemes[0]]}."
        )
    return text


def _shown(url: str) -> str:
    """Without user and password: what stands in an error is in a log soon."""
    account, at, place = url.rpartition("@")
    return f"{account.partition(':')[0]}://…@{place}" if at else url


def _address(environ: Mapping[str, str], name: str) -> str:
    text = environ.get(name, "").strip()
    host, _, port = text.rpartition(":")
    if text and not (host and port.isdecimal() and 0 < int(port) < 65536):
        raise EnvironmentValueError(
            f"{name}={text!r} is not host:port. Set it to one, such as 127.0.0.1:9100."
        )
    return text


def _choice(environ: Mapping[str, str], name: str, choices: tuple[str, ...], default: str) -> str:
    text = environ.get(name, "").strip() or default
    if text not in choices:
        raise EnvironmentValueError(f"{name}={text!r} is unknown. Choose one of {', '.join(choices)}.")
    return text


def _networks(
    environ: Mapping[str, str], name: str
) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    try:
        return tuple(ipaddress.ip_network(text) for text in _list(environ, name))
    except ValueError as error:
        raise EnvironmentValueError(
            f"{name}={environ[name]!r} cannot be used: {error}. Write networks such as 10.0.0.0/8,fd00::/8."
        ) from None


def _flag(environ: Mapping[str, str], name: str) -> bool:
    return _choice(environ, name, ("0", "1"), "0") == "1"
