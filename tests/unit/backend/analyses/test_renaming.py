"""`PATCH /api/v1/recordings/{id}`."""

from __future__ import annotations

from typing import Any

import pytest

from backend.conversations.models import Recording
from tests.conftest import CommittingClient
from tests.recorders import PushRecorder


@pytest.fixture
def path(recording: dict[str, Any]) -> str:
    return f"/api/v1/recordings/{recording['id']}"


def test_a_new_title_is_kept_and_told(
    owner_client: CommittingClient, path: str, pushed: PushRecorder
) -> None:
    pushed.clear()
    response = owner_client.patch(path, {"title": " 가족 회의 "}, format="json")
    assert (response.status_code, response.json()["title"]) == (200, "가족 회의")
    assert pushed.events == [{"type": "recording.changed", "revision": 2, "recording": response.json()}]
    assert owner_client.get(path).json() == response.json()


def test_what_is_left_out_stays(owner_client: CommittingClient, path: str) -> None:
    owner_client.patch(path, {"title": "a talk"}, format="json")
    assert owner_client.patch(path, {}, format="json").json()["title"] == "a talk"
    assert Recording.objects.get().title == "a talk"
    owner_client.patch(path, {"title": ""}, format="json")
    assert Recording.objects.get().title == ""


def test_nothing_else_can_be_changed(owner_client: CommittingClient, path: str) -> None:
    before = owner_client.get(path).json()
    answer = owner_client.patch(
        path, {"title": "x", "id": "1", "revision": 99, "language": "en", "size_bytes": 1}, format="json"
    ).json()
    assert {**answer, "title": "", "revision": 1} == before


@pytest.mark.parametrize("title", ["x" * 201, "a\x00b", None, ["x"], {"x": 1}])
def test_a_bad_title(owner_client: CommittingClient, path: str, title: Any) -> None:
    response = owner_client.patch(path, {"title": title}, format="json")
    assert (response.status_code, response.json()["code"]) == (400, "invalid")
    assert [error["field"] for error in response.json()["errors"]] == ["title"]
    assert Recording.objects.values_list("title", "revision").get() == ("", 1)
