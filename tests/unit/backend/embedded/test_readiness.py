"""A child is ready when its check says so, and not after its death."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from backend.embedded.readiness import Readiness, answers_ok
from tests.unit.backend.embedded.conftest import wait_until


def test_without_a_check_it_is_ready_at_once():
    assert Readiness(None, lambda: None).is_ready


def test_it_wakes_the_loop_once_ready_and_asks_no_more():
    answers, woken = [False, False, True], threading.Event()
    readiness = Readiness(lambda: answers.pop(0), woken.set)
    assert not readiness.is_ready
    assert woken.wait(5)
    assert readiness.is_ready
    assert answers == []


def test_a_dead_child_is_not_ready():
    readiness = Readiness(lambda: True, lambda: None)
    wait_until(lambda: readiness.is_ready, "ready")
    readiness.cancel()
    assert not readiness.is_ready


@pytest.mark.parametrize(("path", "is_ok"), [("/healthz", True), ("/elsewhere", False)])
def test_only_200_is_ok(path, is_ok):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path == "/healthz" else 503)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        assert answers_ok("127.0.0.1", server.server_port, path) is is_ok
        thread.join()
    assert not answers_ok("127.0.0.1", server.server_port, path)
