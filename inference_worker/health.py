"""Is the worker of this machine alive? For containers and supervisors."""

from __future__ import annotations

import time

from inference_worker.config import WorkerConfig

SILENT_AFTER_S = 30.0
"""The decoder may keep the interpreter to itself for some seconds."""


def is_alive(config: WorkerConfig) -> bool:
    """Whether the worker has touched its sign of life lately."""
    try:
        age_s = time.time() - config.heartbeat_file.stat().st_mtime
    except FileNotFoundError:
        return False
    return age_s < max(SILENT_AFTER_S, 3 * config.heartbeat_s)
