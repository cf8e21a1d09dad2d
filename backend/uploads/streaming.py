"""Cuts the body of an upload into small requests, so that what arrives is stored while it arrives.

Django hands a request to its view when the last byte of the body is there, and drops what came of a request that is
cut off. A phone in a lift would then send the same hour of audio again and again. So a long PATCH becomes several
short ones at the offsets that follow, each stored before the next is read; of one that is cut off, what came is kept.
The view sees whole requests only, each signed in and checked like any other.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = dict[bytes, bytes]

PREFIX = "/api/v1/uploads/"
PIECE_TYPE = b"application/offset+octet-stream"
BLOCK_BYTES = 2 * 1024 * 1024
IDLE_LIMIT_S = 60.0
"""Without a byte for longer, the sender is taken to be gone: phones leave connections without a word."""


@dataclass(slots=True)
class _Answer:
    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""

    def header(self, name: bytes) -> bytes | None:
        return next((value for key, value in self.headers if key.lower() == name), None)

    async def send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body})


class _Body:
    """What a client sends, in blocks."""

    def __init__(self, receive: Receive, idle_limit_s: float) -> None:
        self._receive = receive
        self._idle_limit_s = idle_limit_s
        self._rest = b""
        self.is_over = False
        self.is_cut = False
        self.is_idle = False

    async def block(self, size_bytes: int) -> bytes:
        """The next bytes, fewer than `size_bytes` at the end. Sets `is_over`, or `is_cut` when it breaks off."""
        block = bytearray(self._rest)
        while len(block) < size_bytes and not self.is_over:
            block += await self._next()
        self._rest = bytes(block[size_bytes:])
        return bytes(block[:size_bytes])

    @property
    def is_read(self) -> bool:
        return self.is_over and not self._rest

    async def throw_away(self) -> None:
        """A client that is cut off while it sends would not see the answer."""
        self._rest = b""
        while not self.is_over:
            await self._next()

    async def _next(self) -> bytes:
        try:
            event = await asyncio.wait_for(self._receive(), self._idle_limit_s)
        except TimeoutError:
            self.is_over = self.is_cut = self.is_idle = True
            return b""
        if event["type"] != "http.request":
            self.is_over = self.is_cut = True
            return b""
        self.is_over = not event.get("more_body", False)
        return bytes(event.get("body", b""))


class UploadStreaming:
    """ASGI middleware for the addresses of resumable uploads; everything else passes."""

    def __init__(
        self, app: App, *, block_bytes: int = BLOCK_BYTES, idle_limit_s: float = IDLE_LIMIT_S
    ) -> None:
        self._app = app
        self._block_bytes = block_bytes
        self._idle_limit_s = idle_limit_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._app(scope, receive, send)
            return
        scope = _with_its_real_method(scope)
        headers = dict(scope["headers"])
        is_piece = headers.get(b"content-type", b"").partition(b";")[0].strip().lower() == PIECE_TYPE
        if scope["method"] == "POST" and is_piece:
            await self._create(scope, headers, receive, send)
        elif scope["method"] == "PATCH" and is_piece and headers.get(b"upload-offset", b"").isdigit():
            answer = await self._append(scope, headers, receive)
            if answer is not None:
                await answer.send(send)
        else:
            await self._app(scope, receive, send)

    async def _create(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        """Creation with upload: a creation, and the body as the upload's first bytes."""
        created = await self._ask(scope, "POST", scope["path"], headers, b"")
        body = _Body(receive, self._idle_limit_s)
        location = created.header(b"location")
        if created.status != 201 or location is None or created.header(b"upload-offset") != b"0":
            # Refused, or begun before: the client reads the offset from the answer and goes on from there.
            await body.throw_away()
            await created.send(send)
            return
        path = location.decode("ascii")
        appended = await self._append({**scope, "path": path}, {**headers, b"upload-offset": b"0"}, receive)
        if appended is None:
            return
        if appended.status != 204:
            await appended.send(send)
            return
        told = {b"upload-offset", b"upload-expires"}
        kept = [pair for pair in created.headers if pair[0].lower() not in told]
        created.headers = kept + [pair for pair in appended.headers if pair[0].lower() in told]
        await created.send(send)

    async def _append(self, scope: Scope, headers: Headers, receive: Receive) -> _Answer | None:
        """The answer to the last piece, or to the first that is refused. None: nobody is there to hear it."""
        if b"upload-checksum" in headers:
            # The digest is of the whole body: all of it is stored, or nothing.
            return await self._whole(scope, headers, receive)
        body = _Body(receive, self._idle_limit_s)
        offset = headers[b"upload-offset"]
        if int(headers.get(b"content-length", b"0")) > self._block_bytes:
            # What would be refused anyway is refused before any of it is kept.
            first = await self._ask(scope, "PATCH", scope["path"], {**headers, b"upload-offset": offset}, b"")
            if first.status != 204:
                await body.throw_away()
                return first
        while True:
            block = await body.block(self._block_bytes)
            if body.is_cut and not block:
                return _idle() if body.is_idle else None
            answer = await self._ask(
                scope, "PATCH", scope["path"], {**headers, b"upload-offset": offset}, block
            )
            if answer.status != 204:
                await body.throw_away()
            if body.is_cut and not body.is_idle:
                return None
            if answer.status != 204 or (body.is_read and not body.is_idle):
                return answer
            offset = answer.header(b"upload-offset") or offset

    async def _whole(self, scope: Scope, headers: Headers, receive: Receive) -> _Answer:
        answer = _Answer()
        inner = {
            **scope,
            "method": "PATCH",
            "raw_path": scope["path"].encode(),
            "headers": list(headers.items()),
        }
        await self._app(inner, receive, _keeping(answer))
        return answer

    async def _ask(self, scope: Scope, method: str, path: str, headers: Headers, body: bytes) -> _Answer:
        """One whole request to the application."""
        answer = _Answer()
        headers = {**headers, b"content-length": str(len(body)).encode()}
        inner = {
            **scope,
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "headers": list(headers.items()),
        }
        events: list[Event] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Event:
            if events:
                return events.pop()
            # The client may be gone already; what it sent is stored all the same.
            return await asyncio.Future()

        await self._app(inner, receive, _keeping(answer))
        return answer


def _keeping(answer: _Answer) -> Send:
    async def send(event: Event) -> None:
        if event["type"] == "http.response.start":
            answer.status, answer.headers = event["status"], list(event["headers"])
        else:
            answer.body += event.get("body", b"")

    return send


def _with_its_real_method(scope: Scope) -> Scope:
    """Clients behind a proxy that lets only GET and POST pass say in a header what they mean."""
    method = dict(scope["headers"]).get(b"x-http-method-override")
    return scope if method is None else {**scope, "method": method.decode("latin-1").strip().upper()}


def _idle() -> _Answer:
    problem = {
        "type": "about:blank",
        "title": "Nothing came any more",
        "status": 408,
        "code": "upload_idle",
        "detail": "Ask with HEAD how far the upload is, and go on from there.",
    }
    body = json.dumps(problem).encode()
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
        (b"tus-resumable", b"1.0.0"),
        (b"connection", b"close"),
    ]
    return _Answer(408, headers, body)
