"""The results worker by the command of its container: what it does when it is told to stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import yaml

from tests import slow_task
from tests.live_stack import REPOSITORY_DIR, wait_until
from tests.unit.inference_worker.test_worker_process import Queue, queue, server

__all__ = ["queue", "server"]  # fixtures


def _command() -> list[str]:
    services = yaml.safe_load((REPOSITORY_DIR / "docker/compose.yaml").read_text())["services"]
    return [sys.executable, "-m", *services["results"]["command"], "-I", slow_task.__name__]


def test_told_to_stop_it_finishes_what_it_has_and_leaves_the_rest(queue: Queue, tmp_path: Path) -> None:
    settings = {"DJANGO_SETTINGS_MODULE": "backend.config.settings.embedded", "DATA_DIR": str(tmp_path)}
    for number in range(3):
        queue.sender.send_task(slow_task.NAME, args=[number], queue="results")
    worker = subprocess.Popen(
        _command(), cwd=REPOSITORY_DIR, env={**os.environ, **settings, "REDIS_URL": queue.url}
    )
    try:
        wait_until(lambda: queue.client.llen("began"), limit_s=60, what="the first is begun")
        assert queue.client.llen("ended") == 0
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0
    finally:
        worker.kill()
        worker.wait()
    assert queue.client.lrange("began", 0, -1) == queue.client.lrange("ended", 0, -1) == [b"0"]
    assert (queue.client.llen("results"), queue.unacknowledged()) == (2, 0)
