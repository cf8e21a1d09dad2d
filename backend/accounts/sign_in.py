"""Who is asking."""

from __future__ import annotations

from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from backend.accounts.models import User


def signed_in_user(request: Request) -> User:
    """Raises `NotAuthenticated` for an anonymous request."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user
