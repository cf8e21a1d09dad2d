"""Makes `manage.py up` known to Django."""

from __future__ import annotations

from django.apps import AppConfig


class EmbeddedConfig(AppConfig):
    """The one-machine stack. It has no models and knows no domain app."""

    name = "backend.embedded"
    label = "embedded"
    verbose_name = "One-machine stack"
