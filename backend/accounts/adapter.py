"""What django-allauth asks us about accounts."""

from __future__ import annotations

import json
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress, EmailConfirmationMixin
from allauth.core import context
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language_from_request

from backend.accounts.models import Language, User
from backend.accounts.second_factor import second_factor_is_due


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

    def clean_email(self, email: str) -> str:
        """Whoever is signed in asks for another address: one that is taken is named, as at sign-up."""
        cleaned: str = super().clean_email(email)
        user = getattr(context.request, "user", None)
        if isinstance(user, User) and _is_of_another(cleaned, user):
            raise self.validation_error("email_taken")
        return cleaned

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """False: somebody else has signed up with it since."""
        if _is_of_another(email_address.email, email_address.user):
            return False
        confirmed: bool = super().confirm_email(request, email_address)
        return confirmed

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Raises `ReauthenticationRequired` for a change of second factors without showing one: whoever has only the
        password could read the recovery codes, or take the second factor away."""
        request = context.request
        user = getattr(request, "user", None)
        if (
            app == "allauth.mfa"
            and isinstance(user, User)
            and second_factor_is_due(user=user, session=request.session)
        ):
            raise ReauthenticationRequired
        required: bool = super().is_reauthentication_required(app=app, **more)
        return required

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """As a worker sends mails, too, which has no request."""
        self.render_mail(template_prefix, email, {**context, "email": email}).send()

    def send_confirmation_mail(
        self, request: HttpRequest, emailconfirmation: EmailConfirmationMixin, signup: bool
    ) -> None:
        """Without a mail server nobody could open the link: the address is taken as it is."""
        if settings.ENVIRONMENT.email_url:
            super().send_confirmation_mail(request, emailconfirmation, signup)
        else:
            emailconfirmation.confirm(request)


def _is_of_another(email: str, user: User) -> bool:
    return User.objects.filter(email__iexact=email).exclude(pk=user.pk).exists()


def _address_given(request: HttpRequest | None) -> str:
    try:
        given = json.loads(request.body) if request is not None else {}
    except ValueError:
        return ""
    email = given.get("email") if isinstance(given, dict) else None
    return email if isinstance(email, str) else ""
