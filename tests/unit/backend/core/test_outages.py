"""A database that is away or full is said to be so, wherever it is noticed."""

from __future__ import annotations

import errno

import pytest
from django.db import DataError, InterfaceError, OperationalError
from django.test import Client
from psycopg.errors import DiskFull

from backend.core.outages import problem_of
from tests.conftest import CommittingClient


def _disk_full() -> OperationalError:
    error = OperationalError("could not extend file: No space left on device")
    error.__cause__ = DiskFull("could not extend file")
    return error


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OperationalError("connection refused"), (503, "database_unavailable")),
        (InterfaceError("connection already closed"), (503, "database_unavailable")),
        (OperationalError("database is locked"), (503, "database_unavailable")),
        (OperationalError("database or disk is full"), (507, "storage_full")),
        (OperationalError("disk I/O error"), (507, "storage_full")),
        (_disk_full(), (507, "storage_full")),
        (OSError(errno.ENOSPC, "No space left on device"), (507, "storage_full")),
    ],
)
def test_outages_are_told(error: Exception, told: tuple[int, str]) -> None:
    problem = problem_of(error)
    assert problem is not None
    assert (problem.status, problem.code) == told


@pytest.mark.parametrize("error", [DataError("too long"), RuntimeError(), FileNotFoundError(), None])
def test_mistakes_are_no_outages(error: Exception | None) -> None:
    assert problem_of(error) is None


def test_a_view_whose_database_goes_away_says_so(
    owner_client: CommittingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("the connection is closed")

    monkeypatch.setattr("backend.analyses.selectors.recording_list", away)
    answer = owner_client.get("/api/v1/recordings")
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (OperationalError("the connection is closed"), 503, "database_unavailable"),
        (RuntimeError("secret"), 500, "server_error"),
    ],
)
def test_so_does_what_is_before_the_view(
    monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, code: str
) -> None:
    def away(*_: object) -> None:
        raise error

    monkeypatch.setattr("backend.accounts.activity.DeviceActivity.__call__", away)
    client = Client(raise_request_exception=False)
    answer = client.get("/api/v1/recordings")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert b"secret" not in answer.content
