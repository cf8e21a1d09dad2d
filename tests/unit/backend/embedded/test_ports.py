"""A taken port is found before anything starts, and the advice is good."""

from __future__ import annotations

import re
import socket

import pytest

from backend.embedded.errors import StackError
from backend.embedded.ports import find_free_port, require_free_port


@pytest.fixture
def taken():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_taken_port_is_refused_with_one_that_is_free(taken):
    with pytest.raises(StackError) as caught:
        require_free_port("127.0.0.1", taken)
    found = re.fullmatch(
        rf"Port {taken} on 127\.0\.0\.1 is taken by another program\. Choose another one: make run PORT=(\d+)",
        str(caught.value),
    )
    assert found
    with socket.create_server(("127.0.0.1", int(found[1]))):
        pass


def test_a_port_taken_on_all_addresses_is_taken_on_one():
    with socket.create_server(("0.0.0.0", 0)) as server, pytest.raises(StackError, match="is taken"):  # noqa: S104
        require_free_port("127.0.0.1", server.getsockname()[1])


def test_a_free_port_passes_and_is_left_free():
    port = find_free_port("127.0.0.1", 20000)
    require_free_port("127.0.0.1", port)
    with socket.create_server(("127.0.0.1", port)):
        pass


def test_a_connection_that_lingers_does_not_count():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            accepted, _ = server.accept()
            accepted.close()  # the server closes first: its side waits in TIME_WAIT
    with socket.socket() as plain, pytest.raises(OSError, match="in use"):
        plain.bind(("127.0.0.1", port))
    require_free_port("127.0.0.1", port)


def test_taken_neighbours_are_not_suggested(taken):
    assert find_free_port("127.0.0.1", taken - 1) != taken


def test_the_highest_port_has_a_suggestion_too():
    assert 1024 <= find_free_port("127.0.0.1", 65535) <= 65535


@pytest.mark.parametrize("port", [-1, 0, 65536, 99999])
def test_a_number_that_is_no_port(port):
    with pytest.raises(StackError) as caught:
        require_free_port("127.0.0.1", port)
    assert str(caught.value) == f"{port} is not a port. Choose one between 1 and 65535: make run PORT=8000"


@pytest.mark.parametrize(
    ("host", "message"),
    [
        (
            "192.0.2.1",
            "This machine has no address 192.0.2.1. Set HOST=127.0.0.1 (this machine only) or 0.0.0.0.",
        ),
        ("no such host", "HOST=no such host is not an address"),
    ],
)
def test_a_host_that_cannot_be(host, message):
    with pytest.raises(StackError) as caught:
        require_free_port(host, 8000)
    assert str(caught.value).startswith(message)
