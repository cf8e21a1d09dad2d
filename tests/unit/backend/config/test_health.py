"""`/healthz` and `/readyz`."""

from __future__ import annotations

from typing import Any

import pytest
import redis.exceptions
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from backend.analyses.models import Worker
from backend.config import health
from tests.unit.backend.conftest import stored_files

OK = {"database": "ok", "redis": "ok", "storage": "ok", "inference_worker": "ok"}


@pytest.fixture(autouse=True)
def _a_live_worker(db: None) -> None:
    Worker.objects.create(name="gpu-1", boot_id="b", last_seen_at=timezone.now(), asr_engine="x")


class BrokenConnection:
    def cursor(self) -> None:
        raise OperationalError("gone")


def fail_with(error: Exception) -> Any:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    return fail


def test_healthz_asks_nobody(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "connection", BrokenConnection())
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert client.post("/healthz").status_code == 405


def test_ready(client: Client) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ok", "parts": OK})
    assert stored_files() == []


@pytest.mark.parametrize(
    ("part", "owner", "attribute", "error"),
    [
        ("redis", cache, "set", redis.exceptions.ConnectionError("refused")),
        ("storage", default_storage, "save", PermissionError("read-only")),
        ("storage", default_storage, "save", OSError(28, "no room")),
    ],
)
def test_a_broken_part_is_named(
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    part: str,
    owner: Any,
    attribute: str,
    error: Exception,
) -> None:
    monkeypatch.setattr(owner, attribute, fail_with(error))
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "parts": {**OK, part: "unavailable"}}


def test_a_broken_database_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "connection", BrokenConnection())
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "parts": {**OK, "database": "unavailable"}}


def test_no_worker_is_named(client: Client) -> None:
    Worker.objects.all().delete()
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["parts"] == {**OK, "inference_worker": "no worker has been heard of for 20 s"}
