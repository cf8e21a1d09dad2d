"""Who is asking."""

from __future__ import annotations

from drf_spectacular.authentication import SessionScheme
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from backend.accounts.models import User


class CookieSession(SessionAuthentication):
    """Answers 401 where REST framework's own answers 403: the request is not forbidden, nobody has signed in."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"


class CookieSessionScheme(SessionScheme):  # type: ignore[no-untyped-call]  # registers itself for the schema
    target_class = CookieSession  # type: ignore[assignment]  # the stubs know only its name


def signed_in_user(request: Request) -> User:
    """Raises `NotAuthenticated` for an anonymous request."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user
