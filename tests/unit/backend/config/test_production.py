"""Production refuses to start with what is only good for one machine."""

from __future__ import annotations

import base64
import json
import os
import secrets
import subprocess
import sys

import pytest

from backend.config.env import REPOSITORY_DIR
from backend.config.secret import is_guessable

GOOD = {
    "SECRET_KEY": "Zk3vT9qLw2XbN7rYp5HsD8mGc4JfU6aEo1iBtyhu",
    "DATABASE_URL": "postgres://u:p@db/name",
    "REDIS_URL": "redis://redis:6379/0",
    "PUBLIC_URL": "https://captions.example.org",
    "INTERNAL_URL": "http://backend:8000",
    "ALLOWED_HOSTS": "captions.example.org",
}
PLAIN = {"PUBLIC_URL": "http://captions.example.org"}
CASES: dict[str, dict[str, str]] = {
    "good": {},
    **{f"no {name}": {name: ""} for name in GOOD},
    "short key": {"SECRET_KEY": "Zk3vT9qLw2XbN7rYp5HsD8mGc4JfU6aEo1iBtyh"},
    "key of one character": {"SECRET_KEY": "k" * 50},
    "key of a pattern": {"SECRET_KEY": "0123456789" * 5},
    "placeholder": {"SECRET_KEY": "django-insecure-9q8w7e6r5t4y3u2i1o0pasdfghjklzxc"},
    "fallback": {"SECRET_KEY_FALLBACKS": f"{GOOD['SECRET_KEY']}x,{GOOD['SECRET_KEY']}y"},
    "short fallback": {"SECRET_KEY_FALLBACKS": f"{GOOD['SECRET_KEY']},short"},
    "data key": {"DATA_KEY": f"{GOOD['SECRET_KEY']}z"},
    "placeholder as data key": {"DATA_KEY": "change-me" * 8},
    "audio keys": {"AUDIO_KEYS": f"{'A' * 43}="},
    "debug": {"_DEBUG": "1"},
    "plain http": PLAIN,
    "plain http as asked for": {**PLAIN, "ALLOW_PLAIN_HTTP": "1"},
}
# Forks for each case, because a process of its own for each costs a second.
_SHOW = """
import importlib, json, os, sys
import django, backend.config.celery, backend.config.settings
shown = {}
for case, environment in json.loads(sys.argv[1]).items():
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.environ.update(environment)
        try:
            if os.environ.get("_DEBUG"):
                importlib.import_module("backend.config.settings.base").DEBUG = True
            s = importlib.import_module("backend.config.settings.production")
            told = [s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS, s.DEBUG]
            told.append(s.CSRF_TRUSTED_ORIGINS)
            told.append(s.SECURE_SSL_REDIRECT)
            told.append(os.path.relpath(s.FILE_UPLOAD_TEMP_DIR, os.environ["DATA_DIR"]))
        except Exception as error:
            told = f"{type(error).__name__}: {error}"
        os.write(writer, json.dumps(told).encode())
        os._exit(0)
    os.close(writer)
    shown[case] = json.loads(os.read(reader, 65536))
    os.wait()
print(json.dumps(shown))
"""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    cases = {name: {**GOOD, **changes} for name, changes in CASES.items()}
    done = subprocess.run(
        [sys.executable, "-c", _SHOW, json.dumps(cases)],
        cwd=REPOSITORY_DIR,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path_factory.mktemp("production"))},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    shown: dict[str, object] = json.loads(done.stdout)
    return shown


def test_it_starts_when_all_is_there(outcomes: dict[str, object]) -> None:
    assert outcomes["good"] == [
        True,
        True,
        31536000,
        False,
        ["https://captions.example.org"],
        True,
        "incoming",
    ]


def test_what_arrives_goes_through_the_data_folder_with_keys_as_well(outcomes: dict[str, object]) -> None:
    """It is sealed there (`test_spool.py`); `/tmp` would be memory in some containers, and a disk in others."""
    assert outcomes["audio keys"] == outcomes["good"]


@pytest.mark.parametrize("name", GOOD)
def test_a_missing_value_is_named(outcomes: dict[str, object], name: str) -> None:
    assert outcomes[f"no {name}"] == (
        f"ImproperlyConfigured: {name} is not set. Production needs it; .env.example explains it."
    )


def test_a_short_key_is_refused(outcomes: dict[str, object]) -> None:
    assert outcomes["short key"] == (
        "ImproperlyConfigured: SECRET_KEY is too short. Make one with: openssl rand -base64 48"
    )


def test_plain_http_only_when_asked_for(outcomes: dict[str, object]) -> None:
    assert outcomes["plain http"] == (
        "ImproperlyConfigured: PUBLIC_URL is not https. "
        "Put TLS in front, or set ALLOW_PLAIN_HTTP=1 for a test."
    )
    told = [False, False, 0, False, ["http://captions.example.org"], False, "incoming"]
    assert outcomes["plain http as asked for"] == told


@pytest.mark.parametrize("case", ["key of one character", "key of a pattern", "placeholder"])
def test_a_key_that_can_be_guessed_is_refused(outcomes: dict[str, object], case: str) -> None:
    assert outcomes[case] == (
        "ImproperlyConfigured: SECRET_KEY looks like a placeholder or a pattern. "
        "Make one with: openssl rand -base64 48"
    )


@pytest.mark.parametrize("case", ["fallback", "data key"])
def test_good_keys_beside_it_are_taken(outcomes: dict[str, object], case: str) -> None:
    assert outcomes[case] == outcomes["good"]


@pytest.mark.parametrize(
    ("case", "problem"),
    [
        ("short fallback", "SECRET_KEY_FALLBACKS is too short."),
        ("placeholder as data key", "DATA_KEY looks like a placeholder or a pattern."),
    ],
)
def test_bad_keys_beside_it_are_refused(outcomes: dict[str, object], case: str, problem: str) -> None:
    assert outcomes[case] == f"ImproperlyConfigured: {problem} Make one with: openssl rand -base64 48"


def test_debug_is_refused(outcomes: dict[str, object]) -> None:
    assert outcomes["debug"] == (
        "ImproperlyConfigured: DEBUG is on. It shows secrets to everybody: switch it off."
    )


def test_keys_that_are_made_are_never_refused() -> None:
    for _ in range(2000):
        assert not is_guessable(secrets.token_urlsafe(48))
        assert not is_guessable(base64.b64encode(secrets.token_bytes(48)).decode())
