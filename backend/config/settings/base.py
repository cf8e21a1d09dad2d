"""Settings that are the same everywhere. Overlays (embedded, production, test) import this and change it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url

from backend.config import env
from backend.config.settings import mail, media

ENVIRONMENT = env.load()

DATA_DIR = ENVIRONMENT.data_dir
HOST = ENVIRONMENT.host
PORT = ENVIRONMENT.port
PUBLIC_URL = ENVIRONMENT.public_url or f"http://{HOST}:{PORT}"
INTERNAL_URL = ENVIRONMENT.internal_url or f"http://127.0.0.1:{PORT}"
LIVE_DIR = ENVIRONMENT.live_dir or DATA_DIR / "live"
WEB_CLIENT_DIR = env.REPOSITORY_DIR / "clients" / "web" / "dist"

DEBUG = False
SECRET_KEY = ENVIRONMENT.secret_key
SECRET_KEY_FALLBACKS = list(ENVIRONMENT.secret_key_fallbacks)
# `backend.core.data_key` reads it: what must outlive a change of SECRET_KEY is made of it.
DATA_KEY = ENVIRONMENT.data_key
# Workers fetch audio under the internal address.
ALLOWED_HOSTS = [*ENVIRONMENT.allowed_hosts, urlsplit(INTERNAL_URL).hostname or ""]
ROOT_URLCONF = "backend.config.urls"
ASGI_APPLICATION = "backend.config.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.usersessions",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "channels",
    "backend.core",
    "backend.accounts",
    "backend.conversations",
    "backend.analyses",
    "backend.uploads",
    "backend.notifications",
    "backend.preferences",
    "backend.privacy",
    "backend.live",
    "backend.care",
    "backend.sharing",
    "backend.realtime",
    "backend.operators",
    "backend.embedded",
]

MIDDLEWARE = [
    "backend.core.request_traces.RequestTraces",
    "backend.core.request_metrics.RequestMetrics",
    "django.middleware.security.SecurityMiddleware",
    "backend.config.security_headers.SecurityHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "backend.accounts.passkey_errors.MalformedPasskeys",
    "backend.accounts.activity.DeviceActivity",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Before those of the packages: our mails speak two languages.
        "DIRS": [env.REPOSITORY_DIR / "backend" / "accounts" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]

SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
    # FULL: a recording that was answered with 201 survives a power cut.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=134217728;",
}


def database(url: str, data_dir: Path) -> dict[str, Any]:
    """Django's settings for the database that `url` names; SQLite in the data folder when it is empty."""
    if not url:
        name = str(data_dir / "database.sqlite3")
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": name, "OPTIONS": SQLITE_OPTIONS}
    # Web server and results worker keep theirs: `config.one_thread`, `config.celery`.
    return {**dj_database_url.parse(url, conn_max_age=0)}


DATABASES = {"default": database(ENVIRONMENT.database_url, DATA_DIR)}

FILE_UPLOAD_HANDLERS = media.upload_handlers(ENVIRONMENT)

STATIC_URL = "/static/"
LANGUAGE_CODE = "en"
LANGUAGES = [("ko", "한국어"), ("en", "English")]
TIME_ZONE = "UTC"
USE_TZ = True

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

ACCOUNT_ADAPTER = "backend.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
# Asking for a new password tells nothing of who has an account: whoever has none gets a mail that says so. Signing up
# names an address that is in use all the same, as it must work without a mail server.
ACCOUNT_PREVENT_ENUMERATION = True
# The subjects say who writes.
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# A new address takes the place of the old one when it is confirmed; whoever asks for it enters the password again.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# Codes of an app, recovery codes, and passkeys, which also sign in alone.
MFA_ADAPTER = "backend.accounts.mfa.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "RecognitionHelpers"
# A code that was typed as it changed is good, too (RFC 6238, section 5.2).
MFA_TOTP_TOLERANCE = 1
# Addresses are not verified here: a server without mail has accounts as good as others.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# Browsers give passkeys to https, and to http on localhost for trying things out.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PUBLIC_URL.startswith("https://")
HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("browser", "app")
HEADLESS_FRONTEND_URLS = {
    "account_confirm_email": f"{PUBLIC_URL}/verify-email/{{key}}",
    "account_reset_password": f"{PUBLIC_URL}/password/reset",
    "account_reset_password_from_key": f"{PUBLIC_URL}/password/reset/{{key}}",
    "account_signup": f"{PUBLIC_URL}/",
}

# Without a mail server, mails (a forgotten password, an alert) go to the log: the operator reads them there.
globals().update(mail.settings(ENVIRONMENT.email_url, ENVIRONMENT.email_from))

SESSION_COOKIE_AGE = 90 * 24 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "backend.accounts.sign_in.CookieSession",
        "allauth.headless.contrib.rest_framework.authentication.XSessionTokenAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "backend.core.pagination.NewestFirst",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_RATES": {
        "upload": "240/min",
        "takeout": "6/hour",
        "account_deletion": "10/hour",
        "care_code": "10/min",
        "care_invite": "60/hour",
        "shared_captions": "120/min",
        "search": f"{ENVIRONMENT.searches_per_minute}/min",
    },
    "EXCEPTION_HANDLER": "backend.core.problems.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "RecognitionHelpers",
    "DESCRIPTION": "Captions that also say how it was said.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "AnalysisState": "backend.analyses.models.AnalysisState",
        "RecordingSource": "backend.conversations.models.RecordingSource",
        "Language": "backend.accounts.models.Language",
        "DeviceKind": "backend.notifications.models.DeviceKind",
        "Notice": "backend.notifications.models.Notice",
        "DeliveryState": "backend.notifications.models.DeliveryState",
        "EmotionLabel": "backend.conversations.models.EmotionLabel",
        "EmotionMode": "backend.conversations.models.EmotionMode",
        "TextSize": "backend.accounts.display.TextSize",
        "LineSpacing": "backend.accounts.display.LineSpacing",
        "CareScope": "backend.care.models.Scope",
        "CareLinkState": "backend.care.models.LinkState",
        "AlertKind": "backend.care.models.AlertKind",
    },
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums"],
}
