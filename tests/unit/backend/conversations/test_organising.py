"""Titles, notes, tags, pin, archive and trash."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from backend.analyses.models import Analysis
from backend.conversations import tasks
from backend.conversations.models import Conversation, Recording, Utterance
from tests.conftest import CommittingClient
from tests.recorders import PushRecorder
from tests.unit.backend.conftest import stored_files
from tests.unit.backend.conversations.conftest import Line


@pytest.fixture
def path(lines: list[Line]) -> str:
    return f"/api/v1/conversations/{lines[0]['conversation_id']}"


def ids(client: CommittingClient, **wanted: Any) -> list[str]:
    return [found["id"] for found in client.get("/api/v1/conversations", wanted).json()["results"]]


def test_a_conversation_says_what_is_in_it(
    owner_client: CommittingClient, path: str, lines: list[Line]
) -> None:
    conversation = owner_client.get(path).json()
    assert {name: conversation[name] for name in ("title", "notes", "tags", "pinned", "preview")} == {
        "title": "",
        "notes": "",
        "tags": [],
        "pinned": False,
        "preview": "You sad it first.",
    }
    assert (conversation["recording_count"], conversation["duration_s"]) == (1, 30.0)
    assert owner_client.get("/api/v1/conversations").json()["results"] == [conversation]


def test_what_the_owner_writes_is_kept_and_told(
    owner_client: CommittingClient, path: str, pushed: PushRecorder
) -> None:
    body = {
        "title": " 가족 회의 ",
        "notes": "Bring the plan.",
        "tags": ["가족", "Home", "home"],
        "pinned": True,
    }
    answer = owner_client.patch(path, body, format="json").json()
    assert {name: answer[name] for name in body} == {
        "title": "가족 회의",
        "notes": "Bring the plan.",
        "tags": ["가족", "Home"],
        "pinned": True,
    }
    assert answer["revision"] == 3
    assert pushed.events == [
        {"type": "conversation.changed", "revision": 3, "conversation": answer, "catch_up": False}
    ]
    assert owner_client.get("/api/v1/changes?since=2").json()["conversations"] == [answer]
    assert owner_client.get("/api/v1/tags").json() == [
        {"name": "Home", "conversation_count": 1},
        {"name": "가족", "conversation_count": 1},
    ]
    for wanted, found in (
        ({"tag": "가족"}, [answer["id"]]),
        ({"tag": "가"}, []),
        ({"pinned": "true"}, [answer["id"]]),
        ({"pinned": "false"}, []),
    ):
        assert ids(owner_client, **wanted) == found


def test_the_archive(owner_client: CommittingClient, path: str) -> None:
    archived = owner_client.patch(path, {"archived": True}, format="json").json()
    assert archived["archived_at"] is not None
    assert ids(owner_client) == []
    assert ids(owner_client, archived="true") == [archived["id"]]
    again = owner_client.patch(path, {"archived": True}, format="json").json()
    assert again["archived_at"] == archived["archived_at"]
    assert owner_client.patch(path, {"archived": False}, format="json").json()["archived_at"] is None
    assert ids(owner_client) == [archived["id"]]


def test_what_is_in_the_trash_is_nowhere_else(
    owner_client: CommittingClient, path: str, lines: list[Line], pushed: PushRecorder
) -> None:
    conversation_id, recording_id = lines[0]["conversation_id"], lines[0]["recording_id"]
    trashed = owner_client.post(f"{path}/trash").json()
    assert trashed["trashed_at"] is not None
    assert [event["conversation"]["trashed_at"] for event in pushed.events] == [trashed["trashed_at"]]
    assert owner_client.post(f"{path}/trash").json() == trashed
    assert ids(owner_client) == ids(owner_client, archived="true") == []
    assert ids(owner_client, trashed="true") == [conversation_id]
    for hidden in (
        path,
        f"{path}/edits",
        f"/api/v1/recordings/{recording_id}",
        f"/api/v1/recordings/{recording_id}/utterances",
        f"/api/v1/recordings/{recording_id}/audio",
    ):
        assert owner_client.get(hidden).status_code == 404
    assert owner_client.get("/api/v1/recordings").json()["results"] == []
    changes = owner_client.get("/api/v1/changes?since=0").json()
    assert (changes["recordings"], changes["utterances"], changes["conversations"]) == ([], [], [])
    assert changes["trashed_conversation_ids"] == [conversation_id]
    body = {"revision": lines[0]["revision"], "text": "x"}
    assert owner_client.patch(f"/api/v1/utterances/{lines[0]['id']}", body, format="json").status_code == 404
    assert owner_client.patch(path, {"title": "x"}, format="json").status_code == 404


def test_undo_brings_everything_back(
    owner_client: CommittingClient, path: str, lines: list[Line], pushed: PushRecorder
) -> None:
    owner_client.post(f"{path}/trash")
    restored = owner_client.post(f"{path}/restore").json()
    assert (restored["trashed_at"], ids(owner_client)) == (None, [restored["id"]])
    assert (pushed.events[-1]["catch_up"], pushed.events[-1]["revision"]) == (True, 4)
    changes = owner_client.get("/api/v1/changes?since=3").json()
    assert [line["id"] for line in changes["utterances"]] == [line["id"] for line in lines]
    assert [recording["id"] for recording in changes["recordings"]] == [lines[0]["recording_id"]]
    assert (changes["trashed_conversation_ids"], changes["revision"]) == ([], 4)
    assert owner_client.post(f"{path}/restore").json() == restored


def test_only_what_is_in_the_trash_is_deleted_for_good(
    owner_client: CommittingClient, path: str, lines: list[Line], pushed: PushRecorder
) -> None:
    assert owner_client.delete(path).status_code == 404
    assert Utterance.objects.count() == 3
    owner_client.post(f"{path}/trash")
    pushed.clear()
    assert owner_client.delete(path).status_code == 204
    for model in (Conversation, Recording, Analysis, Utterance):
        assert not model.objects.exists()
    assert stored_files() == []
    assert pushed.events == [
        {"type": "recording.deleted", "revision": 4, "recording_id": lines[0]["recording_id"]}
    ]
    assert owner_client.delete(path).status_code == 404


def test_the_trash_is_emptied_after_thirty_days(
    owner_client: CommittingClient, path: str, pushed: PushRecorder, django_capture_on_commit_callbacks: Any
) -> None:
    owner_client.post(f"{path}/trash")
    for days, left in ((29, 1), (31, 0)):
        Conversation.objects.update(trashed_at=timezone.now() - timedelta(days=days))
        with django_capture_on_commit_callbacks(execute=True):
            tasks.empty_trash()
        assert Conversation.objects.count() == left
    assert stored_files() == []


@pytest.mark.parametrize(
    "body",
    [
        {"title": "x" * 201},
        {"notes": "x" * 20_001},
        {"tags": ["x" * 41]},
        {"tags": [str(i) for i in range(21)]},
        {"tags": [""]},
        {"tags": "x"},
        {"pinned": "maybe"},
        {"title": "a\x00b"},
    ],
)
def test_bad_input(owner_client: CommittingClient, path: str, body: dict[str, Any]) -> None:
    response = owner_client.patch(path, body, format="json")
    assert (response.status_code, response.json()["code"]) == (400, "invalid")


def test_strangers_see_and_change_nothing(
    path: str,
    owner_client: CommittingClient,
    stranger_client: CommittingClient,
    anonymous_client: CommittingClient,
    pushed: PushRecorder,
) -> None:
    before = owner_client.get(path).json()
    for client, status in ((stranger_client, 404), (anonymous_client, 401)):
        answers = [
            client.get(path),
            client.patch(path, {"title": "x"}, format="json"),
            client.post(f"{path}/trash"),
            client.post(f"{path}/restore"),
            client.delete(path),
        ]
        assert [answer.status_code for answer in answers] == [status] * 5
    assert stranger_client.get("/api/v1/tags").json() == []
    assert ids(stranger_client) == ids(stranger_client, trashed="true") == []
    owner_client.post(f"{path}/trash")
    pushed.clear()
    assert stranger_client.delete(path).status_code == 404
    assert stranger_client.post(f"{path}/restore").status_code == 404
    owner_client.post(f"{path}/restore")
    after = owner_client.get(path).json()
    assert {**after, "revision": 0} == {**before, "revision": 0}
