"""Many machines. Refuses to start with settings that are only good for one."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured

from backend.config import secret
from backend.config.settings import media, observability, queue
from backend.config.settings.base import *  # noqa: F403
from backend.config.settings.base import ALLOWED_HOSTS, DATA_DIR, DEBUG, ENVIRONMENT, PUBLIC_URL

for _name, _value in (
    ("SECRET_KEY", ENVIRONMENT.secret_key),
    ("DATABASE_URL", ENVIRONMENT.database_url),
    ("REDIS_URL", ENVIRONMENT.redis_url),
    ("PUBLIC_URL", ENVIRONMENT.public_url),
    ("INTERNAL_URL", ENVIRONMENT.internal_url),
    ("ALLOWED_HOSTS", ENVIRONMENT.allowed_hosts),
):
    if not _value:
        raise ImproperlyConfigured(f"{_name} is not set. Production needs it; .env.example explains it.")
if DEBUG:
    raise ImproperlyConfigured("DEBUG is on. It shows secrets to everybody: switch it off.")
for _name, _key in (
    ("SECRET_KEY", ENVIRONMENT.secret_key),
    *(("SECRET_KEY_FALLBACKS", _old) for _old in ENVIRONMENT.secret_key_fallbacks),
    *([("DATA_KEY", ENVIRONMENT.data_key)] if ENVIRONMENT.data_key else []),
):
    if len(_key) < 40:
        raise ImproperlyConfigured(f"{_name} is too short. Make one with: openssl rand -base64 48")
    if secret.is_guessable(_key):
        raise ImproperlyConfigured(
            f"{_name} looks like a placeholder or a pattern. Make one with: openssl rand -base64 48"
        )
if not PUBLIC_URL.startswith("https://") and not ENVIRONMENT.allow_plain_http:
    raise ImproperlyConfigured(
        "PUBLIC_URL is not https. Put TLS in front, or set ALLOW_PLAIN_HTTP=1 for a test."
    )

# The health check of a container asks from inside of it.
ALLOWED_HOSTS = [*ALLOWED_HOSTS, "127.0.0.1"]

REDIS_URL = ENVIRONMENT.redis_url
globals().update(queue.celery(REDIS_URL))
CHANNEL_LAYERS = queue.channel_layers(REDIS_URL)
CACHES = queue.caches(REDIS_URL)
STORAGES = media.storages(DATA_DIR, ENVIRONMENT)
FILE_UPLOAD_TEMP_DIR = media.incoming(DATA_DIR)
LOGGING = observability.logging_config(ENVIRONMENT.log_level, ENVIRONMENT.log_format)

CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
_is_https = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _is_https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000 if _is_https else 0
# TLS ends before us: what comes in plain and says so is sent to https. Workers and probes come from inside.
SECURE_SSL_REDIRECT = _is_https
SECURE_REDIRECT_EXEMPT = [r"^internal/", r"^healthz$", r"^readyz$"]
