"""Requests to addresses that people chose: they reach the public internet and nothing else.

Whoever may name an address for the server to call could otherwise have it ask the cloud's metadata service, the
database or a router on behalf of the server. So the name is resolved once, every address that it has is looked at, and
the connection goes to one that was looked at, never to what the name says a moment later. Redirects are not followed.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

_MOST_ANSWER_BYTES = 64 * 1024
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class OutboundError(Exception):
    """The request was not answered."""


class AddressRefusedError(OutboundError):
    """The address is not one that this server calls. Trying again brings the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    body: bytes
    """At most 64 KiB of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What may be called besides public addresses over TLS."""

    private_networks: Sequence[Network] = ()
    allow_plain_http: bool = False
    limit_s: float = 10.0
    """For the whole request, however slowly the other side speaks."""


@dataclass(frozen=True, slots=True)
class _Target:
    scheme: str
    host: str
    port: int
    path: str


def url_check(url: str, policy: Policy) -> None:
    """What can be said of a URL without asking for its name. Raises `AddressRefusedError`."""
    target = _target(url, policy)
    try:
        address = ipaddress.ip_address(target.host)
    except ValueError:
        return
    _address_check(address, policy)


def post(url: str, body: bytes, headers: Mapping[str, str], policy: Policy) -> Answer:
    """Raises `AddressRefusedError`, and `OutboundError` when nothing answers in time."""
    target = _target(url, policy)
    addresses = _resolve(target, policy)
    connection = _Connection(target, addresses[0], policy.limit_s)
    # The timeout of a socket begins anew with each byte; this one does not.
    end = threading.Timer(policy.limit_s, connection.cut)
    end.daemon = True
    end.start()
    try:
        connection.request("POST", target.path, body=body, headers=dict(headers))
        response = connection.getresponse()
        body_answered = response.read(_MOST_ANSWER_BYTES)
        if connection.is_cut:
            raise OutboundError(f"No whole answer within {policy.limit_s:g} s.")
        return Answer(status=response.status, body=body_answered)
    except (OSError, http.client.HTTPException) as error:
        raise OutboundError(f"{type(error).__name__}: {error}") from error
    finally:
        end.cancel()
        connection.close()


def is_public(address: Address) -> bool:
    """Whether everybody may call it. IPv4 addresses inside of IPv6 ones are judged as what they are."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
        if inner is not None:
            return is_public(inner)
        if address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast


def _target(url: str, policy: Policy) -> _Target:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressRefusedError("This is not an address.") from error
    schemes = ("https", "http") if policy.allow_plain_http else ("https",)
    if parts.scheme not in schemes or not parts.hostname or parts.username or parts.password:
        raise AddressRefusedError("The address must begin with https:// and hold no password.")
    path = parts.path or "/"
    return _Target(
        scheme=parts.scheme,
        host=parts.hostname,
        port=port or (443 if parts.scheme == "https" else 80),
        path=f"{path}?{parts.query}" if parts.query else path,
    )


def _resolve(target: _Target, policy: Policy) -> list[Address]:
    """All addresses of the name, each of which may be called."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise OutboundError(f"The name {target.host} is not known.") from error
    addresses = [ipaddress.ip_address(str(info[4][0]).partition("%")[0]) for info in found]
    for address in addresses:
        _address_check(address, policy)
    return addresses


def _address_check(address: Address, policy: Policy) -> None:
    if not is_public(address) and not any(address in network for network in policy.private_networks):
        raise AddressRefusedError("The address is inside of a private network.")


class _Connection(http.client.HTTPConnection):
    """To one address that was checked, under the name that was asked for."""

    def __init__(self, target: _Target, address: Address, limit_s: float) -> None:
        super().__init__(target.host, target.port, timeout=limit_s)
        self._target, self._address = target, address
        self._held: socket.socket | None = None
        self.is_cut = False

    def connect(self) -> None:
        plain = socket.create_connection((str(self._address), self._target.port), self.timeout)
        self.sock = plain
        if self._target.scheme == "https":
            self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self._target.host)
        # The library forgets its own as soon as the last answer is being read.
        self._held = self.sock

    def cut(self) -> None:
        """From another thread."""
        self.is_cut = True
        if self._held is not None:
            try:
                self._held.shutdown(socket.SHUT_RDWR)
            except OSError:
                return
