"""Requests run in a few threads that stay, each with a connection to the database of its own."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import RequestAborted
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings

from backend.config import one_thread
from backend.config.one_thread import OneThreadHandler


def sending(*sizes: int) -> Any:
    """An ASGI `receive` of a body in so many bytes a piece; what it has not given yet is `left`."""
    left = [{"type": "http.request", "body": b"x" * size, "more_body": True} for size in sizes]
    left[-1]["more_body"] = False

    async def receive() -> dict[str, Any]:
        return left.pop(0)

    receive.left = left  # type: ignore[attr-defined]
    return receive


def seen_by(handler: OneThreadHandler, path: str, times: int = 1) -> list[str]:
    """The threads that answered."""
    names: list[str] = []

    def get_response(_: Any) -> HttpResponse:
        names.append(threading.current_thread().name)
        return HttpResponse()

    handler.get_response = get_response  # type: ignore[method-assign]

    async def ask() -> None:
        for _ in range(times):
            await handler.get_response_async(RequestFactory().get(path))

    asyncio.run(ask())
    return names


def test_threads_stay() -> None:
    names = seen_by(OneThreadHandler(), "/api/v1/me", times=5)
    assert {name.rpartition("_")[0] for name in names} == {"request"}
    assert len(set(names)) <= one_thread.THREADS


def test_a_crowd_of_uploads_is_in_nobodys_way() -> None:
    """All of its threads wait for a storage that dawdles; a worker is given its audio, a person the list."""
    handler, go_on, begun = OneThreadHandler(), threading.Event(), threading.Semaphore(0)
    answered: list[str] = []

    def get_response(request: HttpRequest) -> HttpResponse:
        begun.release()
        if request.method == "POST":
            assert go_on.wait(30)
        answered.append(request.path)
        return HttpResponse()

    handler.get_response = get_response  # type: ignore[method-assign]
    body = b"x" * (one_thread.SMALL_BODY_BYTES + 1)

    async def ask() -> None:
        crowd = [RequestFactory().post("/api/v1/recordings", body, "audio/wav") for _ in range(40)]
        uploads = [asyncio.ensure_future(handler.get_response_async(request)) for request in crowd]
        for _ in range(one_thread.UPLOAD_THREADS):
            assert await asyncio.to_thread(begun.acquire, timeout=30)
        for path in ("/internal/audio/token", "/api/v1/recordings"):
            await asyncio.wait_for(handler.get_response_async(RequestFactory().get(path)), 30)
        assert answered == ["/internal/audio/token", "/api/v1/recordings"]
        go_on.set()
        await asyncio.gather(*uploads)

    asyncio.run(ask())
    assert len(answered) == 42


def test_the_process_is_alive_also_when_all_of_them_wait() -> None:
    (name,) = seen_by(OneThreadHandler(), one_thread.ALIVE_PATH)
    assert not name.startswith("request")


def test_middleware_and_view_are_in_one_thread() -> None:
    """Django would go back to the event loop for the view, and from there to the thread once more."""
    handler = OneThreadHandler()
    assert not asyncio.iscoroutinefunction(handler._middleware_chain)


@pytest.mark.django_db(transaction=True)
def test_a_connection_is_used_again_until_it_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    handler = OneThreadHandler()
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 600)
    held: list[Any] = []

    def get_response(_: Any) -> HttpResponse:
        connection.ensure_connection()
        held.append(connection.connection)
        return HttpResponse()

    handler.get_response = get_response  # type: ignore[method-assign]
    request = RequestFactory().get("/")
    connection.close()
    for _ in range(2):
        handler._response(request)
    assert held[0] is held[1]
    monkeypatch.setattr(connection, "errors_occurred", True)
    monkeypatch.setattr(connection, "is_usable", lambda: False)
    handler._response(request)
    assert held[2] is not held[1]
    monkeypatch.undo()
    connection.close()


def test_a_large_body_goes_where_uploads_go(tmp_path: Path) -> None:
    with (
        override_settings(FILE_UPLOAD_TEMP_DIR=str(tmp_path / "missing"), FILE_UPLOAD_MAX_MEMORY_SIZE=100),
        pytest.raises(one_thread._NotKeptError),
    ):
        asyncio.run(OneThreadHandler().read_body(sending(40, 40, 40)))
    assert asyncio.run(OneThreadHandler().read_body(sending(5))).read() == b"x" * 5


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [(errno.ENOSPC, 507, "storage_full"), (errno.EIO, 503, "storage_unavailable")],
)
@pytest.mark.parametrize("sizes", [(200,), (200, 40, 40)])
def test_a_body_that_has_no_place_is_refused_in_words(
    monkeypatch: pytest.MonkeyPatch, error: int, status: int, code: str, sizes: tuple[int, ...]
) -> None:
    def fail(*_: Any) -> None:
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(one_thread.Spool, "write", fail)
    receive, sent = sending(*sizes), []

    async def send(event: Any) -> None:
        sent.append(event)

    scope = {"type": "http", "method": "POST", "path": "/api/v1/recordings", "headers": []}
    asyncio.run(OneThreadHandler()(scope, receive, send))
    assert sent[0]["status"] == status
    assert json.loads(sent[1]["body"])["code"] == code
    assert receive.left == [], "the client has sent all of it"


def test_a_client_that_goes_ends_the_request() -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    with pytest.raises(RequestAborted):
        asyncio.run(OneThreadHandler().read_body(receive))
