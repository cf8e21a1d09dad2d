"""Nobody fills the disk who is not signed in."""

from __future__ import annotations

import json
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.test import Client

from backend.accounts.models import User
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
