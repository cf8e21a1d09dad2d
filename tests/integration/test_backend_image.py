"""The steps of docker/backend.Dockerfile in a fresh virtual environment: what it installs and copies is enough."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from inference_worker.voice_detector.protocol import ANSWER, PROGRAM, question
from tests.live_stack import free_port, wait_until

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "docker/backend.Dockerfile").read_text().replace("\\\n", " ").rpartition("FROM ")[2]


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter with what the image installs, and nothing else."""
    venv = tmp_path_factory.mktemp("image") / "venv"
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    python = venv / "bin" / "python"
    script = [sys.executable, "docker/requirements.py", "backend"]
    needed = subprocess.run(script, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\n")
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*install, "--constraint", "docker/constraints.txt", *filter(None, needed)], cwd=ROOT, check=True
    )
    return python


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the image copies."""
    folder = tmp_path_factory.mktemp("image") / "app"
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE):
        *sources, target = line.split()
        for source in sources:
            place = folder / target / Path(source).name if target.endswith("/") else folder / target
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, folder / target)
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / source, place)
    return folder


def _environment(data_dir: Path, port: int) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "backend.config.settings.production",
        "DATA_DIR": str(data_dir),
        "DATABASE_URL": f"sqlite:///{data_dir}/database.sqlite3",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "PUBLIC_URL": "https://captions.example.org",
        "INTERNAL_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "captions.example.org",
        "SECRET_KEY": "Zk3vT9qLw2XbN7rYp5HsD8mGc4JfU6aEo1iB" * 2,
    }


def test_no_inference_library_is_in_it(python: Path, app: Path) -> None:
    (check,) = re.findall(r'^RUN python -c "(.+)"$', DOCKERFILE, re.MULTILINE)
    assert subprocess.run([python, "-c", check], cwd=app).returncode == 0
    caught = subprocess.run([python, "-c", check.replace("torch", "django")], cwd=app, capture_output=True)
    assert caught.returncode == 1


def test_it_migrates_and_answers(python: Path, app: Path, tmp_path: Path) -> None:
    port = free_port()
    environment = _environment(tmp_path, port)
    subprocess.run([python, "manage.py", "migrate", "--no-input"], cwd=app, env=environment, check=True)
    serve = [
        python,
        "-m",
        "uvicorn",
        "backend.config.asgi:application",
        "--port",
        str(port),
        "--lifespan",
        "off",
    ]
    server = subprocess.Popen(serve, cwd=app, env=environment)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: _answers(url), limit_s=60, what="the web server answers")
        assert httpx.get(f"{url}/api/v1/me").status_code == 301
        through_caddy = {"X-Forwarded-Proto": "https", "Host": "captions.example.org"}
        assert httpx.get(f"{url}/api/v1/me", headers=through_caddy).status_code == 401
        assert httpx.get(f"{url}/internal/audio/x").status_code == 403
        parts = httpx.get(f"{url}/readyz").json()["parts"]
        assert (parts["database"], parts["storage"], parts["redis"]) == ("ok", "ok", "unavailable")
    finally:
        server.terminate()
        server.wait(30)


def test_live_captions_hear_in_it(python: Path, app: Path) -> None:
    hears = [python, "-m", PROGRAM]
    noise = bytes(range(256)) * 4
    done = subprocess.run(hears, cwd=app, input=question(1, noise), capture_output=True, check=True)
    ((probability, power),) = ANSWER.iter_unpack(done.stdout)
    assert 0.0 < probability < 1.0
    assert power > 0.0


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz").status_code == 200
    except httpx.TransportError:
        return False
