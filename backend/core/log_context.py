"""Ids that go into every log line written while they are bound: recording, analysis, unit, attempt."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

from backend.core.log_secrets import redact

_context: ContextVar[Mapping[str, str]] = ContextVar("log_context", default=MappingProxyType({}))


@contextmanager
def bound(**ids: object) -> Iterator[None]:
    """Add `ids` to every log line until the block ends."""
    token = _context.set({**_context.get(), **{key: str(value) for key, value in ids.items()}})
    try:
        yield
    finally:
        _context.reset(token)


class ContextFilter(logging.Filter):
    """Puts the bound ids on each record as `context` and `context_text`."""

    def filter(self, record: logging.LogRecord) -> bool:
        ids = _context.get()
        record.context = ids
        record.context_text = "".join(f" {key}={value}" for key, value in ids.items())
        return True


class ClientMistakeFilter(logging.Filter):
    """What a client sends that is no UTF-8 is its mistake: one warning, where uvicorn writes a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and isinstance(record.exc_info[1], UnicodeDecodeError):
            record.exc_info = record.exc_text = None
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%SZ"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "context", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return redact(json.dumps(line, ensure_ascii=False))
