"""Addresses that people chose: only public ones are called, and only those that were looked at."""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from backend.core import outbound
from tests.fake_http import FakeServer, fake_server

HERE = outbound.Policy(
    private_networks=(ipaddress.ip_network("127.0.0.0/8"),), allow_plain_http=True, limit_s=1.0
)
PUBLIC = outbound.Policy()


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with fake_server() as running:
        yield running


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("0.0.0.0", False),  # noqa: S104
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::10.0.0.1", False),
        ("64:ff9b::169.254.169.254", False),
        ("2002:7f00:1::", False),
        ("2001:0:7f00:1::", False),
    ],
)
def test_what_is_public(address: str, expected: bool) -> None:
    assert outbound.is_public(ipaddress.ip_address(address)) is expected


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "https:///path",
        "https://user:password@example.org/",
        "https://[::1",
        "https://example.org:99999/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
    ],
)
def test_what_is_refused_at_once(url: str) -> None:
    with pytest.raises(outbound.AddressRefusedError):
        outbound.url_check(url, PUBLIC)
    with pytest.raises(outbound.AddressRefusedError):
        outbound.post(url, b"", {}, PUBLIC)


@pytest.mark.parametrize("url", ["https://2130706433/", "https://0x7f.1/", "https://localhost/"])
def test_names_that_lead_inside_are_refused_once_they_are_resolved(url: str) -> None:
    with pytest.raises(outbound.OutboundError):
        outbound.post(url, b"", {}, PUBLIC)


def test_one_private_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        return [(2, 1, 6, "", ("93.184.216.34", port)), (2, 1, 6, "", ("10.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(outbound.AddressRefusedError, match="private network"):
        outbound.post("https://example.org/", b"", {}, PUBLIC)


def test_the_name_is_asked_for_once_and_the_checked_address_is_called(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(outbound.socket, "getaddrinfo", resolve)
    answer = outbound.post(f"http://rebinds.example:{server.port}/a?b=c", b"body", {"X-Name": "1"}, HERE)
    assert (answer.status, answer.body) == (200, b"{}")
    # `create_connection` asks for the number once more, never for the name.
    assert asked[0] == "rebinds.example"
    assert set(asked[1:]) <= {"127.0.0.1"}
    [request] = server.asked
    assert (request.path, request.body, request.headers["x-name"]) == ("/a?b=c", b"body", "1")
    assert request.headers["host"] == f"rebinds.example:{server.port}"


def test_redirects_are_an_answer_and_not_followed(server: FakeServer) -> None:
    server.answers = [(302, b"")]
    server.headers = {"Location": f"{server.url}/elsewhere"}
    assert outbound.post(server.url, b"", {}, HERE).status == 302
    assert len(server.asked) == 1


def test_a_slow_answer_ends_at_the_limit(server: FakeServer) -> None:
    server.answers = [(200, b"x" * 1000)]
    server.drip_s = 0.2
    begun_s = time.monotonic()
    with pytest.raises(outbound.OutboundError):
        outbound.post(server.url, b"", {}, HERE)
    assert time.monotonic() - begun_s < 30


def test_nothing_listens(server: FakeServer) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(outbound.OutboundError):
        outbound.post(f"http://127.0.0.1:{port}/", b"", {}, HERE)


def test_a_large_answer_is_read_to_the_limit(server: FakeServer) -> None:
    server.answers = [(200, b"x" * 70_000)]
    assert (
        len(
            outbound.post(
                server.url,
                b"",
                {},
                outbound.Policy(private_networks=HERE.private_networks, allow_plain_http=True, limit_s=20),
            ).body
        )
        == 64 * 1024
    )
