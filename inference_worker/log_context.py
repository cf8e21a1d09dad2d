"""Which unit a log line belongs to."""

from __future__ import annotations

import contextlib
import json
import logging
import sys
import time
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from types import MappingProxyType

from inference_worker.contract import AnalysisRequest
from inference_worker.log_secrets import RedactingFormatter, redact

FORMAT = "%(asctime)s %(levelname)s %(name)s%(unit)s: %(message)s"

_ids: ContextVar[Mapping[str, str | int]] = ContextVar("ids", default=MappingProxyType({}))


@contextlib.contextmanager
def bound(request: AnalysisRequest) -> Iterator[None]:
    """Every line logged by this thread inside carries recording, analysis, unit and attempt: the same ids, under the
    same names, as the backend's lines."""
    token = _ids.set(
        {
            "recording": request.recording_id,
            "analysis": request.analysis_id,
            "unit": request.unit,
            "attempt": request.attempt,
        }
    )
    try:
        yield
    finally:
        _ids.reset(token)


class UnitFilter(logging.Filter):
    """Adds the attributes `ids` and `unit` (the ids as text) to every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.ids = ids = _ids.get()
        text = " ".join(f"{name}={value}" for name, value in ids.items())
        record.unit = f" [{text}]" if text else ""
        return True


class JsonFormatter(logging.Formatter):
    """One JSON object a line, in the form of the backend's."""

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%SZ"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "ids", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return redact(json.dumps(line, ensure_ascii=False))


def configure(level: str, log_format: str = "text") -> None:
    """Log to standard error, one line a record (tracebacks apart, in the text form)."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(UnitFilter())
    handler.setFormatter(JsonFormatter() if log_format == "json" else RedactingFormatter(FORMAT))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Two lines for every heartbeat would bury the rest.
    logging.getLogger("celery.app.trace").setLevel(logging.WARNING)
    logging.getLogger("celery.worker.strategy").setLevel(logging.WARNING)
