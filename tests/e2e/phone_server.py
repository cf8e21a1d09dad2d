"""The exported web target of the mobile client and the API of a running stack under one address.

A phone needs no such thing. A browser does: the product allows no foreign page to call its API, and this keeps it so.
"""

from __future__ import annotations

import contextlib
import http.client
import mimetypes
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

_PASSED_ON = ("/api/", "/_allauth/")
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "host"}
mimetypes.add_type("application/wasm", ".wasm")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    folder: Path
    backend: str

    def log_message(self, *_: object) -> None:
        """Nothing: a test's output is its own."""

    def handle_any(self) -> None:
        if self.headers.get("Upgrade", "").lower() == "websocket":
            self._tunnel()
        elif self.path.startswith(_PASSED_ON):
            self._pass_on()
        else:
            self._page()

    do_GET = do_POST = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = handle_any

    def _tunnel(self) -> None:
        """A websocket: the same request to the backend, then bytes both ways until one side ends."""
        self.close_connection = True
        there = socket.create_connection((urlsplit(self.backend).hostname, urlsplit(self.backend).port), 10)
        there.settimeout(None)
        lines = [f"{self.command} {self.path} HTTP/1.1", *(f"{k}: {v}" for k, v in self.headers.items())]
        there.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
        up = threading.Thread(target=_copy, args=(self.connection, there), daemon=True)
        up.start()
        _copy(there, self.connection)
        up.join(5)
        there.close()

    def _pass_on(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else None
        headers = {k: v for k, v in self.headers.items() if k.lower() not in _HOP_BY_HOP}
        connection = http.client.HTTPConnection(urlsplit(self.backend).netloc, timeout=60)
        try:
            connection.request(self.command, self.path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
        except OSError:
            self.send_error(502)
            return
        finally:
            connection.close()
        self._answer(answer.status, dict(answer.getheaders()), content)

    def _page(self) -> None:
        """A file of the export, else its one page: every other address is a screen of it."""
        wanted = (self.folder / urlsplit(self.path).path.lstrip("/")).resolve()
        inside = wanted.is_relative_to(self.folder) and wanted.is_file()
        path = wanted if inside else self.folder / "index.html"
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        self._answer(200, {"Content-Type": kind}, path.read_bytes())

    def _answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in _HOP_BY_HOP | {"content-length", "date", "server"}:
                self.send_header(name, value)
        length = headers.get("content-length", headers.get("Content-Length", str(len(content))))
        self.send_header("Content-Length", length if self.command == "HEAD" else str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    for end in (source, target):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextmanager
def phone_server(folder: Path, backend: str) -> Iterator[str]:
    """Serves while the block runs. Gives its address."""
    handler = type("Handler", (_Handler,), {"folder": folder.resolve(), "backend": backend})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
