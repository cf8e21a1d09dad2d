"""Whether the web server can listen where it should, found out before anything starts."""

from __future__ import annotations

import errno
import socket

from backend.embedded.errors import StackError

NEIGHBOURS = 50
HIGHEST_PORT = 65535


def require_free_port(host: str, port: int) -> None:
    """Raise `StackError`, with a port that is free, when `host:port` cannot be listened on."""
    if not 1 <= port <= HIGHEST_PORT:
        raise StackError(f"{port} is not a port. Choose one between 1 and {HIGHEST_PORT}: make run PORT=8000")
    problem = _listening_problem(host, port)
    if problem is None:
        return
    if problem == errno.EADDRNOTAVAIL:
        raise StackError(
            f"This machine has no address {host}. Set HOST=127.0.0.1 (this machine only) or 0.0.0.0."
        )
    reason = "needs administrator rights" if problem == errno.EACCES else "is taken by another program"
    raise StackError(
        f"Port {port} on {host} {reason}. Choose another one: make run PORT={find_free_port(host, port)}"
    )


def find_free_port(host: str, near: int) -> int:
    """A port that can be listened on now: one of the next few, else any."""
    first = max(near, 1023) + 1
    for port in range(first, min(first + NEIGHBOURS, HIGHEST_PORT + 1)):
        if _listening_problem(host, port) is None:
            return port
    family, address = _resolve(host, 0)
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.bind(address)
        return int(probe.getsockname()[1])


def _listening_problem(host: str, port: int) -> int | None:
    """The error number of listening on `host:port`, or None. Connections that only linger do not count."""
    family, address = _resolve(host, port)
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen(1)
        except OSError as error:
            return error.errno or errno.EADDRINUSE
    return None


def _resolve(host: str, port: int) -> tuple[socket.AddressFamily, tuple[str | int | bytes, ...]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise StackError(f"HOST={host} is not an address ({error.strerror}). Set HOST=127.0.0.1.") from error
    family, _, _, _, address = found[0]
    return family, address
