"""A worker whose acknowledgement fails takes the next message all the same."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from kombu.transport import redis, virtual
from redis.exceptions import ConnectionError as RedisAwayError

from backend.core import credit as of_the_backend
from inference_worker import credit as of_the_worker
from inference_worker.app import create_app
from inference_worker.config import load


class Channel:
    """Whose Redis is away."""

    do_restore = False

    @contextlib.contextmanager
    def conn_or_acquire(self, client: Any = None) -> Iterator[Any]:
        raise RedisAwayError("Connection closed by server.")
        yield


def full(qos: type[redis.QoS]) -> Any:
    """One that has taken all that it may."""
    made = qos(Channel(), prefetch_count=1)
    virtual.QoS.append(made, "message", "tag")
    assert not made.can_consume()
    return made


@pytest.mark.parametrize("module", [of_the_backend, of_the_worker])
@pytest.mark.parametrize(
    "end",
    [
        lambda qos: qos.ack("tag"),
        lambda qos: qos.reject("tag"),
        lambda qos: qos.reject("tag", requeue=True),
    ],
)
def test_credit_comes_back(module: ModuleType, end: Callable[[Any], None]) -> None:
    qos = full(module.LenientQoS)
    with pytest.raises(RedisAwayError):
        end(qos)
    assert qos.can_consume()


def test_kombu_still_needs_it() -> None:
    """When this fails, kombu does it by itself, and `credit` can go."""
    qos = full(redis.QoS)
    with pytest.raises(RedisAwayError):
        qos.ack("tag")
    assert not qos.can_consume()


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "rediss://127.0.0.1:1/0", "unix:///nowhere?db=0"])
def test_the_worker_uses_it(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis.Channel, "QoS", redis.QoS)
    app = create_app(load({"REDIS_URL": url}))
    assert app.connection_for_read().get_transport_cls().Channel.QoS is of_the_worker.LenientQoS


def test_the_backend_uses_it() -> None:
    """In an interpreter of its own: loading the app a second time would connect its signals twice."""
    used = (
        "import backend.config.celery; from kombu.transport import redis; print(redis.Channel.QoS.__module__)"
    )
    printed = subprocess.run([sys.executable, "-c", used], check=True, capture_output=True, text=True)
    assert printed.stdout.strip() == "backend.core.credit"
