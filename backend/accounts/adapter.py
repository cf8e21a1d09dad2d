"""What django-allauth asks us at sign-up."""

from __future__ import annotations

import json
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.http import HttpRequest
from django.utils.translation import get_language_from_request

from backend.accounts.models import Language, User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def clean_password(self, password: str, user: User | None = None) -> str:
        """At sign-up there is no person yet to compare the password with: the address that comes with it will do."""
        if user is None:
            user = User(email=_address_given(context.request))
        cleaned: str = super().clean_password(password, user=user)
        return cleaned

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """A person is taken to speak the language in which they sign up, until they say otherwise: the offline
        engine would write Korean down as invented English if it were left to guess."""
        language = get_language_from_request(request).partition("-")[0]
        user.ui_language = language if language in Language.values else Language.ENGLISH
        user.speech_language = user.ui_language
        saved: User = super().save_user(request, user, form, commit)
        return saved


def _address_given(request: HttpRequest | None) -> str:
    try:
        given = json.loads(request.body) if request is not None else {}
    except ValueError:
        return ""
    email = given.get("email") if isinstance(given, dict) else None
    return email if isinstance(email, str) else ""
