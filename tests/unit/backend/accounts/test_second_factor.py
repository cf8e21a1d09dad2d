"""Codes of an app, recovery codes, passkeys, and a forgotten password, over the headless API."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from kombu.exceptions import OperationalError

from backend.accounts.models import User
from backend.accounts.tasks import send_password_reset
from tests.unit.backend.accounts.conftest import BROWSER, EMAIL, PASSWORD, Browser, credentials

TOTP = f"{BROWSER}/account/authenticators/totp"
CODES = f"{BROWSER}/account/authenticators/recovery-codes"


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def pending(response: Any) -> list[str]:
    return [flow["id"] for flow in response.json()["data"]["flows"] if flow.get("is_pending")]


def confirm(browser: Browser) -> None:
    """Whoever changes how one signs in says again who they are."""
    wrong = browser.send("post", f"{BROWSER}/auth/reauthenticate", {"password": "not mine"})
    assert wrong.status_code == 400
    right = browser.send("post", f"{BROWSER}/auth/reauthenticate", {"password": PASSWORD})
    assert right.status_code == 200


@pytest.fixture
def enrolled(browser: Browser) -> tuple[Browser, str]:
    """Somebody with an app that makes codes, and its secret."""
    browser.send("post", f"{BROWSER}/auth/signup", credentials())
    confirm(browser)
    offered = browser.get(TOTP)
    assert offered.status_code == 404
    meta = offered.json()["meta"]
    assert meta["totp_url"].startswith("otpauth://totp/new%40example.org?")
    assert "issuer=RecognitionHelpers" in meta["totp_url"]
    wrong = browser.send("post", TOTP, {"code": "000000"})
    assert (wrong.status_code, wrong.json()["errors"][0]["code"]) == (400, "incorrect_code")
    assert not Authenticator.objects.exists()
    assert browser.send("post", TOTP, {"code": code_for(meta["secret"])}).status_code == 200
    return browser, meta["secret"]


def test_the_seed_is_not_readable_in_the_database(enrolled: tuple[Browser, str]) -> None:
    _, secret = enrolled
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in stored
    assert len(stored) > 100


def test_signing_in_needs_the_code(enrolled: tuple[Browser, str]) -> None:
    elsewhere = Browser()
    first = elsewhere.send("post", f"{BROWSER}/auth/login", credentials())
    assert (first.status_code, pending(first)) == (401, ["mfa_authenticate"])
    assert elsewhere.get("/api/v1/me").status_code == 401
    wrong = elsewhere.send("post", f"{BROWSER}/auth/2fa/authenticate", {"code": "000000"})
    assert (wrong.status_code, wrong.json()["errors"][0]["code"]) == (400, "incorrect_code")
    assert elsewhere.get("/api/v1/me").status_code == 401
    # The code of the enrolment was used up; a recovery code is as good.
    recovery = enrolled[0].get(CODES).json()["data"]["unused_codes"]
    right = elsewhere.send("post", f"{BROWSER}/auth/2fa/authenticate", {"code": recovery[0]})
    assert right.status_code == 200
    assert elsewhere.get("/api/v1/me").json()["email"] == EMAIL
    again = Browser()
    again.send("post", f"{BROWSER}/auth/login", credentials())
    used = again.send("post", f"{BROWSER}/auth/2fa/authenticate", {"code": recovery[0]})
    assert used.status_code == 400


def test_it_can_be_switched_off(enrolled: tuple[Browser, str]) -> None:
    browser, _ = enrolled
    assert browser.send("delete", TOTP).status_code == 200
    assert Browser().send("post", f"{BROWSER}/auth/login", credentials()).status_code == 200


def test_passkeys_are_offered_to_who_is_signed_in(browser: Browser) -> None:
    path = f"{BROWSER}/account/authenticators/webauthn"
    assert browser.get(path).status_code == 401
    browser.send("post", f"{BROWSER}/auth/signup", credentials())
    confirm(browser)
    options = browser.get(f"{path}?passwordless").json()["data"]["creation_options"]["publicKey"]
    assert options["rp"] == {"id": "testserver", "name": "RecognitionHelpers"}
    assert options["user"]["name"] == EMAIL
    refused = browser.send("post", path, {"name": "phone", "credential": {"id": "invented"}})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "passkey_invalid")
    assert not Authenticator.objects.exists()


def test_signing_in_by_a_passkey_begins_without_a_name(browser: Browser) -> None:
    options = browser.get(f"{BROWSER}/auth/webauthn/login").json()["data"]["request_options"]["publicKey"]
    assert options["rpId"] == "testserver"
    assert "allowCredentials" not in options or options["allowCredentials"] == []
    refused = browser.send("post", f"{BROWSER}/auth/webauthn/login", {"credential": {"id": "invented"}})
    assert refused.status_code == 400


def test_a_forgotten_password(browser: Browser, asked_for_passwords: list[str]) -> None:
    Browser().send("post", f"{BROWSER}/auth/signup", credentials())
    signed_in = Browser()
    signed_in.send("post", f"{BROWSER}/auth/login", credentials())
    assert browser.send("post", f"{BROWSER}/auth/password/request", {"email": EMAIL}).status_code == 200
    assert (asked_for_passwords, mail.outbox) == ([EMAIL], [])
    send_password_reset(EMAIL)
    [message] = mail.outbox
    assert message.to == [EMAIL]
    assert message.subject == "RecognitionHelpers: 새 비밀번호 · New password"
    found = re.search(r"/password/reset/(\S+)", str(message.body))
    assert found is not None
    path = f"{BROWSER}/auth/password/reset"
    weak = browser.send("post", path, {"key": found[1], "password": "12345678"})
    assert weak.status_code == 400
    assert {error["param"] for error in weak.json()["errors"]} == {"password"}
    done = browser.send("post", path, {"key": found[1], "password": "green teapot 48"})
    assert done.status_code in (200, 401), done.content
    assert Browser().send("post", f"{BROWSER}/auth/login", credentials()).status_code == 400
    assert signed_in.get("/api/v1/me").status_code == 401, "other devices are signed out"
    good = Browser().send("post", f"{BROWSER}/auth/login", credentials(EMAIL, "green teapot 48"))
    assert good.status_code == 200
    again = Browser().send("post", path, {"key": found[1], "password": PASSWORD})
    assert again.status_code == 400, "a link works once"


def test_a_forgotten_password_while_the_queue_is_away(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_: Any) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(send_password_reset, "apply_async", away)
    assert browser.send("post", f"{BROWSER}/auth/password/request", {"email": EMAIL}).status_code == 200
    assert [message.to for message in mail.outbox] == [[EMAIL]]


def test_nobody_s_second_factor_is_anybody_else_s(enrolled: tuple[Browser, str]) -> None:
    other = Browser()
    other.send("post", f"{BROWSER}/auth/signup", credentials("other@example.org"))
    assert other.get(f"{BROWSER}/account/authenticators").json()["data"] == []
    other.send("delete", TOTP)
    assert Authenticator.objects.filter(user=User.objects.get(email=EMAIL), type="totp").exists()
