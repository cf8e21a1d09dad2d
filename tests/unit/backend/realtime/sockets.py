"""The other end of a websocket. (`channels.testing` needs a server that we do not use.)"""

from __future__ import annotations

import json
from typing import Any

from asgiref.testing import ApplicationCommunicator


class Socket(ApplicationCommunicator):
    def __init__(
        self, application: Any, path: str, headers: list[tuple[bytes, bytes]], protocols: tuple[str, ...] = ()
    ) -> None:
        scope = {
            "type": "websocket",
            "path": path,
            "query_string": b"",
            "headers": [(b"host", b"testserver"), *headers],
            "subprotocols": list(protocols),
        }
        super().__init__(application, scope)
        self.was_accepted = False
        self.protocol: str | None = None

    async def connect(self) -> None:
        await self.send_input({"type": "websocket.connect"})
        answer = await self.receive_output()
        self.was_accepted = answer["type"] == "websocket.accept"
        self.protocol = answer.get("subprotocol")

    async def send(self, **frame: str | bytes) -> None:
        """`text=` or `bytes=`."""
        await self.send_input({"type": "websocket.receive", **frame})

    async def receive(self) -> Any:
        answer = await self.receive_output()
        assert answer["type"] == "websocket.send", answer
        return json.loads(answer["text"])

    async def disconnect(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait()
