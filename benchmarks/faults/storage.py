"""The object store refuses, breaks or dawdles: an S3 server behind a proxy that does so when it is told to."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.faults.crowd import Account, Crowd
from benchmarks.faults.kept_worker import kept_worker
from benchmarks.faults.processes import FIRST_S, SILENT_S
from tests.live_stack import live_stack
from tests.s3_server import ACCESS_KEY, BUCKET, SECRET_KEY, s3_server

MOODS = ("503", "403", "cut", "slow")
MOOD_S = 6.0
SLOW_S = 2.0


def run(folder: Path, uploads: int, seed: int) -> Account:
    """Each of `MOODS` for a while."""
    with (
        s3_server() as address,
        moody_proxy(address) as proxy,
        live_stack(
            folder / "data",
            has_worker=False,
            WORKER_SILENT_S=SILENT_S,
            MEDIA_S3_BUCKET=BUCKET,
            MEDIA_S3_ENDPOINT=proxy.address,
            MEDIA_S3_REGION="us-east-1",
            MEDIA_S3_ACCESS_KEY=ACCESS_KEY,
            MEDIA_S3_SECRET_KEY=SECRET_KEY,
        ) as stack,
        kept_worker(stack),
    ):
        crowd = Crowd(stack, seed)
        with crowd.sending(uploads, pause_s=2.0):
            time.sleep(FIRST_S)
            for mood in MOODS:
                proxy.mood = mood
                time.sleep(MOOD_S)
            proxy.mood = ""
        account = crowd.settle()
        if not account.put_off["503 storage_unavailable"]:
            account.wrong.append("nobody was told that the storage is away")
        return account


@dataclass(slots=True)
class MoodyProxy:
    """Stands before an S3 server."""

    address: str = ""
    mood: str = ""
    """One of `MOODS`; empty: it only passes things on."""


@contextmanager
def moody_proxy(server: str) -> Iterator[MoodyProxy]:
    proxy = MoodyProxy()
    target = urlsplit(server)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if proxy.mood == "cut":
                self.close_connection = True
                self.connection.close()
                return
            if proxy.mood in ("503", "403"):
                self._answer(int(proxy.mood), [], b"<Error><Code>SlowDown</Code></Error>")
                return
            if proxy.mood == "slow":
                time.sleep(SLOW_S)
            connection = http.client.HTTPConnection(target.hostname or "", target.port, timeout=60)
            try:
                connection.request(self.command, self.path, body, dict(self.headers))
                answer = connection.getresponse()
                self._answer(answer.status, answer.getheaders(), answer.read())
            finally:
                connection.close()

        do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = do_any

        def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
            self.send_response_only(status)
            for name, value in headers:
                if name.lower() not in ("transfer-encoding", "content-length", "connection"):
                    self.send_header(name, value)
            told = dict(headers).get("Content-Length") if self.command == "HEAD" else None
            self.send_header("Content-Length", told or str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            """Silent."""

    server_of_proxy = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server_of_proxy.daemon_threads = True
    thread = threading.Thread(target=server_of_proxy.serve_forever)
    thread.start()
    proxy.address = f"http://127.0.0.1:{server_of_proxy.server_port}"
    try:
        yield proxy
    finally:
        server_of_proxy.shutdown()
        thread.join()
        server_of_proxy.server_close()
