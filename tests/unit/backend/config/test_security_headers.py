"""Every answer says what a browser may do with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from backend.config import web_client
from tests.conftest import CommittingClient

API = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


@pytest.mark.parametrize("path", ["/api/v1/me", "/api/v1/nothing", "/healthz", "/_allauth/browser/v1/config"])
@pytest.mark.django_db
def test_data_may_do_nothing(path: str) -> None:
    response = Client().get(path)
    assert response["Content-Security-Policy"] == API
    assert response["Permissions-Policy"] == "microphone=(), camera=(), geolocation=()"
    assert response["Cross-Origin-Resource-Policy"] == response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert (response["X-Content-Type-Options"], response["X-Frame-Options"]) == ("nosniff", "DENY")
    assert response["Referrer-Policy"] == "same-origin"


def test_no_foreign_page_may_read_answers(owner_client: CommittingClient) -> None:
    response = owner_client.get("/api/v1/me", headers={"Origin": "https://evil.example"})
    assert [name for name in response.headers if name.startswith("Access-Control-")] == []


def test_the_web_client_runs_only_its_own_code(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "index.html").write_text("<!doctype html>")
    settings.WEB_CLIENT_DIR = tmp_path
    web_client._file.cache_clear()
    try:
        response = Client().get("/")
    finally:
        web_client._file.cache_clear()
    policy = dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["object-src"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["font-src"] == "'self'"
    assert policy["connect-src"] == "'self' ws://testserver wss://testserver"
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["Permissions-Policy"] == "microphone=(self), camera=(), geolocation=()"


@pytest.mark.django_db
def test_the_page_of_the_api_has_no_inline_script() -> None:
    response = Client().get("/api/docs")
    assert response.status_code == 200
    assert "script-src 'self';" in response["Content-Security-Policy"]
    scripts = response.content.decode().split("<script")[1:]
    assert len(scripts) == 3
    assert all(script.lstrip().startswith("src=") for script in scripts)


def test_the_script_for_notices_lies_at_the_root(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "push-worker.js").write_text("self.x = 1;")
    settings.WEB_CLIENT_DIR = tmp_path
    web_client._file.cache_clear()
    try:
        response = Client().get("/push-worker.js")
    finally:
        web_client._file.cache_clear()
    assert (response.status_code, response.content) == (200, b"self.x = 1;")
    assert (response["Content-Type"], response["Cache-Control"]) == ("text/javascript", "no-cache")
