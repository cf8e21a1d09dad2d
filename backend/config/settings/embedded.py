"""One machine: SQLite, a Redis of its own and a folder, unless the environment names others."""

from __future__ import annotations

from backend.config import secret
from backend.config.settings import media, observability, queue
from backend.config.settings.base import *  # noqa: F403
from backend.config.settings.base import ALLOWED_HOSTS, DATA_DIR, ENVIRONMENT, HOST

SECRET_KEY = ENVIRONMENT.secret_key or secret.read_or_create(DATA_DIR / "secret-key")
ALLOWED_HOSTS = [*ALLOWED_HOSTS, "127.0.0.1", "localhost", "[::1]", HOST]

REDIS_URL = ENVIRONMENT.redis_url
# Until the stack has started its Redis there is none to name; its children get the real address.
_redis = REDIS_URL or "redis://127.0.0.1:6379/0"
globals().update(queue.celery(_redis))
CHANNEL_LAYERS = queue.channel_layers(_redis)
CACHES = queue.caches(_redis)
STORAGES = media.storages(DATA_DIR, ENVIRONMENT)
LOGGING = observability.logging_config(ENVIRONMENT.log_level, ENVIRONMENT.log_format)
