"""Refuses request bodies over the limit before anything of them reaches the disk."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MULTIPART_ALLOWANCE_BYTES = 64 * 1024
"""The parts of a form beside the audio itself."""


class BodyLimit:
    """ASGI middleware. The body of a refused request is read and thrown away, because a client that is cut off
    while it sends sees a broken connection instead of the answer that says what to do."""

    def __init__(self, app: App, *, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if b"chunked" in headers.get(b"transfer-encoding", b"").lower():
            await refuse(
                receive,
                send,
                status=411,
                code="length_required",
                title="The length is missing",
                detail="Send the request with a Content-Length header.",
            )
        elif int(headers.get(b"content-length", b"0")) > self._max_bytes + MULTIPART_ALLOWANCE_BYTES:
            await refuse(
                receive,
                send,
                status=413,
                code="recording_too_large",
                title="The recording is too large",
                detail=f"This server takes recordings of up to {self._max_bytes} bytes. "
                "Split it, or save it in a compressed format such as m4a or opus.",
                data={"max_bytes": self._max_bytes},
            )
        else:
            await self._app(scope, receive, send)


async def refuse(receive: Receive, send: Send, *, status: int, **members: Any) -> None:
    """Answer with a problem after the body came, nothing of which is kept."""
    while True:
        event = await receive()
        if event["type"] != "http.request" or not event.get("more_body", False):
            break
    await answer(send, status=status, **members)


async def answer(send: Send, *, status: int, **members: Any) -> None:
    """Answer with a problem, and close the connection."""
    body = json.dumps({"type": "about:blank", "status": status, **members}).encode()
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
