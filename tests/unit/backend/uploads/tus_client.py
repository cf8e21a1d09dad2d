"""A tus client that speaks to the application as uvicorn would hand it over, with nothing done for it."""

from __future__ import annotations

import asyncio
import base64
import uuid
from collections.abc import Callable, Sequence
from typing import Any

import httpx
from django.conf import settings
from django.core.asgi import get_asgi_application
from rest_framework.test import APIClient

from backend.accounts.models import User
from backend.uploads.streaming import UploadStreaming

ROOT = "/api/v1/uploads/"
PIECE = {"Content-Type": "application/offset+octet-stream"}
_CSRF = "c" * 32


def metadata(**values: str) -> str:
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in values.items())


class Tus:
    """One person (None: nobody). `block_bytes` is how much is stored at once."""

    def __init__(self, user: User | None, *, block_bytes: int = 1024) -> None:
        self._app: Any = UploadStreaming(get_asgi_application(), block_bytes=block_bytes, idle_limit_s=0.2)
        self.cookies = {"csrftoken": _CSRF}
        if user is not None:
            session = APIClient()
            session.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
            self.cookies["sessionid"] = session.cookies["sessionid"].value

    def ask(self, method: str, path: str, content: bytes = b"", **headers: str) -> httpx.Response:
        """Header names are written with underscores; one that is empty is left out."""
        named = {"Tus-Resumable": "1.0.0", "X-CSRFToken": _CSRF}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app, raise_app_exceptions=False)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://testserver", cookies=self.cookies
            ) as client:
                sent = {name: value for name, value in named.items() if value}
                return await client.request(method, path, content=content, headers=sent)

        return asyncio.run(send())

    def create(
        self, length: int, recording_id: uuid.UUID | None = None, content: bytes = b"", **more: str
    ) -> httpx.Response:
        """`more`: further metadata."""
        headers = {"Upload_Length": str(length)} | (
            {"Content_Type": PIECE["Content-Type"]} if content else {}
        )
        values = {"recording_id": str(recording_id or uuid.uuid4()), **more}
        return self.ask("POST", ROOT, content, Upload_Metadata=metadata(**values), **headers)

    def begun(self, length: int, recording_id: uuid.UUID | None = None, **more: str) -> str:
        answer = self.create(length, recording_id, **more)
        assert answer.status_code == 201, answer.text
        return answer.headers["Location"]

    def patch(self, path: str, offset: int, content: bytes, **headers: str) -> httpx.Response:
        named = {"Content_Type": PIECE["Content-Type"], "Upload_Offset": str(offset), **headers}
        return self.ask("PATCH", path, content, **named)

    def offset(self, path: str) -> int:
        answer = self.ask("HEAD", path)
        assert answer.status_code == 200, answer.status_code
        return int(answer.headers["Upload-Offset"])

    def raw(self, method: str, path: str, events: Sequence[Any], **headers: str) -> list[dict[str, Any]]:
        """What the server sends while the client's `events` come; a number is a pause of so many seconds."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        named = {"Tus-Resumable": "1.0.0", "X-CSRFToken": _CSRF, "Cookie": cookie, "Host": "testserver"}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        scope = {
            "type": "http",
            "http_version": "1.1",
            "scheme": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [(name.lower().encode(), value.encode()) for name, value in named.items()],
            "client": ("127.0.0.1", 1),
            "server": ("testserver", 80),
        }
        sent: list[dict[str, Any]] = []
        asyncio.run(_speak(self._app, scope, list(events), sent))
        return sent


async def _speak(app: Any, scope: dict[str, Any], events: list[Any], sent: list[dict[str, Any]]) -> None:
    async def receive() -> Any:
        while events:
            event = events.pop(0)
            if not isinstance(event, int | float):
                return event
            await asyncio.sleep(event)
        return await asyncio.Future()

    async def send(event: Any) -> None:
        sent.append(dict(event))

    await app(scope, receive, send)


def body(content: bytes, *, more: bool) -> dict[str, Any]:
    return {"type": "http.request", "body": content, "more_body": more}


CUT = {"type": "http.disconnect"}
MakeTus = Callable[..., Tus]
