"""Program: makes as many people as the argument says, each signed in, and prints their session tokens as JSON.

Signing up over HTTP is limited for each address, and is not what is measured. Uses the database of `DATA_DIR` or
`DATABASE_URL`.
"""

from __future__ import annotations

import json
import os
import sys
import uuid

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings.embedded")
import django

django.setup()

from allauth.headless.internal.sessionkit import session_store  # noqa: E402 - Django must be set up first
from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402

from backend.accounts.models import User  # noqa: E402


def signed_in_person() -> str:
    """The session token of somebody new."""
    user = User(email=f"{uuid.uuid4().hex}@example.org")
    user.set_unusable_password()
    user.save()
    session = session_store()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


if __name__ == "__main__":
    print(json.dumps([signed_in_person() for _ in range(int(sys.argv[1]))]))
