"""The emotion switch: where it is off, nothing is asked for, stored or left."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from backend.accounts.models import User
from backend.analyses.models import Analysis
from backend.conversations.models import Conversation, Edit, EmotionLabel, Utterance
from backend.preferences import tasks
from backend.preferences.services import emotion
from tests.conftest import CommittingClient
from tests.recorders import PushRecorder, SendRecorder
from tests.unit.backend import messages
from tests.unit.backend.analyses.conftest import fresh

NOTHING: dict[str, Any] = {
    "emotion_label": None,
    "emotion_confident": False,
    "emotion_probabilities": None,
    "emotion_strength": None,
    "machine_emotion_label": None,
    "machine_emotion_confident": False,
}


def stored() -> list[dict[str, Any]]:
    """What is stored of emotion in each utterance, by every field that there is for it."""
    names = [field.name for field in Utterance._meta.concrete_fields if "emotion" in field.name]
    return list(Utterance.objects.order_by("index").values(*names))


@pytest.fixture
def conversation(analysis: Analysis, deliver: Callable[..., None]) -> Conversation:
    """With one stored utterance that sounds like something, and another unit to come."""
    deliver(messages.unit_result(analysis))
    assert stored()[0]["emotion_label"] is not None
    return analysis.recording.conversation


def put(client: CommittingClient, conversation: Conversation, mode: str) -> Any:
    path = f"/api/v1/conversations/{conversation.pk}/emotion"
    return client.put(path, {"emotion_mode": mode}, format="json")


@pytest.mark.parametrize("mode", ["off", "work_or_study"])
def test_off_removes_what_there_is_and_asks_for_no_more(
    owner_client: CommittingClient,
    conversation: Conversation,
    analysis: Analysis,
    deliver: Callable[..., None],
    sent: SendRecorder,
    pushed: PushRecorder,
    mode: str,
) -> None:
    pushed.clear()
    answer = put(owner_client, conversation, mode)
    assert (answer.status_code, answer.json()["emotion_mode"]) == (200, mode)
    assert stored()[0] == NOTHING
    [event] = pushed.events
    assert event == {
        "type": "emotion.changed",
        "revision": 3,
        "conversation_id": str(conversation.pk),
        "emotion_mode": mode,
        "emotion_from_revision": 3,
    }
    changes = owner_client.get("/api/v1/changes?since=2").json()
    assert [one["emotion"] for one in changes["utterances"]] == [None]
    assert [one["emotion_mode"] for one in changes["recordings"]] == [mode]
    # The unit that was under way brings emotion still: it is not stored. The next one is not asked for any.
    deliver(messages.unit_result(fresh(analysis)))
    assert stored() == [NOTHING, NOTHING]
    assert [request.want_emotion for request in sent.requests] == [True, True, False]


def test_on_again_asks_again_and_brings_nothing_back(
    owner_client: CommittingClient,
    conversation: Conversation,
    analysis: Analysis,
    deliver: Callable[..., None],
    sent: SendRecorder,
) -> None:
    put(owner_client, conversation, "off")
    put(owner_client, conversation, "on")
    assert stored()[0] == NOTHING
    deliver(messages.unit_result(fresh(analysis)))
    assert stored()[1]["emotion_label"] is not None
    assert sent.requests[-1].want_emotion is True


def test_the_same_again_is_no_change(
    owner_client: CommittingClient, conversation: Conversation, owner: User, pushed: PushRecorder
) -> None:
    before = User.objects.get(pk=owner.pk).revision
    pushed.clear()
    assert put(owner_client, conversation, "on").status_code == 200
    assert (User.objects.get(pk=owner.pk).revision, pushed.events) == (before, [])


@pytest.mark.parametrize("body", [{}, {"emotion_mode": "perhaps"}, {"emotion_mode": None}])
def test_another_mode_is_refused(
    owner_client: CommittingClient, conversation: Conversation, body: dict[str, Any]
) -> None:
    path = f"/api/v1/conversations/{conversation.pk}/emotion"
    assert owner_client.put(path, body, format="json").status_code == 400
    assert stored()[0]["emotion_label"] is not None


def test_off_for_good(
    owner_client: CommittingClient,
    conversation: Conversation,
    analysis: Analysis,
    deliver: Callable[..., None],
    sent: SendRecorder,
    pushed: PushRecorder,
) -> None:
    pushed.clear()
    me = owner_client.patch("/api/v1/me", {"emotion_enabled": False}, format="json").json()
    assert (me["emotion_enabled"], me["emotion_from_revision"]) == (False, me["revision"])
    assert stored()[0] == NOTHING
    assert [event["type"] for event in pushed.events] == ["me.changed"]
    deliver(messages.unit_result(fresh(analysis)))
    assert stored() == [NOTHING, NOTHING]
    assert sent.requests[-1].want_emotion is False


def test_what_a_crash_left_is_removed_later(
    owner: User, stranger: User, conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks.erase_emotion()
    assert stored()[0]["emotion_label"] is not None
    User.objects.filter(pk=owner.pk).update(emotion_enabled=False)
    tasks.erase_emotion()
    assert stored()[0] == NOTHING
    assert emotion.emotion_erase_rest() == 0


def test_new_conversations_take_over_work_or_study(
    owner_client: CommittingClient, upload: Callable[..., Any], sent: SendRecorder
) -> None:
    owner_client.patch("/api/v1/me", {"at_work_or_study": True}, format="json")
    assert upload(owner_client).json()["emotion_mode"] == "work_or_study"
    owner_client.patch("/api/v1/me", {"at_work_or_study": False}, format="json")
    assert upload(owner_client).json()["emotion_mode"] == "on"
    assert [request.want_emotion for request in sent.requests] == [False, True]


def test_corrections_go_with_it_and_undoing_brings_nothing_back(
    owner_client: CommittingClient, conversation: Conversation
) -> None:
    utterance = Utterance.objects.get()
    path = f"/api/v1/utterances/{utterance.pk}"
    corrected = owner_client.patch(path, {"revision": utterance.revision, "emotion": "happy"}, format="json")
    assert corrected.status_code == 200, corrected.content
    utterance.refresh_from_db()
    split = owner_client.post(
        f"{path}/split",
        {"revision": utterance.revision, "at_character": utterance.text.index(" ")},
        format="json",
    )
    assert split.status_code == 200, split.content
    assert put(owner_client, conversation, "off").status_code == 200
    assert stored() == [NOTHING, NOTHING]
    log = json.dumps(list(Edit.objects.values_list("kind", "changes", "context")))
    assert [label for label in EmotionLabel.values if f'"{label}"' in log] == []
    undone = owner_client.post(f"/api/v1/edits/{Edit.objects.get(kind='split').pk}/undo")
    assert undone.status_code == 200, undone.content
    assert stored() == [NOTHING]
