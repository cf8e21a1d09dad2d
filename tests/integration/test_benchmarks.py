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
BY_THEMSELVES = {"__main__", "own_code", "search", "timeline", "crowd", "asr", "asr_worker", "many_people"}
"""They set Django up when they are imported; `asr` and `asr_worker` need NeMo."""


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


def test_without_nemo_speech_recognition_is_left_out_with_a_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bench = importlib.import_module("benchmarks.__main__")
    ran: list[list[str]] = []
    monkeypatch.setattr(bench.subprocess, "run", lambda command, check: ran.append(command))
    monkeypatch.setattr(bench.importlib.util, "find_spec", lambda name: None)
    bench.speech_recognition()
    assert ran == []
    assert "NeMo is not installed" in capsys.readouterr().out
    monkeypatch.setattr(bench.importlib.util, "find_spec", lambda name: name)
    bench.speech_recognition()
    assert [command[2] for command in ran] == ["benchmarks.asr", "benchmarks.asr_worker"]


@pytest.mark.parametrize("name", ["asr", "asr_worker"])
def test_those_of_nemo_can_be_imported(name: str) -> None:
    pytest.importorskip("nemo", reason="NeMo is not installed (extra `nemo`)")
    importlib.import_module(f"benchmarks.{name}")
