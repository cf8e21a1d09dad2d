"""A socket that the server closed by itself: what is still said to it goes nowhere, and is no error."""

from __future__ import annotations

from typing import Any

import pytest

from backend.realtime.endings import ClearEndings

ACCEPT, TEXT, CLOSE = ({"type": f"websocket.{kind}"} for kind in ("accept", "send", "close"))


class Server:
    """Refuses what comes after it closed the socket, as ASGI servers do."""

    def __init__(self, closes_after: int) -> None:
        self.heard: list[str] = []
        self._closes_after = closes_after

    async def send(self, event: dict[str, Any]) -> None:
        if len(self.heard) >= self._closes_after:
            raise RuntimeError("Unexpected ASGI message, after sending 'websocket.close'.")
        self.heard.append(event["type"])


async def _say(server: Server, *events: dict[str, Any]) -> int:
    said = 0

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        nonlocal said
        for event in events:
            await send(event)
            said += 1

    await ClearEndings(app)({}, None, server.send)
    return said


async def test_what_is_said_to_a_socket_that_the_server_closed_goes_nowhere() -> None:
    server = Server(closes_after=2)
    assert await _say(server, ACCEPT, TEXT, TEXT, TEXT, CLOSE) == 5
    assert server.heard == ["websocket.accept", "websocket.send"]


async def test_after_our_own_close_nothing_is_sent() -> None:
    server = Server(closes_after=9)
    await _say(server, ACCEPT, CLOSE, TEXT)
    assert server.heard == ["websocket.accept", "websocket.close"]


async def test_a_mistake_before_the_socket_is_open_is_an_error() -> None:
    with pytest.raises(RuntimeError):
        await _say(Server(closes_after=0), TEXT)
