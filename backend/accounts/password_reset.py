"""The mail for a forgotten password."""

from __future__ import annotations

from allauth.headless.account.inputs import RequestPasswordResetInput


def password_reset_mail(*, email: str) -> None:
    """A link for whoever has an account with this address; otherwise a mail that says that nobody has one."""
    found = RequestPasswordResetInput({"email": email})
    if found.is_valid():
        found.save(None)
