"""Sessions of browsers and apps, and how they end."""

from __future__ import annotations

from typing import Any

import pytest

from backend.accounts.models import User
from tests.unit.backend.accounts.conftest import APP, BROWSER, App, Browser, credentials


@pytest.fixture
def signed_in(app: App) -> App:
    assert app.send("post", f"{APP}/auth/signup", credentials()).status_code == 200
    return app


def test_a_browser_needs_the_csrf_token_to_change_anything(browser: Browser) -> None:
    browser.send("post", f"{BROWSER}/auth/signup", credentials())
    refused = browser.send("patch", "/api/v1/me", {"emotion_enabled": False}, csrf=False)
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied")
    assert User.objects.get().emotion_enabled is True
    assert browser.send("patch", "/api/v1/me", {"emotion_enabled": False}).status_code == 200
    assert User.objects.get().emotion_enabled is False


def test_signing_in_needs_the_csrf_token(browser: Browser) -> None:
    refused = browser.send("post", f"{BROWSER}/auth/signup", credentials(), csrf=False)
    assert refused.status_code == 403
    assert not User.objects.exists()


def test_the_token_of_an_app_works_without_cookies(signed_in: App) -> None:
    assert signed_in.token
    assert signed_in.send("get", "/api/v1/me").json()["email"] == "new@example.org"
    assert signed_in.send("patch", "/api/v1/me", {"ui_language": "en"}).json()["ui_language"] == "en"


@pytest.mark.parametrize("token", ["", "nonsense", "한", "x" * 5000])
def test_a_wrong_token_is_nobody(signed_in: App, token: str) -> None:
    signed_in.token = token
    assert signed_in.send("get", "/api/v1/me").status_code == 401


def test_an_inactive_person_is_nobody(signed_in: App) -> None:
    User.objects.update(is_active=False)
    assert signed_in.send("get", "/api/v1/me").status_code == 401


def test_signing_out_ends_one_device(signed_in: App, browser: Browser) -> None:
    browser.send("post", f"{BROWSER}/auth/login", credentials())
    response = signed_in.send("delete", f"{APP}/auth/session")
    assert (response.status_code, response.json()["meta"]["is_authenticated"]) == (401, False)
    assert signed_in.send("get", "/api/v1/me").status_code == 401
    assert browser.get("/api/v1/me").status_code == 200


def test_devices_are_listed_and_can_be_signed_out_from_afar(signed_in: App, browser: Browser) -> None:
    browser.send("post", f"{BROWSER}/auth/login", credentials())
    devices: list[dict[str, Any]] = browser.get(f"{BROWSER}/auth/sessions").json()["data"]
    assert sorted(device["is_current"] for device in devices) == [False, True]
    others = [device["id"] for device in devices if not device["is_current"]]
    response = browser.send("delete", f"{BROWSER}/auth/sessions", {"sessions": others})
    assert [device["is_current"] for device in response.json()["data"]] == [True]
    assert signed_in.send("get", "/api/v1/me").status_code == 401
    assert browser.get("/api/v1/me").status_code == 200


def test_all_devices_at_once(signed_in: App, browser: Browser) -> None:
    browser.send("post", f"{BROWSER}/auth/login", credentials())
    devices = browser.get(f"{BROWSER}/auth/sessions").json()["data"]
    browser.send("delete", f"{BROWSER}/auth/sessions", {"sessions": [device["id"] for device in devices]})
    assert signed_in.send("get", "/api/v1/me").status_code == 401
    assert browser.get("/api/v1/me").status_code == 401


def test_devices_of_others_are_not_shown_and_stay(signed_in: App, browser: Browser) -> None:
    browser.send("post", f"{BROWSER}/auth/signup", credentials("other@example.org"))
    [mine] = signed_in.send("get", f"{APP}/auth/sessions").json()["data"]
    shown = browser.get(f"{BROWSER}/auth/sessions").json()["data"]
    assert [device["is_current"] for device in shown] == [True]
    browser.send("delete", f"{BROWSER}/auth/sessions", {"sessions": [mine["id"]]})
    assert signed_in.send("get", "/api/v1/me").status_code == 200
