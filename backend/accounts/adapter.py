"""What django-allauth asks us at sign-up."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import get_language_from_request

from backend.accounts.models import Language, User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """A person is taken to speak the language in which they sign up, until they say otherwise: the offline
        engine would write Korean down as invented English if it were left to guess."""
        language = get_language_from_request(request).partition("-")[0]
        user.ui_language = language if language in Language.values else Language.ENGLISH
        user.speech_language = user.ui_language
        saved: User = super().save_user(request, user, form, commit)
        return saved
