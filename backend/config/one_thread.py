"""Runs each request in one thread of a few that stay, from its first middleware to its last."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler
from django.db import close_old_connections, connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from backend.config.body_limit import answer
from backend.config.early_sign_in import SMALL_BODY_BYTES
from backend.core import outages
from backend.core.spool import Spool

THREADS = 32
"""As many connections to the database at most, however many people come at once."""
UPLOAD_THREADS = 8
"""Of these, for what people send. The others are never behind a crowd of uploads: workers, who would have nothing to do
until they are given the audio of what came first, and people who look at what they have."""
ALIVE_PATH = "/healthz"
_CONNECTION_MAX_AGE_S = 600


class _NotKeptError(Exception):
    """A body that has no place; `reason` is what the disk said."""

    def __init__(self, reason: OSError) -> None:
        super().__init__(reason)
        self.reason = reason


class OneThreadHandler(ASGIHandler):
    """Django gives each request a new thread, so that each connects to the database anew, and goes back to the event
    loop between middleware and view. None of ours waits for the loop, and each change of threads costs a turn in the
    queue for a processor."""

    def __init__(self) -> None:
        super().__init__()
        self._threads = ThreadPoolExecutor(THREADS - UPLOAD_THREADS, thread_name_prefix="request")
        self._upload_threads = ThreadPoolExecutor(UPLOAD_THREADS, thread_name_prefix="upload")

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        except _NotKeptError as error:
            problem = outages.storage_problem_of(error.reason)
            await answer(
                send,
                status=problem.status,
                code=problem.code,
                title=problem.title,
                detail=problem.detail,
            )

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == ALIVE_PATH:
            # This process is alive also when every thread waits for a storage that dawdles.
            in_a_thread = sync_to_async(self.get_response)
        else:
            threads = self._upload_threads if _is_upload(request) else self._threads
            in_a_thread = sync_to_async(self._response, thread_sensitive=False, executor=threads)
        response: HttpResponseBase = await in_a_thread(request)
        return response

    def _response(self, request: HttpRequest) -> HttpResponseBase:
        # What Django does around a request, in a thread that has no connection here: one that broke, or is too old,
        # is not used again.
        close_old_connections()
        try:
            return self.get_response(request)
        finally:
            close_old_connections()

    async def read_body(self, receive: Any) -> Any:
        """Large bodies go where uploads go; Django would take the system's temporary folder."""
        body = Spool(
            max_memory_bytes=settings.FILE_UPLOAD_MAX_MEMORY_SIZE, folder=settings.FILE_UPLOAD_TEMP_DIR
        )
        while True:
            event = await receive()
            if event["type"] == "http.disconnect":
                body.close()
                raise RequestAborted
            try:
                body.write(event.get("body", b""))
            except OSError as error:
                body.close()
                # Who still sends when the connection is closed sees that, and not the answer.
                while event.get("more_body", False):
                    event = await receive()
                raise _NotKeptError(error) from error
            if not event.get("more_body", False):
                break
        # Django closes it with the request.
        return body.reader()


def _is_upload(request: HttpRequest) -> bool:
    length = request.META.get("CONTENT_LENGTH", "")
    return length.isdigit() and int(length) > SMALL_BODY_BYTES


def keep_connections() -> None:
    """For a process whose threads stay: each finds its connection to the database open."""
    for name in connections.settings:
        connections.settings[name].update(CONN_MAX_AGE=_CONNECTION_MAX_AGE_S, CONN_HEALTH_CHECKS=True)
