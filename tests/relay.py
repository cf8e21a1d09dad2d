"""Passes bytes on between two addresses: the one door of a program that is shut in."""

from __future__ import annotations

import contextlib
import socket
import threading
from pathlib import Path

Address = Path | tuple[str, int]
"""A unix socket, or host and port."""


def relay(listen: Address, target: Address) -> socket.socket:
    """Serve in threads until the returned socket is closed."""
    if isinstance(listen, Path):
        door = socket.socket(socket.AF_UNIX)
        door.bind(str(listen))
        door.listen()
    else:
        door = socket.create_server(listen)
    threading.Thread(target=_serve, args=(door, target), daemon=True).start()
    return door


def connect(target: Address) -> socket.socket:
    """Raises `OSError`."""
    if isinstance(target, Path):
        outside = socket.socket(socket.AF_UNIX)
        outside.connect(str(target))
        return outside
    return socket.create_connection(target, timeout=5)


def _serve(door: socket.socket, target: Address) -> None:
    with contextlib.suppress(OSError):
        while True:
            inside, _ = door.accept()
            try:
                outside = connect(target)
            except OSError:
                inside.close()
                continue
            outside.settimeout(None)
            for source, sink in ((inside, outside), (outside, inside)):
                threading.Thread(target=_copy, args=(source, sink), daemon=True).start()


def _copy(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while block := source.recv(65536):
            sink.sendall(block)
        sink.shutdown(socket.SHUT_WR)
