"""Every error of the API has the same form."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from rest_framework import exceptions

from backend.core.problems import exception_handler
from backend.uploads.apis.recordings import UploadThrottle
from tests.conftest import CommittingClient


def handled(exc: Exception) -> Any:
    response = exception_handler(exc, {})
    assert response is not None
    return response


def test_nested_errors_are_flat_and_named() -> None:
    detail = {
        "title": ["too long"],
        "items": [{"start_s": ["not a number", "negative"]}, {}],
        "non_field_errors": [exceptions.ErrorDetail("contradiction", code="clash")],
    }
    assert handled(exceptions.ValidationError(detail)).data["errors"] == [
        {"field": "title", "code": "invalid", "detail": "too long"},
        {"field": "items.start_s", "code": "invalid", "detail": "not a number"},
        {"field": "items.start_s", "code": "invalid", "detail": "negative"},
        {"field": "", "code": "clash", "detail": "contradiction"},
    ]


@pytest.mark.parametrize(
    ("exc", "status", "code"),
    [
        (Http404(), 404, "not_found"),
        (PermissionDenied(), 403, "permission_denied"),
        (exceptions.ParseError(), 400, "malformed_request"),
        (exceptions.NotAcceptable(), 406, "not_acceptable"),
        (exceptions.AuthenticationFailed(), 401, "not_authenticated"),
        (exceptions.APIException(), 500, "error"),
    ],
)
def test_codes(exc: Exception, status: int, code: str) -> None:
    response = handled(exc)
    assert (response.status_code, response.data["status"], response.data["code"]) == (status, status, code)
    assert set(response.data) == {"type", "title", "status", "code", "detail"}


def test_what_nobody_expected_goes_on_to_the_log() -> None:
    assert exception_handler(RuntimeError("bug"), {}) is None


@pytest.mark.parametrize(
    ("method", "path", "body", "content_type", "status", "code"),
    [
        ("put", "/api/v1/me", "{}", "application/json", 405, "method_not_allowed"),
        ("patch", "/api/v1/me", "<x/>", "application/xml", 415, "unsupported_media_type"),
        ("patch", "/api/v1/me", "{", "application/json", 400, "malformed_request"),
        ("patch", "/api/v1/me", "\xff", "application/json", 400, "malformed_request"),
        ("patch", "/api/v1/me", "[]", "application/json", 400, "invalid"),
        ("post", "/api/v1/recordings", "{}", "application/json", 415, "unsupported_media_type"),
        ("get", "/api/v1/recordings/not-a-uuid", "", "application/json", 404, "not_found"),
        ("get", "/api/v2/me", "", "application/json", 404, "not_found"),
        ("get", "/api", "", "application/json", 404, "not_found"),
        ("post", "/api/nothing/here", "", "application/json", 404, "not_found"),
    ],
)
def test_over_http(
    owner_client: CommittingClient,
    method: str,
    path: str,
    body: str,
    content_type: str,
    status: int,
    code: str,
) -> None:
    response = owner_client.generic(method.upper(), path, body.encode("latin-1"), content_type)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response["Content-Type"] == "application/problem+json"
    assert set(response.json()) >= {"type", "title", "status", "code", "detail"}


def test_an_unknown_address_is_not_found_without_a_csrf_token_too(db: None) -> None:
    response = Client(enforce_csrf_checks=True).post("/api/nothing/here")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_who_asks_too_often_is_told_when_to_come_back(
    owner_client: CommittingClient, upload: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UploadThrottle, "THROTTLE_RATES", {"upload": "1/min"})
    assert upload(owner_client).status_code == 201
    response = upload(owner_client)
    assert (response.status_code, response.json()["code"]) == (429, "throttled")
    assert 0 < int(response["Retry-After"]) <= 60
    assert owner_client.get("/api/v1/recordings").status_code == 200
