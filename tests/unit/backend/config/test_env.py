"""Every variable: its default, what it may be, and a message that says how to mend it."""

from __future__ import annotations

import ast
import re
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from backend.config import env

REPOSITORY_DIR = env.REPOSITORY_DIR
DEFAULTS: dict[str, Any] = {
    "data_dir": REPOSITORY_DIR / "var",
    "host": "127.0.0.1",
    "port": 8000,
    "public_url": "",
    "internal_url": "",
    "database_url": "",
    "redis_url": "",
    "secret_key": "",
    "secret_key_fallbacks": (),
    "data_key": "",
    "allowed_hosts": (),
    "allow_plain_http": False,
    "log_level": "INFO",
    "log_format": "text",
    "metrics_address": "",
    "traces_endpoint": "",
    "max_upload_bytes": 1_000_000_000,
    "max_recording_s": 21600.0,
    "media_s3_bucket": "",
    "media_s3_endpoint": "",
    "media_s3_region": "",
    "media_s3_access_key": "",
    "media_s3_secret_key": "",
    "media_s3_encryption": "",
    "audio_keys": (),
    "user_quota_bytes": 0,
    "max_unfinished_uploads": 500,
    "upload_expires_s": 604_800,
    "expo_push_url": "https://exp.host/--/api/v2/push/send",
    "expo_access_token": "",
    "outbound_private_networks": (),
    "audio_url_ttl_s": 21600,
    "worker_silent_s": 20.0,
    "live_dir": None,
    "live_streams_per_person": 5,
    "live_away_s": 1800.0,
    "searches_per_minute": 240,
    "email_url": "",
    "email_from": "captions@localhost",
    "max_attempts": 3,
}


def value(name: str, text: str) -> Any:
    return getattr(env.load({name: text}), name.lower())


OF_NVIDIA = {"CUDA_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES"}
"""Set by who gives GPUs to processes and containers, and only read by ours."""


def variables_of(path: str) -> set[str]:
    """Names of our variables that a module reads: constant strings in capitals that are arguments."""
    tree = ast.parse((REPOSITORY_DIR / path).read_text())
    arguments = [
        argument for node in ast.walk(tree) if isinstance(node, ast.Call) for argument in node.args[:2]
    ]
    texts = [node.value for node in arguments if isinstance(node, ast.Constant)]
    others = {"DEBUG", "INFO", "WARNING", "ERROR", "AES256"} | OF_NVIDIA
    return {
        text for text in texts if isinstance(text, str) and re.fullmatch(r"[A-Z][A-Z0-9_]+", text)
    } - others


def test_defaults() -> None:
    loaded = env.load({})
    assert {name: getattr(loaded, name) for name in env.Environment.__dataclass_fields__} == DEFAULTS


@pytest.mark.parametrize("name", DEFAULTS)
def test_empty_is_the_default(name: str) -> None:
    assert value(name.upper(), "") == DEFAULTS[name]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("DATA_DIR", "/tmp/../srv/data", Path("/srv/data")),  # noqa: S108
        ("DATA_DIR", "~/captions", Path.home() / "captions"),
        ("HOST", "0.0.0.0", "0.0.0.0"),  # noqa: S104
        ("PORT", " 65535 ", 65535),
        ("PUBLIC_URL", "https://captions.example.org/", "https://captions.example.org"),
        ("INTERNAL_URL", "http://backend:8000", "http://backend:8000"),
        ("DATABASE_URL", "postgres://u:p@db:5432/name", "postgres://u:p@db:5432/name"),
        ("DATABASE_URL", "postgresql:///name?sslmode=require", "postgresql:///name?sslmode=require"),
        ("DATABASE_URL", "postgres://u:p@[::1]:5432/name", "postgres://u:p@[::1]:5432/name"),
        ("DATABASE_URL", "sqlite:////srv/captions.sqlite3", "sqlite:////srv/captions.sqlite3"),
        ("REDIS_URL", "unix:///run/redis.sock?db=1", "unix:///run/redis.sock?db=1"),
        ("REDIS_URL", "unix://:p@/run/redis.sock", "unix://:p@/run/redis.sock"),
        ("REDIS_URL", "redis://:p@redis", "redis://:p@redis"),
        ("REDIS_URL", "rediss://redis:6380/2", "rediss://redis:6380/2"),
        ("SECRET_KEY", "x" * 50, "x" * 50),
        ("SECRET_KEY_FALLBACKS", "old, older,", ("old", "older")),
        ("DATA_KEY", "x" * 50, "x" * 50),
        ("ALLOWED_HOSTS", "a.example, b.example,,", ("a.example", "b.example")),
        ("ALLOW_PLAIN_HTTP", "1", True),
        ("ALLOW_PLAIN_HTTP", "0", False),
        ("LOG_LEVEL", "DEBUG", "DEBUG"),
        ("LOG_FORMAT", "json", "json"),
        ("METRICS_ADDRESS", "[::1]:9100", "[::1]:9100"),
        ("TRACES_ENDPOINT", "http://collector:4318/v1/traces", "http://collector:4318/v1/traces"),
        ("MAX_UPLOAD_BYTES", "1", 1),
        ("MAX_RECORDING_S", "1.5", 1.5),
        ("MEDIA_S3_BUCKET", " talks ", "talks"),
        ("MEDIA_S3_ENDPOINT", "https://minio:9000/", "https://minio:9000"),
        ("MEDIA_S3_REGION", "ap-northeast-2", "ap-northeast-2"),
        ("MEDIA_S3_ACCESS_KEY", "a", "a"),
        ("MEDIA_S3_SECRET_KEY", "s", "s"),
        ("MEDIA_S3_ENCRYPTION", "aws:kms", "aws:kms"),
        ("AUDIO_KEYS", f"{'A' * 43}=, {'/' * 42}8=", (bytes(32), b"\xff" * 32)),
        ("USER_QUOTA_BYTES", "1", 1),
        ("MAX_UNFINISHED_UPLOADS", "1", 1),
        ("UPLOAD_EXPIRES_S", "60", 60),
        ("EXPO_PUSH_URL", "http://push.internal/", "http://push.internal"),
        ("EXPO_ACCESS_TOKEN", " t ", "t"),
        (
            "OUTBOUND_PRIVATE_NETWORKS",
            "10.0.0.0/8, fd00::/8,",
            (ip_network("10.0.0.0/8"), ip_network("fd00::/8")),
        ),
        ("AUDIO_URL_TTL_S", "60", 60),
        ("WORKER_SILENT_S", "3", 3.0),
        ("MAX_ATTEMPTS", "20", 20),
    ],
)
def test_good_values(name: str, text: str, expected: Any) -> None:
    assert value(name, text) == expected


