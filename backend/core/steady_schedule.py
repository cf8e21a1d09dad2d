"""Celery beat that goes on when the clock of its machine is put back.

Celery notes when each task was last sent, and until the clock has passed that again it would send none of them.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from celery.beat import PersistentScheduler

logger = logging.getLogger(__name__)

JITTER_S = 2.0
"""Clocks that are kept right by small steps are let be."""


class SteadyScheduler(PersistentScheduler):  # type: ignore[misc]  # the library has no types
    """Begins anew from now whenever the clock was put back."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._ahead_s = _ahead_s()

    def setup_schedule(self) -> None:
        super().setup_schedule()
        self._forget_the_future()

    def tick(self, *args: Any, **options: Any) -> Any:
        ahead_s = _ahead_s()
        if ahead_s < self._ahead_s - JITTER_S:
            logger.warning("the clock was put back by %.0f s", self._ahead_s - ahead_s)
            self._forget_the_future()
        self._ahead_s = ahead_s
        return super().tick(*args, **options)

    def _forget_the_future(self) -> None:
        for entry in self.schedule.values():
            entry.last_run_at = min(entry.last_run_at, entry.default_now())
        self._heap = None


def _ahead_s() -> float:
    """Of the clock on the wall before the one that only counts."""
    return time.time() - time.monotonic()
