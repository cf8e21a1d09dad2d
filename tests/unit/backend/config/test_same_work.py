"""Whether something exists must not be told by how long an answer takes: a stranger who names something of somebody
else makes the server do the same work as one who names nothing. Counted in statements instead of on a clock, which
says the same on every machine.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import BasePasswordHasher, get_hasher
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.accounts.models import User
from backend.accounts.tasks import send_password_reset
from tests.conftest import CommittingClient
from tests.unit.backend.accounts.conftest import (
    BROWSER,
    EMAIL,
    PASSWORD,
    Browser,
    asked_for_passwords,
    browser,
    credentials,
)
from tests.unit.backend.care.world import make_user
from tests.unit.backend.config.test_denials import OF_A_RECORDING
from tests.unit.backend.config.test_rights import (
    OF_A_CAREGIVER,
    OF_AN_OWNER,
    OF_BOTH_SIDES,
    Row,
    World,
    world,
)

__all__ = ["asked_for_passwords", "browser", "world"]

DETAILS = [
    *(Row(method, path, status, body) for (method, path), (body, status) in OF_A_RECORDING.items()),
    *OF_AN_OWNER,
    *OF_A_CAREGIVER,
    *OF_BOTH_SIDES,
]
_VALUE = re.compile(
    r"'(?:[^']|'')*'(?:::\w+)?|_django_curs_\w+|\bs\d+_x\d+\b|\b[0-9a-f]{32}\b|\b\d+(?:\.\d+)?\b|\bNone\b|\bTrue\b|\bFalse\b",
    re.IGNORECASE,
)


def shape(statement: str) -> str:
    """A statement without the values in it."""
    return _VALUE.sub("?", statement)


def work_of(run: Callable[[], Any]) -> tuple[Any, list[str]]:
    with CaptureQueriesContext(connection) as captured:
        response = run()
    return response, [shape(query["sql"]) for query in captured.captured_queries]


def missing(ids: dict[str, str]) -> dict[str, str]:
    return {name: str(uuid.uuid4()) for name in ids}


def test_shapes_tell_statements_apart() -> None:
    assert shape("SELECT a FROM b WHERE id = 'x''y' LIMIT 21") == "SELECT a FROM b WHERE id = ? LIMIT ?"
    assert shape("SELECT a FROM b") != shape("SELECT c FROM b")


@pytest.mark.parametrize("row", DETAILS, ids=lambda row: f"{row.method} {row.path}")
def test_what_is_of_somebody_else_costs_what_nothing_costs(
    world: World, client_of: Callable[..., CommittingClient], row: Row
) -> None:
    client = client_of(make_user("stranger"))
    # The first request of a session counts its activity.
    client.get("/api/v1/me")
    foreign, work = work_of(lambda: world.answer(client, "stranger", row))
    world.ids["stranger"] = missing(world.ids["stranger"])
    nothing, work_for_nothing = work_of(lambda: world.answer(client, "stranger", row))
    assert (foreign.status_code, nothing.status_code) == (404, 404)
    assert foreign.content == nothing.content
    assert work == work_for_nothing
    assert work != []


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that were hashed, which is what takes the time."""
    hasher = type(get_hasher())
    encode = hasher.encode
    done: list[str] = []

    def counted(self: BasePasswordHasher, password: str, *arguments: Any, **more: Any) -> str:
        done.append(password)
        return encode(self, password, *arguments, **more)

    monkeypatch.setattr(hasher, "encode", counted)
    return done


def test_signing_in_takes_as_long_for_an_address_that_nobody_has(browser: Browser, hashed: list[str]) -> None:
    User.objects.create_user(EMAIL, PASSWORD)
    hashed.clear()
    answers = []
    for email in (EMAIL, "nobody@example.org"):
        before = len(hashed)
        response, work = work_of(
            lambda email=email: browser.send(  # type: ignore[misc]
                "post", f"{BROWSER}/auth/login", credentials(email, password="wrong password 1")
            )
        )
        answers.append((response.status_code, response.content, len(hashed) - before, work))
    assert answers[0][:3] == answers[1][:3]
    assert answers[0][0] == 400
    assert answers[0][3] == answers[1][3]


def test_a_forgotten_password_tells_nothing_of_who_has_an_account(
    browser: Browser, asked_for_passwords: list[str]
) -> None:
    User.objects.create_user(EMAIL, PASSWORD)
    emails = [EMAIL, "nobody@example.org"]
    answers = [
        work_of(
            lambda email=email: browser.send("post", f"{BROWSER}/auth/password/request", {"email": email})
        )  # type: ignore[misc]
        for email in emails
    ]
    assert [(answer.status_code, answer.json(), work) for answer, work in answers] == [
        (200, {"status": 200}, [])
    ] * 2
    assert asked_for_passwords == emails
    for email in emails:
        send_password_reset(email)
    assert [message.to for message in mail.outbox] == [[EMAIL], ["nobody@example.org"]]
    assert "has no account" in mail.outbox[1].body
    assert "계정은 없어요" in mail.outbox[1].body
    assert "/password/reset/" not in mail.outbox[1].body


def test_an_invitation_tells_nothing_of_who_has_an_account(owner_client: CommittingClient) -> None:
    make_user("known")
    # The first request of a session counts its activity.
    owner_client.get("/api/v1/me")
    bodies = [
        {"email": email, "scopes": ["timeline"]} for email in ("known@example.org", "unknown@example.org")
    ]
    answers = [
        work_of(lambda body=body: owner_client.post("/api/v1/care/links", body, format="json"))  # type: ignore[misc]
        for body in bodies
    ]
    (known, work), (unknown, work_for_unknown) = answers
    assert (known.status_code, unknown.status_code) == (201, 201)
    assert known.json().keys() == unknown.json().keys()
    assert work == work_for_unknown
