"""What measures is code as well: it has to keep up with what it measures."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import benchmarks

ROOT = Path(__file__).resolve().parents[2]
BY_THEMSELVES = {"__main__", "own_code", "search", "timeline", "asr"}
"""They set Django up when they are imported; `asr` needs NeMo."""


@pytest.mark.parametrize(
    "name", sorted({module.name for module in pkgutil.iter_modules(benchmarks.__path__)} - BY_THEMSELVES)
)
def test_each_can_be_imported(name: str) -> None:
    importlib.import_module(f"benchmarks.{name}")


def test_the_backends_own_code_is_measured_by_step(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": "",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "backend.config.settings.embedded",
    }
    run = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(run, cwd=ROOT, env=environment, check=True)
    run = [sys.executable, "-m", "benchmarks.own_code", "2"]
    measured = subprocess.run(run, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    steps = json.loads(measured.stdout)
    assert set(steps) == {"upload and dispatch", "answer", "running", "result"}
    assert all(spent_ms > 0 for spent_ms in steps.values())
