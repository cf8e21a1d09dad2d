"""Every event that the services publish is one of the types, and says what REST says."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import TypeAdapter

from backend.analyses.models import Analysis
from backend.conversations.models import Recording
from backend.realtime import events
from tests.conftest import CommittingClient
from tests.recorders import PushRecorder
from tests.unit.backend import messages
from tests.unit.backend.analyses.conftest import fresh

ADAPTERS = {
    "recording.changed": TypeAdapter(events.RecordingChanged),
    "recording.deleted": TypeAdapter(events.RecordingDeleted),
    "utterances.stored": TypeAdapter(events.UtterancesStored),
    "utterances.changed": TypeAdapter(events.UtterancesChanged),
    "conversation.changed": TypeAdapter(events.ConversationChanged),
    "analysis.progress": TypeAdapter(events.AnalysisProgress),
    "me.changed": TypeAdapter(events.MeChanged),
    "emotion.changed": TypeAdapter(events.EmotionChanged),
}


def test_events_fit_their_types_and_rest(
    owner_client: CommittingClient,
    analysis: Analysis,
    deliver: Callable[..., None],
    pushed: PushRecorder,
) -> None:
    path = f"/api/v1/recordings/{analysis.recording_id}"
    steps: list[Callable[[], object]] = [
        lambda: deliver(messages.heartbeat(messages.running(analysis))),
        lambda: deliver(messages.heartbeat(messages.running(analysis, 4.0))),
        lambda: deliver(messages.unit_result(fresh(analysis))),
        lambda: deliver(messages.failure(fresh(analysis), retryable=True)),
        lambda: deliver(messages.failure(fresh(analysis))),
        lambda: owner_client.post(f"{path}/retry"),
        lambda: deliver(messages.unit_result(fresh(analysis), is_last=True, utterances=())),
        lambda: owner_client.patch(path, {"title": "a talk"}, format="json"),
        lambda: _rename_speakers(owner_client, path),
        lambda: _of_conversation(owner_client, path, "trash"),
        lambda: _of_conversation(owner_client, path, "restore"),
        lambda: owner_client.post(f"{path}/retry", {"discard_edits": True}, format="json"),
        lambda: owner_client.post(f"{path}/cancel"),
        lambda: owner_client.patch("/api/v1/me", {"ui_language": "en"}, format="json"),
        lambda: owner_client.put(
            f"/api/v1/conversations/{analysis.recording.conversation_id}/emotion",
            {"emotion_mode": "off"},
            format="json",
        ),
    ]
    seen = {event["type"] for event in pushed.events}
    for step in steps:
        pushed.clear()
        step()
        [event] = pushed.events
        seen.add(event["type"])
        assert ADAPTERS[event["type"]].validate_python(event, strict=True) == event
        assert set(event) == set(ADAPTERS[event["type"]].json_schema()["properties"])
        if "recording" in event:
            assert event["recording"] == owner_client.get(path).json()
            assert set(event["recording"]) == events.Recording.__required_keys__
            assert set(event["recording"]["analysis"]) == events.Analysis.__required_keys__
        if "me" in event:
            assert event["me"] == owner_client.get("/api/v1/me").json()
            assert set(event["me"]) == events.Me.__required_keys__
            assert set(event["me"]["display"]) == events.Display.__required_keys__
        for utterance in event.get("utterances", []):
            assert utterance in owner_client.get(f"{path}/utterances").json()["results"]
            assert set(utterance) == events.Utterance.__required_keys__
    pushed.clear()
    owner_client.delete(path)
    [event] = pushed.events
    seen.add(event["type"])
    assert ADAPTERS[event["type"]].validate_python(event, strict=True) == event
    assert seen == set(ADAPTERS)


def _of_conversation(client: CommittingClient, path: str, action: str) -> None:
    recording = Recording.objects.get(pk=path.rpartition("/")[2])
    client.post(f"/api/v1/conversations/{recording.conversation_id}/{action}")


def _rename_speakers(client: CommittingClient, path: str) -> None:
    recording = client.get(path).json()
    body = {"speakers": [None], "name": "Mina"}
    client.post(f"/api/v1/conversations/{recording['conversation_id']}/speakers", body, format="json")
