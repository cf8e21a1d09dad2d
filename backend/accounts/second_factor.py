"""Whether somebody has to show their second factor again before something that cannot be taken back."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from allauth.account import app_settings
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.utils import timezone

from backend.accounts.models import User


def second_factor_is_due(*, user: User, session: Mapping[str, Any]) -> bool:
    """False for whoever has none, has just set it up, or has shown it in this session in the last minutes."""
    valid_s = app_settings.REAUTHENTICATION_TIMEOUT
    settled = Authenticator.objects.filter(
        user=user, created_at__lt=timezone.now() - timedelta(seconds=valid_s)
    ).exclude(type=Authenticator.Type.RECOVERY_CODES)
    if not settled.exists():
        return False
    records = session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
    return not any(
        record.get("method") == "mfa"
        and record.get("reauthenticated")
        and time.time() - record["at"] < valid_s
        for record in records
    )
