"""What the stack starts, in which order, with which environment."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from backend.embedded import children
from backend.embedded.options import StackOptions
from backend.embedded.redis_server import own_redis
from backend.embedded.stack import wants_colour, welcome


def options(**more):
    return StackOptions(
        **{"data_dir": Path("/data"), "environment": {"LOG_LEVEL": "INFO", "PORT": "1"}, **more}
    )


def test_redis_first_and_beat_last():
    chosen = options()
    specs = children.specs(chosen, own_redis(chosen.data_dir))
    assert [spec.name for spec in specs] == ["redis", "web", "results", "inference", "beat"]
    assert [spec.name for spec in specs if spec.is_foundation] == ["redis"]
    assert {spec.name: spec.stop_grace_s for spec in specs}["inference"] == 15.0


def test_a_redis_that_is_named_is_not_started():
    specs = children.specs(options(redis_url="redis://elsewhere:6379/1"), None)
    assert [spec.name for spec in specs] == ["web", "results", "inference", "beat"]
    assert {spec.env["REDIS_URL"] for spec in specs} == {"redis://elsewhere:6379/1"}


def test_the_inference_worker_can_be_left_out():
    specs = children.specs(options(start_inference=False, redis_url="redis://elsewhere"), None)
    assert [spec.name for spec in specs] == ["web", "results", "beat"]


def test_every_child_gets_what_this_stack_has_decided():
    chosen = options(port=8123)
    web = children.specs(chosen, own_redis(chosen.data_dir))[1]
    assert web.env == {
        "LOG_LEVEL": "INFO",
        "DATA_DIR": "/data",
        "HOST": "127.0.0.1",
        "PORT": "8123",
        "REDIS_URL": "unix:///data/redis/redis.sock?db=0",
        "PYTHONUNBUFFERED": "1",
    }


def test_the_inference_worker_knows_its_name_and_cache():
    chosen = options()
    worker = children.specs(chosen, own_redis(chosen.data_dir))[3]
    assert worker.env["WORKER_NAME"] == "inference@embedded"
    assert worker.env["WORKER_CACHE_DIR"] == "/data/worker-cache"
    assert worker.argv[1:] == ("-m", "inference_worker", "worker")


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),  # noqa: S104
        ("::1", "http://[::1]:8000"),
        ("::", "http://[::1]:8000"),
        ("caption-box", "http://caption-box:8000"),
    ],
)
def test_the_address_is_one_that_a_browser_can_open(host, address):
    assert options(host=host).address == address
    assert f"    Open it      {address}\n" in welcome(options(host=host))


def test_colour_is_for_terminals_whose_owner_has_not_refused_it():
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    assert wants_colour(options(), Terminal())
    assert not wants_colour(options(), io.StringIO())
    assert not wants_colour(options(environment={"NO_COLOR": "1"}), Terminal())


def test_each_process_serves_its_metrics_at_a_port_of_its_own():
    chosen = options(environment={"METRICS_ADDRESS": "127.0.0.1:9100"})
    specs = {spec.name: spec for spec in children.specs(chosen, own_redis(chosen.data_dir))}
    addresses = [specs[name].env["METRICS_ADDRESS"] for name in ("web", "results", "inference")]
    assert addresses == ["127.0.0.1:9100", "127.0.0.1:9101", "127.0.0.1:9102"]
