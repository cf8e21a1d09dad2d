"""Another address for signing in."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.core import mail
from django.test import override_settings

from backend.accounts.models import User
from tests.unit.backend.accounts.conftest import BROWSER, EMAIL, PASSWORD, Browser, credentials

NEW = "newer@example.org"
Change = Callable[..., Any]


@pytest.fixture
def change(browser: Browser) -> Change:
    """Asks for another address, as somebody who has just entered the password."""
    User.objects.create_user(EMAIL, PASSWORD)
    assert browser.send("post", f"{BROWSER}/auth/login", credentials()).status_code == 200
    again = browser.send("post", f"{BROWSER}/auth/reauthenticate", {"password": PASSWORD})
    assert again.status_code == 200

    def ask(email: str = NEW) -> Any:
        return browser.send("post", f"{BROWSER}/account/email", {"email": email})

    return ask


@pytest.fixture
def with_mail() -> Any:
    with override_settings(
        ENVIRONMENT=dataclasses.replace(settings.ENVIRONMENT, email_url="smtp://mail.example.org")
    ):
        yield


def address_of(browser: Browser) -> str:
    return str(browser.get("/api/v1/me").json()["email"])


def test_without_mail_it_holds_at_once(browser: Browser, change: Change) -> None:
    assert change().status_code == 200
    assert address_of(browser) == NEW
    assert User.objects.get().email == NEW
    assert mail.outbox == []
    browser.send("delete", f"{BROWSER}/auth/session")
    assert browser.send("post", f"{BROWSER}/auth/login", credentials()).status_code == 400
    assert browser.send("post", f"{BROWSER}/auth/login", credentials(NEW)).status_code == 200


@pytest.mark.usefixtures("with_mail")
def test_with_mail_it_holds_once_the_link_was_opened(browser: Browser, change: Change) -> None:
    assert change().status_code == 200
    assert address_of(browser) == EMAIL
    [message] = mail.outbox
    assert message.to == [NEW]
    assert "새 이메일 주소" in message.subject
    [key] = re.findall(r"/verify-email/(\S+)", message.body)
    assert browser.send("post", f"{BROWSER}/auth/email/verify", {"key": unquote(key)}).status_code == 200
    assert address_of(browser) == NEW
    listed = browser.get(f"{BROWSER}/account/email").json()["data"]
    assert [(one["email"], one["primary"]) for one in listed] == [(NEW, True)]


@pytest.mark.usefixtures("with_mail")
def test_a_key_that_nobody_gave_out_confirms_nothing(browser: Browser, change: Change) -> None:
    change()
    assert browser.send("post", f"{BROWSER}/auth/email/verify", {"key": "abc"}).status_code == 400
    assert address_of(browser) == EMAIL


@pytest.mark.usefixtures("with_mail")
def test_an_address_that_somebody_else_has_taken_since_is_not_confirmed(
    browser: Browser, change: Change
) -> None:
    change()
    User.objects.create_user(NEW, PASSWORD)
    [key] = re.findall(r"/verify-email/(\S+)", mail.outbox[0].body)
    browser.send("post", f"{BROWSER}/auth/email/verify", {"key": unquote(key)})
    assert address_of(browser) == EMAIL


def test_an_address_of_somebody_else_is_refused(browser: Browser, change: Change) -> None:
    User.objects.create_user(NEW, PASSWORD)
    refused = change(NEW.upper())
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "email_taken")
    assert address_of(browser) == EMAIL


def test_having_signed_in_is_not_enough(browser: Browser) -> None:
    User.objects.create_user(EMAIL, PASSWORD)
    browser.send("post", f"{BROWSER}/auth/login", credentials())
    refused = browser.send("post", f"{BROWSER}/account/email", {"email": NEW})
    assert refused.status_code == 401
    assert address_of(browser) == EMAIL
