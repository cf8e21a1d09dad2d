"""The suite of failures goes on to its end, touches nothing of others, and cannot succeed without a failure."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from benchmarks import chaos, own_environment
from benchmarks.faults import clock
from benchmarks.faults.crowd import Account
from benchmarks.faults.skipping import SkippedError

OTHERS = {
    "DATABASE_URL": "postgres://somebody@host/else",
    "REDIS_URL": "redis://somebody/1",
    "MEDIA_S3_BUCKET": "theirs",
    "LOG_LEVEL": "ERROR",
    "WORKER_NAME": "inference@elsewhere",
}


@pytest.fixture(autouse=True)
def _somebody_elses_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in OTHERS.items():
        monkeypatch.setenv(name, text)


def ran(monkeypatch: pytest.MonkeyPatch, **scenarios: chaos.Run) -> tuple[int, list[dict[str, object]]]:
    """The exit status, and the rows of the table."""
    rows: list[dict[str, object]] = []
    monkeypatch.setattr(
        chaos, "SCENARIOS", {name: chaos.Scenario(name, run, 2) for name, run in scenarios.items()}
    )
    monkeypatch.setattr(chaos, "report", lambda name, question, found: rows.extend(found))
    monkeypatch.setattr(chaos, "_keep_logs", lambda name, folder: None)
    monkeypatch.setattr(chaos.signal, "signal", lambda *_: None)
    monkeypatch.setattr(sys, "argv", ["chaos"])
    return chaos.main(), rows


def all_well(_folder: Path, uploads: int, _seed: int) -> Account:
    assert not OTHERS.keys() & os.environ.keys()
    return Account(uploads=uploads, done=uploads, on_the_server=uploads, identical=uploads, whole=uploads)


def breaks(_folder: Path, _uploads: int, _seed: int) -> Account:
    raise RuntimeError("the scenario itself is broken")


def cannot(_folder: Path, _uploads: int, _seed: int) -> Account:
    raise SkippedError("it is not there")


def loses_one(folder: Path, uploads: int, seed: int) -> Account:
    account = all_well(folder, uploads, seed)
    account.done -= 1
    account.whole -= 1
    return account


def shows_nothing(folder: Path, uploads: int, seed: int) -> Account:
    account = all_well(folder, uploads, seed)
    account.wrong.append("nothing failed")
    return account


def test_the_scenarios_after_a_broken_one_are_run(monkeypatch: pytest.MonkeyPatch) -> None:
    status, rows = ran(
        monkeypatch, broken=breaks, absent=cannot, lossy=loses_one, vain=shows_nothing, well=all_well
    )
    verdicts = ["BROKEN", "skipped: it is not there", "LOST", "WRONG", "kept"]
    assert ([row["verdict"] for row in rows], status) == (verdicts, 1)


def test_what_is_exported_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    status, rows = ran(monkeypatch, well=all_well)
    assert (status, [row["verdict"] for row in rows]) == (0, ["kept"])


def test_engines_of_the_machine_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASR_ENGINE", "pocketsphinx")
    own_environment.forget_what_is_exported()
    assert os.environ["ASR_ENGINE"] == "pocketsphinx"


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler")
def test_a_clock_that_stays_right_is_no_scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock._Clock(tmp_path)
    nothing = tmp_path / "nothing.c"
    nothing.write_text("int nothing;\n")
    monkeypatch.setattr(clock, "_SOURCE", nothing)
    with pytest.raises(AssertionError, match="a clock cannot be put off here"):
        clock._Clock(tmp_path)
