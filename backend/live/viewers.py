"""`/ws/captions`: somebody reads along on a second screen, without an account, as long as the owner wishes."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from backend.live import selectors
from backend.live.connection import Connection, first_of, joined, serve
from backend.live.database import in_database
from backend.live.errors import CLOSE_ENDED, MalformedMessageError, ShareEndedError
from backend.live.frames import SAMPLE_RATE_HZ
from backend.live.messages import Caption
from backend.live.models import LiveShare
from backend.live.outbox import Outbox
from backend.live.serializers import final_caption
from backend.realtime import publisher

SHOWN_AT_FIRST = 20
_ENDED = "These captions are not shown any more, or the code is wrong. Ask for a new one."


async def captions(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """The ASGI application of `/ws/captions`."""
    connection = Connection(scope, receive, send)
    await serve("captions", connection, _watch(connection), lambda: 0.0)


async def _watch(connection: Connection) -> None:
    await connection.accept()
    message = await connection.first_message()
    code = message.get("code")
    if message["type"] != "watch" or not isinstance(code, str):
        raise MalformedMessageError("The first message is of type watch and holds the code.")
    find = in_database(selectors.share_find)
    share = await find(code=code)
    if share is None:
        raise ShareEndedError(_ENDED)
    async with joined(publisher.live_group_of(share.stream_id, "viewers")) as next_message:
        # Looked up again: it may have been taken back before this connection could hear of it.
        if await find(code=code) is None:
            raise ShareEndedError(_ENDED)
        outbox = Outbox()
        for greeting in await _first_messages(share):
            outbox.put(greeting)
        await first_of(
            _follow(share.pk, next_message, outbox),
            _until_gone(connection),
            outbox.pump(connection.send_text),
        )
    await outbox.drain(connection.send_text)
    await connection.close(CLOSE_ENDED)


@in_database
def _first_messages(share: LiveShare) -> list[Any]:
    """What the talk is called, and the last lines."""
    recording = share.stream.recording
    title = recording.title or recording.conversation.title
    last = share.stream.utterance_count - SHOWN_AT_FIRST
    finals = selectors.finals_from(stream_id=share.stream_id, index=max(0, last))
    return [
        {"type": "watching", "title": title, "lag_s": 0.0},
        *[final_caption(utterance) for utterance in finals],
    ]


async def _follow(
    share_id: int, next_message: Callable[[], Awaitable[dict[str, Any]]], outbox: Outbox
) -> None:
    """Pass on what is said, until the talk or the share ends. Raises `ShareEndedError`."""
    received_s = 0.0
    while True:
        message = await next_message()
        if message["kind"] == "share_ended" and message["share"] == share_id:
            raise ShareEndedError(_ENDED)
        if message["kind"] == "ended":
            outbox.put({"type": "ended", "recording_id": "", "duration_s": received_s, "lag_s": 0.0})
            return
        if message["kind"] not in ("message", "text"):
            continue
        shown = message["message"] if message["kind"] == "message" else json.loads(message["text"])
        if shown["type"] == "ack":
            received_s = shown["received"] / SAMPLE_RATE_HZ
            continue
        if message["kind"] == "message":
            shown = _with_lag(shown, received_s)
        outbox.put(shown)


def _with_lag(caption: Caption, received_s: float) -> Caption:
    return {**caption, "lag_s": round(max(0.0, received_s - caption["end_s"]), 3)}


async def _until_gone(connection: Connection) -> None:
    """Nothing that a viewer sends counts."""
    while True:
        await connection.receive()
