"""Unit and integration tests: a fresh data folder, fast hashes; a database and a Redis when they are named."""

from __future__ import annotations

import tempfile
from pathlib import Path

from backend.config.settings import media, observability, queue
from backend.config.settings.base import *  # noqa: F403
from backend.config.settings.base import ENVIRONMENT, database

_folder = tempfile.TemporaryDirectory(prefix="recognition-helpers-test-")
DATA_DIR = Path(_folder.name)
LIVE_DIR = DATA_DIR / "live"
SECRET_KEY = "only-for-tests-" + "x" * 40
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
DATABASES = {"default": database(ENVIRONMENT.database_url, DATA_DIR)}
if not ENVIRONMENT.database_url:
    # A file: SQLite in memory locks other than the one that people run.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
REDIS_URL = ENVIRONMENT.redis_url
_redis = REDIS_URL or "redis://127.0.0.1:1/0"
globals().update(queue.celery(_redis))
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = media.storages(DATA_DIR, ENVIRONMENT)
LOGGING = observability.logging_config("WARNING", "text")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
