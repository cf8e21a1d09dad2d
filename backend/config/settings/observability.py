"""Logs: one line an event, each with the ids that it is about."""

from __future__ import annotations

from typing import Any


def logging_config(level: str, log_format: str) -> dict[str, Any]:
    """`log_format` is `text` (people) or `json` (machines)."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "context": {"()": "backend.core.log_context.ContextFilter"},
            "client_mistake": {"()": "backend.core.log_context.ClientMistakeFilter"},
        },
        "formatters": {
            "text": {
                "()": "backend.core.log_secrets.RedactingFormatter",
                "format": "%(asctime)s %(levelname)s %(name)s: %(message)s%(context_text)s",
            },
            "json": {"()": "backend.core.log_context.JsonFormatter"},
        },
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "filters": ["context"], "formatter": log_format}
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "uvicorn": {"handlers": [], "propagate": True},
            "uvicorn.error": {"filters": ["client_mistake"]},
            "uvicorn.access": {"level": "WARNING"},
            "django.request": {"level": "ERROR"},
            "celery.app.trace": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
        },
    }
