"""One websocket as an ASGI application: several things at a time, which Channels' consumers do one after the other."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from channels.layers import get_channel_layer

from backend.accounts.models import User
from backend.core import metrics
from backend.core.errors import ProblemError
from backend.live.database import in_database
from backend.live.errors import CLOSE_BAD_MESSAGE, LiveProblem, MalformedMessageError, NotSignedInError
from backend.live.messages import LiveError
from backend.live.parsing import parse_message
from backend.realtime.consumers import SESSION_CHECK_S, is_signed_in

logger = logging.getLogger(__name__)

FIRST_MESSAGE_LIMIT_S = 10.0
CLOSE_SERVER_ERROR = 1011
CANCEL_TRIES, CANCEL_LIMIT_S = 5, 1.0


class DisconnectedError(Exception):
    """The client is gone."""


class Connection:
    """Receives and sends; knows nothing of what."""

    def __init__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        self.scope = scope
        self._receive, self._send = receive, send

    async def accept(self) -> None:
        """Accepted before anything is checked: a browser sees the code of the closing only then."""
        await self._receive()
        await self._send({"type": "websocket.accept"})

    def signed_in_user(self) -> User:
        """Raises `NotSignedInError`."""
        user = self.scope["user"]
        if not isinstance(user, User):
            raise NotSignedInError("You are signed out. Sign in again; what you say is kept on this device.")
        return user

    async def receive(self) -> str | bytes:
        """The next message. Raises `DisconnectedError`."""
        event = await self._receive()
        if event["type"] == "websocket.disconnect":
            raise DisconnectedError
        text, data = event.get("text"), event.get("bytes")
        return text if text is not None else data or b""

    async def first_message(self) -> dict[str, Any]:
        """Raises `MalformedMessageError`, `DisconnectedError`."""
        try:
            async with asyncio.timeout(FIRST_MESSAGE_LIMIT_S):
                first = await self.receive()
        except TimeoutError:
            raise MalformedMessageError("Nothing was sent. Connect again.") from None
        if isinstance(first, bytes):
            raise MalformedMessageError("The first message says what is wanted. Update the app.")
        return parse_message(first)

    async def send_text(self, text: str) -> None:
        """Raises `DisconnectedError`."""
        try:
            await self._send({"type": "websocket.send", "text": text})
        except OSError as error:
            raise DisconnectedError from error

    async def refuse(self, error: ProblemError, lag_s: float) -> None:
        """Say what is wrong, and close."""
        metrics.live_refusals.labels(error.code).inc()
        code = error.close_code if isinstance(error, LiveProblem) else CLOSE_BAD_MESSAGE
        await self.send_text(json.dumps(error_message(error, lag_s), ensure_ascii=False))
        await self.close(code or CLOSE_BAD_MESSAGE)

    async def close(self, code: int) -> None:
        await self._send({"type": "websocket.close", "code": code})

    async def watch_session(self) -> None:
        """Raises `NotSignedInError` when the device is signed out: a stream outlives its session by a moment only."""
        while await in_database(is_signed_in)(self.scope["session"].session_key):
            await asyncio.sleep(SESSION_CHECK_S)
        self.scope["user"] = None
        self.signed_in_user()


def error_message(error: ProblemError, lag_s: float) -> LiveError:
    is_fatal = not isinstance(error, LiveProblem) or error.close_code is not None
    return {
        "type": "error",
        "code": error.code,
        "detail": error.detail,
        "fatal": is_fatal,
        "data": error.data,
        "lag_s": lag_s,
    }


@asynccontextmanager
async def joined(group: str) -> AsyncIterator[Callable[[], Awaitable[dict[str, Any]]]]:
    """Be in a group of the channel layer. Gives the function that waits for the next message."""
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(group, channel)

    async def next_message() -> dict[str, Any]:
        message = await layer.receive(channel)
        content: dict[str, Any] = json.loads(message["text"])
        return content

    try:
        yield next_message
    finally:
        await layer.group_discard(group, channel)


async def first_of(*parts: Coroutine[Any, Any, None]) -> None:
    """Run `parts` until the first ends, then end the others. Raises what it raised."""
    tasks = [asyncio.ensure_future(part) for part in parts]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await _end(tasks)
    for task in done:
        task.result()


async def _end(tasks: Collection[asyncio.Task[None]]) -> None:
    """Cancel, again where a library swallowed it: nobody must wait for ever for a part that does not end."""
    pending = set(tasks)
    for _ in range(CANCEL_TRIES):
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=CANCEL_LIMIT_S)
        if not pending:
            break
    else:
        logger.error("%d parts of a live connection do not end", len(pending))
    for task in tasks:
        # Looked at, so that it is not reported as never retrieved.
        if task.done() and not task.cancelled():
            task.exception()


async def serve(
    kind: str, connection: Connection, talk: Coroutine[Any, Any, None], lag: Callable[[], float]
) -> None:
    """Run a conversation to its end, whatever that is. `kind` is counted under."""
    try:
        with metrics.sockets.labels(kind).track_inprogress():
            await talk
    except DisconnectedError:
        return
    except ProblemError as error:
        await _quietly(connection.refuse(error, lag()))
    except asyncio.CancelledError:
        raise
    except Exception:  # The boundary: one stream's fault is not another's.
        logger.exception("a live connection failed")
        await _quietly(connection.close(CLOSE_SERVER_ERROR))


async def _quietly(last_words: Coroutine[Any, Any, None]) -> None:
    try:
        async with asyncio.timeout(FIRST_MESSAGE_LIMIT_S):
            await last_words
    except (DisconnectedError, TimeoutError, OSError, RuntimeError) as error:
        logger.debug("the client was gone: %s", error)
