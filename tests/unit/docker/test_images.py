"""The images and the compose files, as far as they can be checked without a container engine."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.backend.config.test_env import variables_of

ROOT = Path(__file__).resolve().parents[3]
DOCKER = ROOT / "docker"
DOCKERFILES = sorted(DOCKER.glob("*.Dockerfile"))
BACKEND = variables_of("backend/config/env.py")
WORKER = variables_of("inference_worker/config.py")
NEEDED_IN_PRODUCTION = {
    "SECRET_KEY",
    "DATABASE_URL",
    "REDIS_URL",
    "PUBLIC_URL",
    "INTERNAL_URL",
    "ALLOWED_HOSTS",
}


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load((DOCKER / "compose.yaml").read_text())["services"]
    return found


def environment_of(service: dict[str, Any]) -> set[str]:
    return set(service.get("environment", {}))


def of_image(services: dict[str, dict[str, Any]], name: str) -> dict[str, dict[str, Any]]:
    return {key: service for key, service in services.items() if service["image"].startswith(name)}


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.name)
def test_the_dockerfile_linter_finds_nothing(path: Path) -> None:
    hadolint = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or shutil.which("hadolint")
    assert hadolint is not None
    checked = subprocess.run([hadolint, str(path)], capture_output=True, text=True)
    assert (checked.returncode, checked.stdout) == (0, "")


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.name)
def test_what_an_image_copies_is_there(path: Path) -> None:
    text = path.read_text().replace("\\\n", " ")
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE)
    sources = [source for line in copied for source in line.split()]
    assert len(sources) >= 3
    assert [source for source in sources if not (ROOT / source).exists()] == []


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.name)
def test_an_image_runs_as_nobody_in_particular_and_names_its_bases(path: Path) -> None:
    text = path.read_text()
    assert re.findall(r"^USER (.+)$", text, re.MULTILINE) == ["10001"]
    bases = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert all(re.search(r":\d+\.\d+", base) for base in bases), bases
    assert "find_spec" in text


def test_the_backend_gets_exactly_what_it_knows(services: dict[str, dict[str, Any]]) -> None:
    backends = of_image(services, "recognition-helpers-backend")
    assert set(backends) == {"backend", "migrate", "results", "beat", "bucket"}
    for service in backends.values():
        assert environment_of(service) <= BACKEND
        assert environment_of(service) >= NEEDED_IN_PRODUCTION


def test_the_worker_gets_what_it_knows_and_no_key_to_anything_but_the_broker(
    services: dict[str, dict[str, Any]],
) -> None:
    gpu = yaml.safe_load((DOCKER / "compose.gpu.yaml").read_text())["services"]["worker"]
    for worker in (services["worker"], gpu):
        assert environment_of(worker) <= WORKER
        assert environment_of(worker).isdisjoint({"DATABASE_URL", "SECRET_KEY", "MEDIA_S3_SECRET_KEY"})
    assert set(services["worker"]["networks"]).isdisjoint(services["postgres"]["networks"])


def test_dockerfiles_set_only_what_is_known() -> None:
    of_the_system = {"PATH", "HOME", "DJANGO_SETTINGS_MODULE", "NUMBA_CACHE_DIR"}
    for path, known in (("backend.Dockerfile", BACKEND), ("worker.Dockerfile", WORKER)):
        text = (DOCKER / path).read_text().replace("\\\n", " ")
        names = {
            name
            for line in re.findall(r"^ENV (.+)$", text, re.MULTILINE)
            for name in re.findall(r"(\w+)=", line)
        }
        own = {name for name in names if not name.startswith(("PIP_", "PYTHON"))} - of_the_system
        assert own
        assert own <= known


def test_every_container_is_closed(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert re.search(r":\S*\d", service["image"]) or "build" in service, name
    assert [name for name, service in services.items() if "ports" in service] == ["caddy"]


def test_secrets_come_from_outside() -> None:
    text = (DOCKER / "compose.yaml").read_text()
    for name, value in re.findall(r"(\w*(?:SECRET|PASSWORD)\w*): (.+)", text):
        assert re.fullmatch(r'"\$\{\w+:\?\}"', value), name


@pytest.mark.parametrize(("extra", "not_in_it"), [("backend", "torch"), ("worker", "django")])
def test_requirements_of_an_image(extra: str, not_in_it: str) -> None:
    script = [sys.executable, "docker/requirements.py", extra]
    printed = subprocess.run(script, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    assert len(printed) >= 8
    assert all("==" in line for line in printed)
    assert not [line for line in printed if line.lower().startswith(not_in_it)]
