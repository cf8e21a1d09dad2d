"""`/ws/care/<link>` through the whole ASGI application: who may watch, what goes over it, and how it ends."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import channel_layers
from django.contrib.sessions.models import Session
from django.db import connections
from django.utils import timezone

from backend.accounts.models import User
from backend.care import consumers
from backend.care.models import CareLink
from backend.care.services import links
from backend.config.asgi import application
from backend.conversations.models import Conversation, Recording
from backend.realtime import publisher
from tests.unit.backend.care.world import SECRET, make_link, make_recording, make_user
from tests.unit.backend.realtime.sockets import Socket
from tests.unit.backend.realtime.test_events_socket import OWN_ORIGIN, cookie_of

Watch = Callable[..., Awaitable[Socket]]
CLOSED = {"type": "websocket.close", "code": 4403}


@pytest.fixture
def owner(transactional_db: None) -> User:
    return make_user("owner")


@pytest.fixture
def link(owner: User) -> CareLink:
    return make_link(owner, make_user("caregiver"), ["timeline"])


@pytest.fixture
def recording(owner: User) -> Recording:
    return make_recording(owner)


@pytest.fixture
async def watch(transactional_db: None) -> AsyncIterator[Watch]:
    channel_layers.backends.clear()
    opened = []

    async def run(user: User | None, link_id: uuid.UUID) -> Socket:
        headers = [OWN_ORIGIN] if user is None else [OWN_ORIGIN, await sync_to_async(cookie_of)(user)]
        socket = Socket(application, f"/ws/care/{link_id}", headers)
        opened.append(socket)
        await socket.connect()
        return socket

    yield run
    for socket in opened:
        await socket.disconnect()
    await sync_to_async(connections.close_all)()


async def tell(recording: Recording, **changes: Any) -> None:
    event: Any = {
        "type": "utterances.stored",
        "revision": 2,
        "recording": {"id": str(recording.pk), "conversation_id": str(recording.conversation_id)},
        "utterances": [{"text": SECRET}],
        **changes,
    }
    await sync_to_async(publisher.publish)(recording.owner_id, event)


async def test_news_without_content(watch: Watch, link: CareLink, recording: Recording) -> None:
    socket = await watch(link.caregiver, link.pk)
    assert await socket.receive() == {"type": "care.watching", "scopes": ["timeline"]}
    await tell(recording)
    assert await socket.receive() == {
        "type": "care.stale",
        "conversation_id": str(recording.conversation_id),
    }
    await socket.send(text='{"type": "ping"}')
    assert await socket.receive() == {"type": "pong"}


async def test_news_of_an_edit(watch: Watch, link: CareLink, recording: Recording) -> None:
    socket = await watch(link.caregiver, link.pk)
    await socket.receive()
    conversation_id = str(recording.conversation_id)
    await tell(recording, type="utterances.changed", conversation_id=conversation_id)
    assert await socket.receive() == {"type": "care.stale", "conversation_id": conversation_id}


async def test_news_of_the_trash(watch: Watch, link: CareLink, recording: Recording) -> None:
    socket = await watch(link.caregiver, link.pk)
    await socket.receive()
    conversation_id = str(recording.conversation_id)
    await Conversation.objects.aupdate(trashed_at=timezone.now())
    await tell(recording, type="conversation.changed", conversation={"id": conversation_id, "title": SECRET})
    assert await socket.receive() == {"type": "care.stale", "conversation_id": conversation_id}


async def test_what_else_the_owner_is_told_stops_here(
    watch: Watch, link: CareLink, recording: Recording
) -> None:
    socket = await watch(link.caregiver, link.pk)
    await socket.receive()
    for event_type in ("recording.deleted", "analysis.progress", "care.changed", "something.to.come"):
        await tell(recording, type=event_type)
    assert await socket.receive_nothing(0.05, 0.01)


@pytest.mark.parametrize("who", ["stranger", "owner", "caregiver"])
async def test_a_link_that_is_not_open_for_you(watch: Watch, owner: User, link: CareLink, who: str) -> None:
    link_id = uuid.uuid4() if who == "caregiver" else link.pk
    user = await sync_to_async(make_user)(who)
    socket = await watch(user, link_id)
    assert await socket.receive_output() == CLOSED


async def test_nobody(watch: Watch, link: CareLink) -> None:
    socket = await watch(None, link.pk)
    assert await socket.receive_output() == {"type": "websocket.close", "code": 4401}


async def test_only_news_of_shared_conversations(
    watch: Watch, owner: User, link: CareLink, recording: Recording
) -> None:
    other = await sync_to_async(make_recording)(owner)
    await sync_to_async(links.link_change)(
        owner=owner, link_id=link.pk, conversation_ids=[other.conversation_id]
    )
    socket = await watch(link.caregiver, link.pk)
    await socket.receive()
    await tell(recording)
    assert await socket.receive_nothing(0.05, 0.01)
    await tell(other)
    assert (await socket.receive())["conversation_id"] == str(other.conversation_id)


async def test_scopes_that_change_are_told(watch: Watch, owner: User, link: CareLink) -> None:
    socket = await watch(link.caregiver, link.pk)
    await socket.receive()
    await sync_to_async(links.link_change)(owner=owner, link_id=link.pk, scopes=["transcript", "audio"])
    assert await socket.receive() == {"type": "care.watching", "scopes": ["audio", "transcript"]}


async def test_a_pause_and_an_end_close_it_at_once(watch: Watch, owner: User, link: CareLink) -> None:
    pause, end = sync_to_async(links.link_pause), sync_to_async(links.link_end)
    socket = await watch(link.caregiver, link.pk)
    await socket.receive()
    await pause(owner=owner, link_id=link.pk, is_paused=True)
    assert await socket.receive_output() == CLOSED
    assert await (await watch(link.caregiver, link.pk)).receive_output() == CLOSED
    await pause(owner=owner, link_id=link.pk, is_paused=False)
    again = await watch(link.caregiver, link.pk)
    await again.receive()
    await end(user=owner, link_id=link.pk)
    assert await again.receive_output() == CLOSED


async def test_a_lost_signal_costs_nothing_the_next_event_closes_it(
    watch: Watch, link: CareLink, recording: Recording
) -> None:
    socket = await watch(link.caregiver, link.pk)
    await socket.receive()
    await CareLink.objects.filter(pk=link.pk).aupdate(ended_at=timezone.now())
    await tell(recording)
    assert await socket.receive_output() == CLOSED


@pytest.mark.parametrize("over", ["signed out", "end date"])
async def test_what_ends_silently_is_noticed(
    watch: Watch, link: CareLink, monkeypatch: pytest.MonkeyPatch, over: str
) -> None:
    monkeypatch.setattr(consumers, "CHECK_S", 0.01)
    socket = await watch(link.caregiver, link.pk)
    await socket.receive()
    if over == "signed out":
        await sync_to_async(Session.objects.all().delete)()
    else:
        await CareLink.objects.filter(pk=link.pk).aupdate(ends_at=timezone.now())
    assert (await socket.receive_output())["code"] == (4401 if over == "signed out" else 4403)


async def test_a_closed_socket_leaves_its_groups(watch: Watch, link: CareLink) -> None:
    socket = await watch(link.caregiver, link.pk)
    await socket.receive()
    layer = channel_layers["default"]
    assert len(layer.groups) == 2
    await socket.disconnect()
    assert list(layer.groups) == []
