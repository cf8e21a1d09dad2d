"""Nobody fills the disk who is not signed in."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.db import OperationalError
from django.test import Client

from backend.accounts.models import User
from backend.config import early_sign_in
from backend.config.early_sign_in import SMALL_BODY_BYTES, EarlySignIn
from tests.unit.backend.config.test_body_limit import answer, echo_length

pytestmark = pytest.mark.django_db(transaction=True)


def asked(length: int, *headers: tuple[bytes, bytes]) -> ApplicationCommunicator:
    given = [(b"content-length", str(length).encode()), *headers]
    scope = {"type": "http", "method": "POST", "path": "/api/v1/recordings", "headers": given}
    return ApplicationCommunicator(EarlySignIn(echo_length), scope)


async def send(communicator: ApplicationCommunicator, length: int) -> tuple[int, Any]:
    await communicator.send_input({"type": "http.request", "body": b"x" * length})
    status, _, body = await answer(communicator)
    return status, json.loads(body)


def _session() -> bytes:
    client = Client()
    client.force_login(
        User.objects.create_user("owner@example.org", "x"), backend=settings.AUTHENTICATION_BACKENDS[0]
    )
    return client.cookies[settings.SESSION_COOKIE_NAME].value.encode()


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(b"cookie", b"sessionid=invented")],
        [(b"cookie", b"\xff;;==")],
        [(b"x-session-token", b"invented")],
        [(b"x-session-token", b"")],
    ],
)
async def test_a_large_body_of_nobody_is_refused(headers: list[tuple[bytes, bytes]]) -> None:
    length = SMALL_BODY_BYTES + 1
    status, body = await send(asked(length, *headers), length)
    assert (status, body["code"]) == (401, "not_authenticated")


async def test_small_bodies_are_left_to_the_views() -> None:
    assert await send(asked(SMALL_BODY_BYTES), SMALL_BODY_BYTES) == (200, SMALL_BODY_BYTES)


async def test_whoever_is_signed_in_may_send() -> None:
    session = await sync_to_async(_session)()
    length = SMALL_BODY_BYTES + 1
    by_cookie = (b"cookie", b"csrftoken=x; sessionid=" + session)
    assert await send(asked(length, by_cookie), length) == (200, length)
    assert await send(asked(length, (b"x-session-token", session)), length) == (200, length)


async def test_a_database_that_is_away_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_: object) -> bool:
        raise OperationalError("the connection is closed")

    monkeypatch.setattr(early_sign_in, "_is_signed_in", away)
    length = SMALL_BODY_BYTES + 1
    status, body = await send(asked(length), length)
    assert (status, body["code"]) == (503, "database_unavailable")


async def test_the_connection_to_the_database_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is kept outside of requests is never looked at again, also when the database was restarted."""
    given_back = []
    monkeypatch.setattr("channels.db.close_old_connections", lambda: given_back.append(True))
    length = SMALL_BODY_BYTES + 1
    await send(asked(length), length)
    assert given_back


async def test_it_takes_no_turn_of_the_thread_that_sockets_share(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def note(_: Any) -> bool:
        seen.append(threading.current_thread().name)
        return True

    monkeypatch.setattr(early_sign_in, "_is_signed_in", note)
    await send(asked(SMALL_BODY_BYTES + 1), SMALL_BODY_BYTES + 1)
    assert [name.rpartition("_")[0] for name in seen] == ["early-sign-in"]
