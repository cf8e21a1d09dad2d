"""Asks a child, from a thread of its own, whether it is ready."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable

HTTP_TIMEOUT_S = 3.0


class Readiness:
    """Becomes ready once `check` says True; `wake` is called then. `cancel` when the child has died."""

    def __init__(
        self, check: Callable[[], bool] | None, wake: Callable[[], None], interval_s: float = 0.2
    ) -> None:
        self._check = check
        self._wake = wake
        self._interval_s = interval_s
        self._ready = threading.Event()
        self._cancelled = threading.Event()
        if check is None:
            self._ready.set()
        else:
            threading.Thread(target=self._ask, daemon=True, name="readiness").start()

    @property
    def is_ready(self) -> bool:
        """Whether the child has said so."""
        return self._ready.is_set() and not self._cancelled.is_set()

    def cancel(self) -> None:
        """Stop asking."""
        self._cancelled.set()

    def _ask(self) -> None:
        while self._check is not None and not self._cancelled.wait(self._interval_s):
            if self._check():
                self._ready.set()
                self._wake()
                return


def answers_ok(host: str, port: int, path: str) -> bool:
    """Whether `GET path` is answered with 200."""
    connection = http.client.HTTPConnection(host, port, timeout=HTTP_TIMEOUT_S)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
