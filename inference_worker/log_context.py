"""Which unit a log line belongs to."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Iterator
from contextvars import ContextVar

from inference_worker.contract import AnalysisRequest

FORMAT = "%(asctime)s %(levelname)s %(name)s%(unit)s: %(message)s"

_unit: ContextVar[str] = ContextVar("unit", default="")


@contextlib.contextmanager
def bound(request: AnalysisRequest) -> Iterator[None]:
    """Every line logged by this thread inside carries analysis, unit and attempt."""
    token = _unit.set(f" [analysis={request.analysis_id} unit={request.unit} attempt={request.attempt}]")
    try:
        yield
    finally:
        _unit.reset(token)


class UnitFilter(logging.Filter):
    """Adds the attribute `unit` to every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.unit = _unit.get()
        return True


def configure(level: str) -> None:
    """Log to standard error, one line a record (tracebacks apart)."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(UnitFilter())
    handler.setFormatter(logging.Formatter(FORMAT))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Two lines for every heartbeat would bury the rest.
    logging.getLogger("celery.app.trace").setLevel(logging.WARNING)
    logging.getLogger("celery.worker.strategy").setLevel(logging.WARNING)