@pytest.mark.parametrize(
    ("name", "text", "fix"),
    [
        ("PORT", "0", "Set it between 1 and 65535."),
        ("PORT", "65536", "Set it between 1 and 65535."),
        ("PORT", "http", "Set it to one, such as 8000."),
        ("METRICS_ADDRESS", "9100", "such as 127.0.0.1:9100."),
        ("METRICS_ADDRESS", "host:99999", "such as 127.0.0.1:9100."),
        ("PORT", "80.5", "Set it to one, such as 8000."),
        (
            "PUBLIC_URL",
            "captions.example.org",
            "It must begin with http:// or https://, and something must follow.",
        ),
        ("PUBLIC_URL", "http://[", "It must begin with http:// or https://, and something must follow."),
        ("PUBLIC_URL", "https://", "It must begin with http:// or https://, and something must follow."),
        ("INTERNAL_URL", "redis://x", "It must begin with http:// or https://, and something must follow."),
        (
            "REDIS_URL",
            "localhost:6379",
            "It must begin with redis:// or rediss:// or unix://, and something must follow.",
        ),
        ("DATABASE_URL", "localhost/name", "It must begin with"),
        ("DATABASE_URL", "mongodb://x/y", "It must begin with"),
        ("DATABASE_URL", "postgres:x", "Write it like postgres://user:password@host:5432/name."),
        ("DATABASE_URL", "postgres:///", "Write it like postgres://user:password@host:5432/name."),
        ("DATABASE_URL", "postgres://u:p@db:5432", "Write it like postgres://user:password@host:5432/name."),
        (
            "DATABASE_URL",
            "postgres://u:p@db:five/x",
            "Write it like postgres://user:password@host:5432/name.",
        ),
        ("DATABASE_URL", "postgres://u:p w@db/x", "Write it like postgres://user:password@host:5432/name."),
        ("DATABASE_URL", "sqlite:db.sqlite3", "Write it like postgres://user:password@host:5432/name."),
        ("REDIS_URL", "redis:6379", "Write it like redis://host:6379/0, or unix:///path/redis.sock?db=0."),
        ("REDIS_URL", "redis:///0", "Write it like redis://host:6379/0"),
        ("REDIS_URL", "redis://h:70000/0", "Write it like redis://host:6379/0"),
        ("REDIS_URL", "redis://h:6379/first", "Write it like redis://host:6379/0"),
        ("REDIS_URL", "unix:/run/redis.sock", "Write it like redis://host:6379/0"),
        ("REDIS_URL", "unix://run/redis.sock", "Write it like redis://host:6379/0"),
        ("REDIS_URL", "unix:///?db=1", "Write it like redis://host:6379/0"),
        ("PUBLIC_URL", "https:captions.example.org", "Write it like https://captions.example.org."),
        ("PUBLIC_URL", "https:///captions", "Write it like https://captions.example.org."),
        ("PUBLIC_URL", "https://captions example.org", "Write it like https://captions.example.org."),
        ("INTERNAL_URL", "http:backend:8000", "It must begin with http:// or https://"),
        ("INTERNAL_URL", "http://backend:0", "It must begin with http:// or https://"),
        ("MEDIA_S3_ENDPOINT", "minio:9000", "It must begin with http:// or https://"),
        ("MEDIA_S3_ENDPOINT", "http:/minio:9000", "It must begin with http:// or https://"),
        ("MEDIA_S3_ENDPOINT", "http://:9000", "It must begin with http:// or https://"),
        ("TRACES_ENDPOINT", "http:collector/v1/traces", "It must begin with http:// or https://"),
        ("EXPO_PUSH_URL", "https:exp.host/send", "It must begin with http:// or https://"),
        ("EMAIL_URL", "smtp:mail.example.org", "Write it like smtp://user:password@host:587."),
        ("EMAIL_URL", "smtp://:587", "Write it like smtp://user:password@host:587."),
        ("EMAIL_URL", "smtps://mail.example.org:none", "Write it like smtp://user:password@host:587."),
        ("ALLOW_PLAIN_HTTP", "yes", "Choose one of 0, 1."),
        ("LOG_LEVEL", "info", "Choose one of DEBUG, INFO, WARNING, ERROR."),
        ("LOG_FORMAT", "xml", "Choose one of text, json."),
        ("MAX_UPLOAD_BYTES", "0", "Set it between 1 and"),
        ("MAX_UPLOAD_BYTES", "1e9", "Set it to one, such as 1000000000."),
        ("MAX_RECORDING_S", "nan", "Set it between 1 and"),
        ("MAX_RECORDING_S", "inf", "Set it between 1 and"),
        ("AUDIO_KEYS", "hunter2", "Make one with: openssl rand -base64 32"),
        ("AUDIO_KEYS", f"{'A' * 43}=,{'A' * 40}", "Make one with: openssl rand -base64 32"),
        ("USER_QUOTA_BYTES", "-1", "Set it between 0 and"),
        ("MAX_UNFINISHED_UPLOADS", "0", "Set it between 1 and"),
        ("UPLOAD_EXPIRES_S", "59", "Set it between 60 and"),
        ("EXPO_PUSH_URL", "exp.host", "It must begin with"),
        ("OUTBOUND_PRIVATE_NETWORKS", "10.0.0.1/8", "Write networks such as"),
        ("AUDIO_URL_TTL_S", "59", "Set it between 60 and"),
        ("WORKER_SILENT_S", "2.9", "Set it between 3 and"),
        ("MAX_ATTEMPTS", "0", "Set it between 1 and 20."),
        ("MAX_ATTEMPTS", "21", "Set it between 1 and 20."),
    ],
)
def test_wrong_values_say_which_and_how_to_mend_them(name: str, text: str, fix: str) -> None:
    with pytest.raises(env.EnvironmentValueError) as caught:
        env.load({name: text})
    assert str(caught.value).startswith(f"{name}=")
    assert fix in str(caught.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis://h:1/2", "redis://h:1/2"),
        ("unix:///run/redis.sock", "redis+socket:///run/redis.sock?virtual_host=0"),
        ("unix:///run/redis.sock?db=3", "redis+socket:///run/redis.sock?virtual_host=3"),
    ],
)
def test_the_spelling_of_celery(url: str, expected: str) -> None:
    assert env.celery_broker_url(url) == expected


def test_every_variable_is_explained_in_the_example() -> None:
    example = (REPOSITORY_DIR / ".env.example").read_text()
    explained = re.findall(r"^# ([A-Z][A-Z0-9_]+)=", example, re.MULTILINE)
    assert len(explained) == len(set(explained))
    backend = variables_of("backend/config/env.py")
    assert backend == {name.upper() for name in DEFAULTS}
    assert set(explained) == backend | variables_of("inference_worker/config.py")


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL", "EMAIL_URL", "PUBLIC_URL", "TRACES_ENDPOINT"])
@pytest.mark.parametrize(
    "address",
    [
        "mysql://me:hu/sh@h@db:5432/x",
        "mysql:me:hush@db",
        "://:hush@db",
        "postgres:me:hush@db/x",
        "postgres://me:hush@db:x/y",
        "redis://me:hush@db:x/y",
    ],
)
def test_no_password_is_in_the_message(name: str, address: str) -> None:
    with pytest.raises(env.EnvironmentValueError, match=f"^{name}=") as raised:
        value(name, address)
    assert "db" in str(raised.value)
    assert not re.search("hu/sh|hush|me:", str(raised.value))
