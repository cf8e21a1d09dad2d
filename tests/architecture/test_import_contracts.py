"""The import contracts of pyproject.toml hold, and each of them can fail."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

REPOSITORY_DIR = Path(__file__).resolve().parents[2]
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")
CONTRACTS = {
    contract["id"]: contract["name"]
    for contract in tomllib.loads((REPOSITORY_DIR / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
}
# One import for each contract that it forbids.
BAD_IMPORTS = {
    "apps": ("backend/core/errors.py", "import backend.accounts.models"),
    "inside-an-app": ("backend/conversations/models.py", "import backend.conversations.selectors"),
    "one-machine-stack": ("backend/embedded/errors.py", "import backend.config.env"),
    "push": ("backend/realtime/events.py", "import backend.analyses.models"),
    "backend-is-light": ("backend/core/pagination.py", "import numpy"),
    "detector": ("inference_worker/voice_detector/protocol.py", "import inference_worker.contract"),
    "worker-knows-no-backend": ("inference_worker/errors.py", "import django.conf"),
    "words-and-emotion": ("inference_worker/asr/__init__.py", "import inference_worker.emotion"),
    "celery": ("inference_worker/errors.py", "import celery"),
    "nemo": ("inference_worker/asr/base.py", "import nemo.collections.asr"),
    "transformers": ("inference_worker/emotion/base.py", "import transformers"),
    "contract": ("inference_worker/contract.py", "import numpy"),
}


def lint(folder: Path) -> tuple[int, dict[str, str]]:
    """The exit status, and what became of each contract by its name."""
    done = subprocess.run(
        [LINT_IMPORTS, "--no-cache", "--no-logo"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    verdicts = re.findall(r"^(.+) (KEPT|BROKEN)\b", done.stdout, re.MULTILINE)
    assert verdicts, done.stdout + done.stderr
    return done.returncode, dict(verdicts)


def test_the_contracts_are_kept() -> None:
    assert lint(REPOSITORY_DIR) == (0, dict.fromkeys(CONTRACTS.values(), "KEPT"))


def test_each_contract_can_fail(tmp_path: Path) -> None:
    assert set(BAD_IMPORTS) == set(CONTRACTS)
    for name in ("backend", "inference_worker"):
        ignored = shutil.ignore_patterns("__pycache__", "weights", "migrations")
        shutil.copytree(REPOSITORY_DIR / name, tmp_path / name, ignore=ignored)
    shutil.copy(REPOSITORY_DIR / "pyproject.toml", tmp_path)
    for path, statement in BAD_IMPORTS.values():
        with (tmp_path / path).open("a") as file:
            file.write(f"\n{statement}\n")
    status, verdicts = lint(tmp_path)
    assert status != 0
    assert verdicts == dict.fromkeys(CONTRACTS.values(), "BROKEN")
