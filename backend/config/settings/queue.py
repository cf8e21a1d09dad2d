"""Redis in its three roles: Celery's broker, the channel layer and the cache."""

from __future__ import annotations

from typing import Any

from backend.config.env import celery_broker_url
from inference_worker import contract


def celery(redis_url: str) -> dict[str, Any]:
    """Celery's settings in Django's spelling (`CELERY_…`)."""
    return {
        "CELERY_BROKER_URL": celery_broker_url(redis_url),
        "CELERY_RESULT_BACKEND": None,
        "CELERY_TASK_IGNORE_RESULT": True,
        "CELERY_TASK_SERIALIZER": "json",
        "CELERY_ACCEPT_CONTENT": ["json"],
        "CELERY_TASK_DEFAULT_QUEUE": contract.QUEUE_RESULTS,
        "CELERY_TASK_ACKS_LATE": True,
        "CELERY_TASK_REJECT_ON_WORKER_LOST": True,
        "CELERY_WORKER_PREFETCH_MULTIPLIER": 1,
        "CELERY_WORKER_HIJACK_ROOT_LOGGER": False,
        "CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP": True,
        "CELERY_BROKER_TRANSPORT_OPTIONS": {"visibility_timeout": contract.VISIBILITY_TIMEOUT_S},
        "CELERY_TASK_PUBLISH_RETRY_POLICY": {"max_retries": 2, "interval_start": 0.1, "interval_step": 0.3},
        "CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS": False,
        "CELERY_BEAT_SCHEDULER": "backend.core.steady_schedule:SteadyScheduler",
        "CELERY_BEAT_SCHEDULE": {
            "empty-trash": {"task": "conversations.empty_trash", "schedule": 3600.0},
            "sweep-live": {"task": "live.sweep", "schedule": 5.0, "options": {"expires": 5}},
            "sweep-links": {"task": "sharing.sweep", "schedule": 3600.0},
            "care-days": {"task": "care.days", "schedule": 60.0, "options": {"expires": 60}},
            "care-alerts": {"task": "care.alerts", "schedule": 300.0, "options": {"expires": 300}},
            "care-mails": {"task": "care.mails", "schedule": 60.0, "options": {"expires": 60}},
            "sweep-analyses": {"task": "analyses.sweep", "schedule": 5.0, "options": {"expires": 5}},
            "adapt-emotion": {
                "task": "analyses.adapt_emotion",
                "schedule": 60.0,
                "options": {"expires": 60},
            },
            "send-notices": {"task": "notifications.outbox", "schedule": 5.0, "options": {"expires": 5}},
            "ask-receipts": {"task": "notifications.receipts", "schedule": 60.0, "options": {"expires": 60}},
            "sweep-uploads": {"task": "uploads.sweep", "schedule": 60.0, "options": {"expires": 60}},
            "retention": {"task": "privacy.retention", "schedule": 60.0, "options": {"expires": 60}},
            "delete-files": {
                "task": "conversations.delete_files",
                "schedule": 60.0,
                "options": {"expires": 60},
            },
            "erase-emotion": {
                "task": "preferences.erase_emotion",
                "schedule": 60.0,
                "options": {"expires": 60},
            },
        },
    }


_CHANNEL_READ_LIMIT_S = 30
"""The channel layer waits 5 s for a message, and so does redis-py 8 for any answer by default: each idle websocket
would be torn down (django/channels_redis issue 422)."""


def channel_layers(redis_url: str) -> dict[str, Any]:
    """Push: lossy by design (60 s, 100 messages a client); REST is the truth."""
    host = {"address": redis_url, "socket_timeout": _CHANNEL_READ_LIMIT_S}
    return {
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {"hosts": [host], "prefix": "push", "expiry": 60, "capacity": 100},
        }
    }


def caches(redis_url: str) -> dict[str, Any]:
    """Counters of throttles and sign-in limits."""
    return {"default": {"BACKEND": "backend.core.shared_cache.SharedRedisCache", "LOCATION": redis_url}}
