"""Bodies over the limit are answered, not cut off."""

from __future__ import annotations

import json
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator

from backend.config.body_limit import MULTIPART_ALLOWANCE_BYTES, BodyLimit

LIMIT = 1000
MOST = LIMIT + MULTIPART_ALLOWANCE_BYTES


async def echo_length(scope: Any, receive: Any, send: Any) -> None:
    length = 0
    while True:
        event = await receive()
        length += len(event.get("body", b""))
        if not event.get("more_body"):
            break
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(length).encode()})


def asked(*headers: tuple[bytes, bytes]) -> ApplicationCommunicator:
    scope = {"type": "http", "method": "POST", "path": "/", "headers": list(headers)}
    return ApplicationCommunicator(BodyLimit(echo_length, max_bytes=LIMIT), scope)


async def answer(communicator: ApplicationCommunicator) -> tuple[int, dict[bytes, bytes], bytes]:
    start = await communicator.receive_output()
    body = await communicator.receive_output()
    return start["status"], dict(start["headers"]), body["body"]


@pytest.mark.parametrize("length", [0, LIMIT, MOST])
async def test_under_the_limit_it_passes(length: int) -> None:
    communicator = asked((b"content-length", str(length).encode()))
    await communicator.send_input({"type": "http.request", "body": b"x" * length})
    assert await answer(communicator) == (200, {}, str(length).encode())


async def test_no_length_is_no_body() -> None:
    communicator = asked()
    await communicator.send_input({"type": "http.request", "body": b""})
    assert (await answer(communicator))[0] == 200


async def test_over_the_limit_it_is_answered_after_all_of_it_came() -> None:
    communicator = asked((b"content-length", str(MOST + 1).encode()))
    await communicator.send_input({"type": "http.request", "body": b"x" * MOST, "more_body": True})
    assert await communicator.receive_nothing(0.01, 0.001)
    await communicator.send_input({"type": "http.request", "body": b"x", "more_body": False})
    status, headers, body = await answer(communicator)
    assert (status, headers[b"content-type"]) == (413, b"application/problem+json")
    assert headers[b"content-length"] == str(len(body)).encode()
    assert json.loads(body) == {
        "type": "about:blank",
        "status": 413,
        "code": "recording_too_large",
        "title": "The recording is too large",
        "detail": "This server takes recordings of up to 1000 bytes. "
        "Split it, or save it in a compressed format such as m4a or opus.",
        "data": {"max_bytes": 1000},
    }


@pytest.mark.parametrize("coding", [b"chunked", b"Chunked", b"gzip, chunked"])
async def test_a_length_is_needed(coding: bytes) -> None:
    communicator = asked((b"transfer-encoding", coding))
    await communicator.send_input({"type": "http.request", "body": b"x", "more_body": False})
    status, _, body = await answer(communicator)
    assert (status, json.loads(body)["code"]) == (411, "length_required")


async def test_a_client_that_goes_away_ends_it() -> None:
    communicator = asked((b"content-length", str(MOST + 1).encode()))
    await communicator.send_input({"type": "http.disconnect"})
    assert (await answer(communicator))[0] == 413


async def test_other_protocols_pass() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "seen", "scope": scope["type"]})

    communicator = ApplicationCommunicator(BodyLimit(app, max_bytes=1), {"type": "websocket"})
    assert await communicator.receive_output() == {"type": "seen", "scope": "websocket"}
