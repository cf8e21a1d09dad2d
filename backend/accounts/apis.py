"""What we answer in django-allauth's place.

A forgotten password is looked up and written about by a worker: the answer takes as long for an address that somebody
has as for one that nobody has.
"""

from __future__ import annotations

import logging

from allauth.account.fields import EmailField
from allauth.headless.account.views import RequestPasswordResetView
from allauth.headless.internal.restkit import inputs
from django.http import HttpRequest
from kombu.exceptions import OperationalError

from backend.accounts.password_reset import password_reset_mail
from backend.accounts.tasks import send_password_reset

logger = logging.getLogger(__name__)


class AddressInput(inputs.Input):  # type: ignore[misc]  # allauth has no types
    email = EmailField(required=True)

    def save(self, _: HttpRequest) -> None:
        email: str = self.cleaned_data["email"]
        try:
            send_password_reset.apply_async(args=[email], ignore_result=True)
        except OperationalError as error:
            logger.warning("the queue cannot be reached, a mail is sent at once: %s", error)
            password_reset_mail(email=email)


class PasswordResetRequestApi(RequestPasswordResetView):  # type: ignore[misc]
    input_class = AddressInput
