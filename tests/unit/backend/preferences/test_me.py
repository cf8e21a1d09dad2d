"""`/api/v1/me`: what a person prefers."""

from __future__ import annotations

from typing import Any

import pytest

from backend.accounts.models import User
from tests.conftest import CommittingClient


def test_preferences_are_kept(owner_client: CommittingClient, stranger: User) -> None:
    wanted = {"ui_language": "en", "speech_language": "ko", "emotion_enabled": False}
    response = owner_client.patch("/api/v1/me", wanted, format="json")
    assert response.status_code == 200
    assert {name: owner_client.get("/api/v1/me").json()[name] for name in wanted} == wanted
    assert owner_client.patch("/api/v1/me", {"speech_language": None}, format="json").status_code == 200
    assert owner_client.get("/api/v1/me").json()["speech_language"] is None
    assert User.objects.filter(pk=stranger.pk, ui_language="ko", emotion_enabled=True).exists()


def test_nothing_asked_is_nothing_changed(owner_client: CommittingClient) -> None:
    before = User.objects.values().get()
    assert owner_client.patch("/api/v1/me", {}, format="json").status_code == 200
    read_only = {"id": "1", "email": "x@example.org", "revision": 9, "is_active": False, "password": "x"}
    assert owner_client.patch("/api/v1/me", read_only, format="json").status_code == 200
    assert User.objects.values().get() == before


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        (
            {"ui_language": "tlh"},
            [("ui_language", "invalid_choice", '"tlh" is not a valid choice.')],
        ),
        ({"ui_language": None}, [("ui_language", "null", "This field may not be null.")]),
        *(
            ({"time_zone": zone}, [("time_zone", "time_zone", "Name a time zone such as Asia/Seoul.")])
            for zone in ("Mars/Olympus", "../etc/passwd", "Asia", "/etc/localtime")
        ),
        ({"emotion_enabled": "perhaps"}, [("emotion_enabled", "invalid", "Must be a valid boolean.")]),
        (
            {"ui_language": "x", "speech_language": "y"},
            [
                ("ui_language", "invalid_choice", '"x" is not a valid choice.'),
                ("speech_language", "invalid_choice", '"y" is not a valid choice.'),
            ],
        ),
    ],
)
def test_invalid_fields_are_named(
    owner_client: CommittingClient, body: dict[str, Any], errors: list[tuple[str, str, str]]
) -> None:
    before = User.objects.values().get()
    response = owner_client.patch("/api/v1/me", body, format="json")
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert response.json() == {
        "type": "about:blank",
        "title": "Invalid input",
        "status": 400,
        "code": "invalid",
        "detail": "; ".join(f"{field}: {detail}" for field, _, detail in errors),
        "errors": [{"field": field, "code": code, "detail": detail} for field, code, detail in errors],
    }
    assert User.objects.values().get() == before
