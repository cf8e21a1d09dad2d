"""What opens something is in no log line."""

from __future__ import annotations

import io
import logging
import logging.config
import uuid
from collections.abc import Iterator

import pytest
from django.test import Client

from backend.analyses.dispatch import sign_audio
from backend.config.settings.observability import logging_config
from backend.conversations.models import Recording
from backend.core import log_context
from backend.core.log_secrets import redact

TOKEN = "8c0ffee:1xYz-abc:S1gn4ture"


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        (f"Internal Server Error: /internal/audio/{TOKEN}", "Internal Server Error: /internal/audio/…"),
        (f'"GET /internal/audio/{TOKEN} HTTP/1.1" 500', '"GET /internal/audio/… HTTP/1.1" 500'),
        (
            f"https://captions.example.org/password/reset/{TOKEN}",
            "https://captions.example.org/password/reset/…",
        ),
        (
            "https://s3/a?X-Amz-Date=1&X-Amz-Signature=abc&x=1",
            "https://s3/a?X-Amz-Date=1&X-Amz-Signature=…&x=1",
        ),
        ("postgres://user:hunter2@db:5432/x is away", "postgres://user:…@db:5432/x is away"),
        ("redis://:hunter2@redis:6379/0", "redis://:…@redis:6379/0"),
        ("{'X-Session-Token': 'abc', 'Accept': '*/*'}", "{'X-Session-Token': '…', 'Accept': '*/*'}"),
        (
            "(b'sec-websocket-protocol', b'session-token, abc')",
            "(b'sec-websocket-protocol', b'session-token, …')",
        ),
        ("['session-token', 'abc']", "['session-token', '…']"),
        ("(b'x-session-token', b'abc')", "(b'x-session-token', b'…')"),
        ("Authorization: Bearer abc.def", "Authorization: …"),
        ("sessionid=abc; csrftoken=def", "sessionid=…; csrftoken=…"),
        ('{"email": "a@b.c", "password": "hunter2"}', '{"email": "a@b.c", "password": "…"}'),
    ],
)
def test_secrets_are_hidden(line: str, kept: str) -> None:
    assert redact(line) == kept


@pytest.mark.parametrize(
    "line",
    [
        "attempt 2 lost (worker_lost), trying again in 5 s recording=0f8e",
        "PUBLIC_URL=https://captions.example.org:8443/x is fine",
        "the password was changed",
        "GET /api/v1/recordings?since=3 200",
    ],
)
def test_the_rest_stays(line: str) -> None:
    assert redact(line) == line


@pytest.fixture(params=["text", "json"])
def log(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    described = logging_config("INFO", request.param)
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    configurator = logging.config.DictConfigurator(described)
    handler.setFormatter(configurator.configure_formatter(described["formatters"][request.param]))
    handler.addFilter(log_context.ContextFilter())
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    yield stream
    logger.removeHandler(handler)


@pytest.mark.django_db
def test_the_log_of_a_failure_has_no_audio_token(log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(f"cannot serve /internal/audio/{token}")

    token = sign_audio(uuid.uuid4())
    monkeypatch.setattr(Recording.objects, "filter", fail)
    response = Client(raise_request_exception=False).get(f"/internal/audio/{token}")
    assert response.status_code == 500
    written = log.getvalue()
    assert "RuntimeError" in written
    assert "/internal/audio/…" in written
    assert token not in written
    assert token.rpartition(":")[2] not in written
