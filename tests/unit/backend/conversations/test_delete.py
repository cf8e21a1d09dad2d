"""Deleting a recording."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from backend.analyses.models import Analysis
from backend.conversations.models import Conversation, DeletedRecording, Recording, Utterance
from tests.conftest import CommittingClient
from tests.recorders import PushRecorder
from tests.unit.backend import messages
from tests.unit.backend.conftest import stored_files


def test_everything_goes_but_a_tombstone(
    owner_client: CommittingClient,
    analysis: Analysis,
    deliver: Callable[..., None],
    pushed: PushRecorder,
) -> None:
    deliver(messages.unit_result(analysis))
    pushed.clear()
    response = owner_client.delete(f"/api/v1/recordings/{analysis.recording_id}")
    assert (response.status_code, response.content) == (204, b"")
    for model in (Recording, Analysis, Utterance, Conversation):
        assert not model.objects.exists()
    assert stored_files() == []
    tombstone = DeletedRecording.objects.get()
    assert (tombstone.recording_id, tombstone.revision) == (analysis.recording_id, 3)
    assert pushed.events == [
        {"type": "recording.deleted", "revision": 3, "recording_id": str(analysis.recording_id)}
    ]
    assert owner_client.delete(f"/api/v1/recordings/{analysis.recording_id}").status_code == 404
    assert DeletedRecording.objects.count() == 1


def test_the_other_recordings_of_the_conversation_stay(
    owner_client: CommittingClient, upload: Callable[..., Any], recording: dict[str, Any]
) -> None:
    other = upload(owner_client, conversation_id=recording["conversation_id"]).json()
    assert owner_client.delete(f"/api/v1/recordings/{recording['id']}").status_code == 204
    assert [str(found.pk) for found in Recording.objects.all()] == [other["id"]]
    assert Conversation.objects.count() == 1
    assert len(stored_files()) == 1


def test_messages_of_workers_for_it_change_nothing(
    owner_client: CommittingClient,
    analysis: Analysis,
    deliver: Callable[..., None],
    pushed: PushRecorder,
) -> None:
    late = [
        messages.unit_result(analysis),
        messages.failure(analysis),
        messages.heartbeat(messages.running(analysis, 5.0)),
    ]
    owner_client.delete(f"/api/v1/recordings/{analysis.recording_id}")
    pushed.clear()
    for message in late:
        deliver(message)
    assert not Analysis.objects.exists()
    assert not Utterance.objects.exists()
    assert pushed.events == []
