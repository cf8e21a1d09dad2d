"""Every endpoint, asked by nobody, by a stranger and by the owner. `test_rights` fails for one that has no row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import models

from backend.analyses.models import Analysis
from backend.conversations.models import Conversation, DeletedRecording, Recording, Utterance
from tests.conftest import CommittingClient
from tests.recorders import PushRecorder, SendRecorder
from tests.unit.backend import messages
from tests.unit.backend.analyses.conftest import fresh
from tests.unit.backend.conftest import stored_files

# Method and path: body, and what the owner gets.
OF_A_RECORDING: dict[tuple[str, str], tuple[dict[str, Any] | None, int]] = {
    ("get", "/api/v1/recordings/{recording_id}"): (None, 200),
    ("patch", "/api/v1/recordings/{recording_id}"): ({"title": "mine"}, 200),
    ("delete", "/api/v1/recordings/{recording_id}"): (None, 204),
    ("post", "/api/v1/recordings/{recording_id}/retry"): (None, 202),
    ("post", "/api/v1/recordings/{recording_id}/cancel"): (None, 409),
    ("get", "/api/v1/recordings/{recording_id}/utterances"): (None, 200),
    ("get", "/api/v1/recordings/{recording_id}/audio"): (None, 200),
    ("put", "/api/v1/conversations/{conversation_id}/emotion"): ({"emotion_mode": "off"}, 200),
}
OF_A_PERSON: dict[tuple[str, str], tuple[dict[str, Any] | None, int]] = {
    ("get", "/api/v1/me"): (None, 200),
    ("patch", "/api/v1/me"): ({"emotion_enabled": False}, 200),
    ("get", "/api/v1/me/takeout"): (None, 200),
    ("get", "/api/v1/me/removals"): (None, 200),
    ("get", "/api/v1/me/removals/due"): (None, 200),
    ("post", "/api/v1/me/delete"): ({"password": "somebody else's"}, 403),
    ("get", "/api/v1/me/vocabulary"): (None, 200),
    ("put", "/api/v1/me/vocabulary"): ({"terms": ["김서연"]}, 200),
    ("get", "/api/v1/conversations"): (None, 200),
    ("get", "/api/v1/recordings"): (None, 200),
    ("get", "/api/v1/changes"): (None, 200),
    # Who may upload what is in the tests of uploads; nobody may not.
    ("post", "/api/v1/recordings"): ({}, 400),
}
NOBODYS = "00000000-0000-4000-8000-000000000000"
Ask = Callable[[CommittingClient, str, str], Any]


@pytest.fixture
def ask(analysis: Analysis, deliver: Callable[..., None], sent: SendRecorder, pushed: PushRecorder) -> Ask:
    """Asks for an endpoint about the owner's recording, which is analysed."""
    deliver(messages.unit_result(fresh(analysis), is_last=True))
    sent.clear()
    pushed.clear()

    def run(client: CommittingClient, method: str, path: str) -> Any:
        body, _ = {**OF_A_RECORDING, **OF_A_PERSON}[method, path]
        recording = analysis.recording
        address = path.format(recording_id=recording.pk, conversation_id=recording.conversation_id)
        if method == "get":
            return client.get(address, {"since": "0"} if path.endswith("changes") else None)
        is_upload = (method, path) == ("post", "/api/v1/recordings")
        return getattr(client, method)(address, body, format="multipart" if is_upload else "json")

    return run


def everything() -> list[Any]:
    tables: list[type[models.Model]] = [
        Analysis,
        Conversation,
        DeletedRecording,
        Recording,
        Utterance,
    ]
    return [list(table._default_manager.order_by("pk").values()) for table in tables] + [stored_files()]


@pytest.mark.parametrize(("method", "path"), [*OF_A_RECORDING, *OF_A_PERSON])
def test_nobody(
    ask: Ask,
    anonymous_client: CommittingClient,
    sent: SendRecorder,
    pushed: PushRecorder,
    method: str,
    path: str,
) -> None:
    before = everything()
    response = ask(anonymous_client, method, path)
    assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")
    assert response["Content-Type"] == "application/problem+json"
    assert everything() == before
    assert (sent.requests, pushed.sends) == ([], [])


@pytest.mark.parametrize(("method", "path"), OF_A_RECORDING)
def test_a_stranger(
    ask: Ask,
    stranger_client: CommittingClient,
    sent: SendRecorder,
    pushed: PushRecorder,
    method: str,
    path: str,
) -> None:
    before = everything()
    response = ask(stranger_client, method, path)
    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert everything() == before
    assert (sent.requests, pushed.sends) == ([], [])
    missing = getattr(stranger_client, method)(
        path.format(recording_id=NOBODYS, conversation_id=NOBODYS),
        OF_A_RECORDING[method, path][0] if method == "put" else None,
        format="json",
    )
    if method != "patch":
        assert missing.content == response.content


@pytest.mark.parametrize("path", ["/api/v1/conversations", "/api/v1/recordings", "/api/v1/changes"])
def test_lists_of_a_stranger_are_empty(ask: Ask, stranger_client: CommittingClient, path: str) -> None:
    answer = ask(stranger_client, "get", path).json()
    assert answer.get("results", []) == answer.get("recordings", []) == answer.get("utterances", []) == []


def test_a_stranger_cannot_list_the_recordings_of_a_conversation(
    ask: Ask, stranger_client: CommittingClient, owner_client: CommittingClient
) -> None:
    path = f"/api/v1/recordings?conversation_id={Conversation.objects.get().pk}"
    assert stranger_client.get(path).json()["results"] == []
    assert len(owner_client.get(path).json()["results"]) == 1
    assert owner_client.get("/api/v1/recordings?conversation_id=x").status_code == 400


@pytest.mark.parametrize(("method", "path"), [*OF_A_RECORDING, *OF_A_PERSON])
def test_the_owner(ask: Ask, owner_client: CommittingClient, method: str, path: str) -> None:
    response = ask(owner_client, method, path)
    assert response.status_code == {**OF_A_RECORDING, **OF_A_PERSON}[method, path][1]
