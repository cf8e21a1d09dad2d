"""Signing in as browsers and apps do it, with django-allauth's headless API."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from backend.accounts.tasks import send_password_reset

BROWSER = "/_allauth/browser/v1"
APP = "/_allauth/app/v1"
EMAIL = "new@example.org"
PASSWORD = "blue teapot 47"


class Browser(Client):
    """Keeps cookies and sends the CSRF token, as the web client does."""

    def __init__(self) -> None:
        super().__init__(enforce_csrf_checks=True)
        self.get(f"{BROWSER}/config")

    def send(self, method: str, path: str, body: dict[str, Any] | None = None, *, csrf: bool = True) -> Any:
        token = {"X-CSRFToken": self.cookies["csrftoken"].value} if csrf else {}
        return getattr(self, method)(path, body or {}, content_type="application/json", headers=token)


class App(Client):
    """Sends the session token once it has one; has no cookies."""

    def __init__(self) -> None:
        super().__init__(enforce_csrf_checks=True)
        self.token = ""

    def send(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        self.cookies.clear()
        headers = {"X-Session-Token": self.token} if self.token else {}
        more = {} if method == "get" else {"content_type": "application/json"}
        response = getattr(self, method)(path, body or {}, headers=headers, **more)
        if "application/json" in response.get("Content-Type", ""):
            self.token = response.json().get("meta", {}).get("session_token") or self.token
        return response


def credentials(email: str = EMAIL, password: str = PASSWORD) -> dict[str, str]:
    return {"email": email, "password": password}


@pytest.fixture
def asked_for_passwords(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses for which a worker is to send a mail; nothing reaches a real queue."""
    addresses: list[str] = []
    monkeypatch.setattr(
        send_password_reset, "apply_async", lambda *, args, ignore_result: addresses.extend(args)
    )
    return addresses


@pytest.fixture
def browser(db: None) -> Browser:
    return Browser()


@pytest.fixture
def app(db: None) -> App:
    return App()
