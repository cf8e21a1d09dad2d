"""Which pages may open a websocket with somebody's cookie, and how often."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from backend.realtime import connection_limit
from backend.realtime.connection_limit import PER_MINUTE, may_connect
from backend.realtime.origin import is_own_page


@pytest.mark.parametrize(
    ("origin", "host", "expected"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1:8000", True),
        ("http://localhost", "localhost", True),
        ("HTTP://LocalHost:80", "localhost:80", True),
        # Another program on this machine: cookies know no ports.
        ("http://127.0.0.1:3000", "127.0.0.1:8000", False),
        ("http://localhost:8000", "127.0.0.1:8000", False),
        # A name that was pointed at us.
        ("http://evil.example:8000", "evil.example:8000", False),
        ("http://evil.example", "127.0.0.1:8000", False),
        ("null", "127.0.0.1:8000", False),
        ("", "127.0.0.1:8000", False),
        ("file://", "127.0.0.1:8000", False),
        ("https://captions.example.org", "backend:8000", True),
        ("http://captions.example.org", "backend:8000", False),
    ],
)
def test_only_the_same_origin(settings: Settings, origin: str, host: str, expected: bool) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost", "backend"]
    settings.PUBLIC_URL = "https://captions.example.org"
    assert is_own_page({b"origin": origin.encode(), b"host": host.encode()}) is expected


def test_one_address_cannot_open_sockets_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_limit.time, "time", lambda: 1_000_000.0)
    assert [may_connect("10.0.0.1") for _ in range(PER_MINUTE)] == [True] * PER_MINUTE
    assert may_connect("10.0.0.1") is False
    assert may_connect("10.0.0.2") is True
    monkeypatch.setattr(connection_limit.time, "time", lambda: 1_000_060.0)
    assert may_connect("10.0.0.1") is True
