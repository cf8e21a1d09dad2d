"""The images and the compose files, as far as they can be checked without a container engine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from tests.unit.backend.config.test_env import variables_of
from tests.unit.backend.config.test_production import GOOD

ROOT = Path(__file__).resolve().parents[3]
DOCKER = ROOT / "docker"
DOCKERFILES = sorted(DOCKER.glob("*.Dockerfile"))
BACKEND = variables_of("backend/config/env.py")
WORKER = variables_of("inference_worker/config.py")
OF_THE_BACKEND_IMAGE = {"DATA_DIR", "HOST", "PORT", "LOG_FORMAT", "ALLOW_PLAIN_HTTP", "LIVE_DIR"}
"""Set there, or of no use in these containers."""
OF_THE_WORKER_IMAGE = {"MODELS_DIR", "MODELS_HUB", "WORKER_CACHE_DIR", "WORKER_NAME", "LOG_FORMAT"}
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
        assert environment_of(service) == BACKEND - OF_THE_BACKEND_IMAGE
        assert environment_of(service) >= NEEDED_IN_PRODUCTION


def test_the_worker_gets_what_it_knows_and_no_key_to_anything_but_the_broker(
    services: dict[str, dict[str, Any]],
) -> None:
    gpu = yaml.safe_load((DOCKER / "compose.gpu.yaml").read_text())["services"]["worker"]
    assert environment_of(services["worker"]) == WORKER - OF_THE_WORKER_IMAGE
    for worker in (services["worker"], gpu):
        assert environment_of(worker) <= WORKER
        assert environment_of(worker).isdisjoint({"DATABASE_URL", "SECRET_KEY", "MEDIA_S3_SECRET_KEY"})
    assert set(services["worker"]["networks"]).isdisjoint(services["postgres"]["networks"])


def test_a_worker_reaches_who_hands_out_audio(services: dict[str, dict[str, Any]]) -> None:
    internal = services["backend"]["environment"]["INTERNAL_URL"]
    store = services["backend"]["environment"]["MEDIA_S3_ENDPOINT"]
    for address in (internal, store):
        host = urlsplit(address).hostname
        assert set(services["worker"]["networks"]) & set(services[host]["networks"]), host


def test_what_an_operator_may_set_is_empty_or_theirs(services: dict[str, dict[str, Any]]) -> None:
    """Empty stands for the default, in both readers of the environment."""
    for name in ("backend", "worker"):
        for variable, value in services[name]["environment"].items():
            assert "${" not in value or re.search(rf"\$\{{({variable}:-|\w+:\?)\}}", value), variable


def test_the_health_check_is_answered_under_production_settings(tmp_path: Path) -> None:
    """Docker asks inside of the container, by its loopback address."""
    text = (DOCKER / "backend.Dockerfile").read_text()
    (address,) = re.findall(r"urlopen\('([^']+)'", text)
    ask = (
        "import sys, django; django.setup(); from django.test import Client; "
        "sys.exit(Client(headers={'host': sys.argv[1]}).get(sys.argv[2]).status_code != 200)"
    )
    parts = urlsplit(address)
    settings = {"DJANGO_SETTINGS_MODULE": "backend.config.settings.production", "DATA_DIR": str(tmp_path)}
    environment = {"PATH": os.environ["PATH"], **settings, **GOOD}
    asked = subprocess.run([sys.executable, "-c", ask, parts.netloc, parts.path], cwd=ROOT, env=environment)
    assert asked.returncode == 0


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
        assert {"max-size", "max-file"} <= set(service["logging"]["options"]), name
        assert re.search(r":\S*\d", service["image"]) or "build" in service, name
    assert [name for name, service in services.items() if "ports" in service] == ["caddy"]


def test_secrets_come_from_outside() -> None:
    text = (DOCKER / "compose.yaml").read_text()
    for name, value in re.findall(r"(\w*(?:SECRET|PASSWORD)\w*): (.+)", text):
        assert re.fullmatch(r'"\$\{\w+:[?-]\}"', value), name


@pytest.mark.parametrize(("extra", "not_in_it"), [("backend", "torch"), ("worker", "django")])
def test_requirements_of_an_image(extra: str, not_in_it: str) -> None:
    script = [sys.executable, "docker/requirements.py", extra]
    printed = subprocess.run(script, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    assert len(printed) >= 8
    assert all("==" in line for line in printed)
    assert not [line for line in printed if line.lower().startswith(not_in_it)]
