"""`/ws/events` through the whole ASGI application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import channel_layers
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import OperationalError, connections
from django.test import Client
from redis.exceptions import RedisError

from backend.accounts.models import User
from backend.config.asgi import application
from backend.core import metrics
from backend.realtime import consumers, publisher
from tests.unit.backend.accounts.conftest import APP, App, credentials
from tests.unit.backend.realtime.sockets import Socket

OWN_ORIGIN = (b"origin", b"http://testserver")
Connect = Callable[..., Awaitable[Socket]]


@pytest.fixture
def owner(transactional_db: None) -> User:
    return User.objects.create_user("owner@example.org", "x", revision=7)


@pytest.fixture
def cookie(owner: User) -> tuple[bytes, bytes]:
    return cookie_of(owner)


def cookie_of(user: User) -> tuple[bytes, bytes]:
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return b"cookie", f"sessionid={client.cookies['sessionid'].value}".encode()


@pytest.fixture
async def connect(transactional_db: None) -> AsyncIterator[Connect]:
    """Opens a socket, and closes it when the test ends."""
    channel_layers.backends.clear()
    opened = []

    async def run(*headers: tuple[bytes, bytes], protocols: tuple[str, ...] = ()) -> Socket:
        socket = Socket(application, "/ws/events", list(headers), protocols)
        opened.append(socket)
        await socket.connect()
        return socket

    yield run
    for socket in opened:
        await socket.disconnect()
    # The thread that the sockets read the database in has a connection of its own.
    await sync_to_async(connections.close_all)()


async def test_a_page_of_ours_is_greeted_with_the_revision(
    connect: Connect, cookie: tuple[bytes, bytes]
) -> None:
    socket = await connect(OWN_ORIGIN, cookie)
    assert socket.was_accepted
    assert await socket.receive() == {"type": "hello", "revision": 7}


async def test_an_app_is_greeted_too(connect: Connect) -> None:
    app = App()
    await sync_to_async(app.send)("post", f"{APP}/auth/signup", credentials())
    socket = await connect((b"x-session-token", app.token.encode()))
    assert await socket.receive() == {"type": "hello", "revision": 0}


async def test_an_app_in_a_browser_offers_its_token_as_a_protocol(connect: Connect) -> None:
    app = App()
    await sync_to_async(app.send)("post", f"{APP}/auth/signup", credentials())
    socket = await connect((b"origin", b"http://app.example"), protocols=("session-token", app.token))
    assert await socket.receive() == {"type": "hello", "revision": 0}
    assert socket.protocol == "session-token"


@pytest.mark.parametrize("protocols", [("session-token", "nonsense"), ("session-token", "")])
async def test_a_wrong_token_as_a_protocol_is_closed(
    connect: Connect, cookie: tuple[bytes, bytes], protocols: tuple[str, ...]
) -> None:
    socket = await connect((b"origin", b"http://evil.example"), cookie, protocols=protocols)
    assert (socket.was_accepted, socket.protocol) == (True, "session-token")
    assert await socket.receive_output() == {"type": "websocket.close", "code": 4401}


@pytest.mark.parametrize("protocols", [("session-token",), ("a", "b", "c"), ("other", "x")])
async def test_other_protocols_open_nothing_to_a_foreign_page(
    connect: Connect, cookie: tuple[bytes, bytes], protocols: tuple[str, ...]
) -> None:
    socket = await connect((b"origin", b"http://evil.example"), cookie, protocols=protocols)
    assert (socket.was_accepted, socket.protocol) == (False, None)


@pytest.mark.parametrize("token", [b"nonsense", b"", b"\xff\xfe"])
async def test_a_wrong_token_is_closed(connect: Connect, owner: User, token: bytes) -> None:
    socket = await connect((b"x-session-token", token))
    assert socket.was_accepted
    assert await socket.receive_output() == {"type": "websocket.close", "code": 4401}


async def test_a_wrong_token_does_not_fall_back_to_the_cookie(
    connect: Connect, cookie: tuple[bytes, bytes]
) -> None:
    socket = await connect((b"x-session-token", b"nonsense"), (b"origin", b"http://evil.example"), cookie)
    assert await socket.receive_output() == {"type": "websocket.close", "code": 4401}


async def test_nobody_is_closed_with_a_code_that_browsers_see(connect: Connect) -> None:
    socket = await connect(OWN_ORIGIN)
    assert socket.was_accepted
    assert await socket.receive_output() == {"type": "websocket.close", "code": 4401}


@pytest.mark.parametrize("headers", [[(b"origin", b"http://evil.example")], [(b"origin", b"null")], []])
async def test_a_foreign_page_is_refused(
    connect: Connect, cookie: tuple[bytes, bytes], headers: list[tuple[bytes, bytes]]
) -> None:
    socket = await connect(*headers, cookie)
    assert not socket.was_accepted


async def test_ping_and_garbage(connect: Connect, cookie: tuple[bytes, bytes]) -> None:
    socket = await connect(OWN_ORIGIN, cookie)
    await socket.receive()
    for garbage in ("", "{", "[]", "null", '"ping"', '{"type": "pong"}', '{"type": []}', "1" * 5000):
        await socket.send(text=garbage)
    await socket.send(bytes=b"\x00\xff")
    await socket.send(text='{"type": "ping"}')
    assert await socket.receive() == {"type": "pong"}
    assert await socket.receive_nothing(0.01, 0.001)


async def test_events_reach_all_sockets_of_the_owner_and_no_other(
    connect: Connect, owner: User, cookie: tuple[bytes, bytes]
) -> None:
    stranger = await sync_to_async(User.objects.create_user)("stranger@example.org", "x")
    sockets = [
        await connect(OWN_ORIGIN, cookie),
        await connect(OWN_ORIGIN, cookie),
        await connect(OWN_ORIGIN, await sync_to_async(cookie_of)(stranger)),
    ]
    for socket in sockets:
        await socket.receive()
    event: Any = {"type": "recording.deleted", "revision": 8, "recording_id": "가"}
    await sync_to_async(publisher.publish)(owner.pk, event)
    for socket in sockets[:2]:
        assert await socket.receive() == event
    assert await sockets[2].receive_nothing(0.01, 0.001)


async def test_a_closed_socket_leaves_its_group(
    connect: Connect, owner: User, cookie: tuple[bytes, bytes]
) -> None:
    socket = await connect(OWN_ORIGIN, cookie)
    await socket.receive()
    layer = channel_layers["default"]
    assert list(layer.groups) == [publisher.group_of(owner.pk)]
    await socket.disconnect()
    assert list(layer.groups) == []


async def test_a_socket_is_closed_when_its_device_is_signed_out(
    connect: Connect, cookie: tuple[bytes, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "SESSION_CHECK_S", 0.01)
    socket = await connect(OWN_ORIGIN, cookie)
    await socket.receive()
    await sync_to_async(Session.objects.all().delete)()
    assert (await socket.receive_output())["code"] == consumers.CLOSE_NOT_AUTHENTICATED


@pytest.mark.parametrize(
    "text", ["[" * 60_000, '{"type":' * 900, '{"type": "ping", "more": "' + "x" * 2000 + '"}', '"ping"', ""]
)
async def test_what_is_no_ping_is_passed_over(
    connect: Connect, cookie: tuple[bytes, bytes], text: str
) -> None:
    socket = await connect(OWN_ORIGIN, cookie)
    await socket.receive()
    await socket.send(text=text)
    await socket.send(bytes=b"\xff")
    await socket.send(text='{"type": "ping"}')
    assert await socket.receive() == {"type": "pong"}


async def test_where_nothing_listens_the_handshake_is_refused(cookie: tuple[bytes, bytes]) -> None:
    for path in ("/ws/nothing", "/ws/care/none", "/ws/events/"):
        socket = Socket(application, path, [OWN_ORIGIN, cookie])
        await socket.send_input({"type": "websocket.connect"})
        assert await socket.receive_output() == {"type": "websocket.close"}
        await socket.wait()


@pytest.mark.parametrize("error", [OperationalError("away"), RedisError("away")])
async def test_an_outage_closes_with_a_code_that_says_to_come_back(
    connect: Connect,
    cookie: tuple[bytes, bytes],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    def away(_: object) -> str:
        raise error

    monkeypatch.setattr(consumers, "group_of", away)
    socket = await connect(OWN_ORIGIN, cookie)
    assert await socket.receive_output() == {"type": "websocket.close", "code": 4503}


async def test_an_outage_in_the_middle_leaves_nothing_running(
    connect: Connect, cookie: tuple[bytes, bytes], owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise RedisError("away")

    before = metrics.sockets.labels("events")._value.get()
    socket = await connect(OWN_ORIGIN, cookie)
    await socket.receive()
    assert metrics.sockets.labels("events")._value.get() == before + 1
    monkeypatch.setattr(consumers.EventsConsumer, "receive", away)
    await socket.send(text="{}")
    assert await socket.receive_output() == {"type": "websocket.close", "code": 4503}
    await socket.wait()
    assert metrics.sockets.labels("events")._value.get() == before
    assert not [task for task in asyncio.all_tasks() if "_close_when_signed_out" in repr(task)]


async def test_what_is_said_after_the_end_goes_nowhere(connect: Connect, owner: User) -> None:
    socket = await connect((b"x-session-token", b"nonsense"))
    assert await socket.receive_output() == {"type": "websocket.close", "code": 4401}
    await socket.send(text='{"type": "ping"}')
    assert await socket.receive_nothing()
