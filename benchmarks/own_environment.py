"""What is measured is what a scenario starts: a database or a queue that happens to be exported belongs to somebody."""

from __future__ import annotations

import os
from dataclasses import fields

from backend.config.env import Environment


def forget_what_is_exported() -> None:
    """Take every variable of the backend, and those of the worker itself, out of this process and what it starts.

    Engines (`ASR_…`, `EMOTION_…`) stay: they are the machine's.
    """
    names = {field.name.upper() for field in fields(Environment)}
    for name in [*os.environ]:
        if name in names or name.startswith("WORKER_"):
            del os.environ[name]
