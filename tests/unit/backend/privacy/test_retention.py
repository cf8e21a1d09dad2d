"""Retention as its owner has chosen it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.utils import timezone

from backend.accounts.models import User
from backend.analyses.models import Analysis
from backend.conversations import tasks as conversation_tasks
from backend.conversations.models import Conversation, Edit, FileToDelete, Recording, Utterance
from backend.privacy import tasks
from backend.privacy.models import Removal
from tests.conftest import CommittingClient
from tests.recorders import PushRecorder
from tests.unit.backend import messages
from tests.unit.backend.conftest import stored_files

Run = Callable[[], None]


@pytest.fixture
def run(pushed: PushRecorder, django_capture_on_commit_callbacks: Any) -> Run:
    def retention() -> None:
        with django_capture_on_commit_callbacks(execute=True):
            tasks.run_retention()

    return retention


@pytest.fixture
def analysed(analysis: Analysis, deliver: Callable[..., None]) -> Recording:
    deliver(messages.unit_result(analysis, is_last=True))
    return analysis.recording


def choose(client: CommittingClient, **days: int | None) -> None:
    assert client.patch("/api/v1/me", days, format="json").status_code == 200


def age(recording: Recording, days: float) -> None:
    Recording.objects.filter(pk=recording.pk).update(created_at=timezone.now() - timedelta(days=days))


def log(client: CommittingClient) -> list[tuple[Any, ...]]:
    names = ("kind", "recording_id", "keep_days", "audio_bytes", "utterance_count")
    return [tuple(row[name] for name in names) for row in client.get("/api/v1/me/removals").json()["results"]]


def test_nothing_is_removed_unless_it_is_chosen(analysed: Recording, run: Run, pushed: PushRecorder) -> None:
    age(analysed, 4000)
    pushed.clear()
    run()
    assert (len(stored_files()), Utterance.objects.count(), pushed.events) == (1, 1, [])


def test_audio_that_is_not_kept_after_analysis(
    owner_client: CommittingClient,
    stranger_client: CommittingClient,
    analysis: Analysis,
    deliver: Callable[..., None],
    run: Run,
    pushed: PushRecorder,
) -> None:
    choose(owner_client, audio_keep_days=0)
    path = f"/api/v1/recordings/{analysis.recording_id}"
    run()
    assert len(stored_files()) == 1, "it is being analysed still"
    deliver(messages.unit_result(analysis, is_last=True))
    pushed.clear()
    run()
    assert stored_files() == []
    [event] = pushed.events
    assert (event["type"], event["recording"]["audio_url"]) == ("recording.changed", None)
    recording = owner_client.get(path).json()
    assert recording == event["recording"]
    assert recording["audio_removed_at"] is not None
    assert owner_client.get("/api/v1/changes?since=3").json()["recordings"] == [recording]
    assert Utterance.objects.count() == 1, "what was said stays"
    assert owner_client.get(f"{path}/audio").status_code == 404
    refused = owner_client.post(f"{path}/retry")
    assert (refused.status_code, refused.json()["code"]) == (409, "audio_removed")
    size = Recording.objects.get().size_bytes
    assert log(owner_client) == [("audio", recording["id"], 0, size, 0)]
    assert log(stranger_client) == []
    # Once is enough.
    pushed.clear()
    run()
    assert (pushed.events, Removal.objects.count()) == ([], 1)


@pytest.mark.parametrize(("days", "is_left"), [(6.9, True), (7.1, False)])
def test_audio_is_kept_for_so_many_days(
    owner_client: CommittingClient, analysed: Recording, run: Run, days: float, is_left: bool
) -> None:
    choose(owner_client, audio_keep_days=7)
    age(analysed, days)
    run()
    assert bool(stored_files()) is is_left


def test_a_failed_analysis_may_be_tried_again_for_a_day(
    owner_client: CommittingClient, analysis: Analysis, deliver: Callable[..., None], run: Run
) -> None:
    choose(owner_client, audio_keep_days=0)
    deliver(messages.failure(analysis))
    run()
    assert len(stored_files()) == 1
    Analysis.objects.update(finished_at=timezone.now() - timedelta(days=1, minutes=1))
    run()
    assert stored_files() == []


def test_text_goes_and_audio_stays(
    owner_client: CommittingClient, analysed: Recording, run: Run, pushed: PushRecorder
) -> None:
    utterance = Utterance.objects.get()
    edited = owner_client.patch(
        f"/api/v1/utterances/{utterance.pk}",
        {"revision": utterance.revision, "text": "a secret that I corrected"},
        format="json",
    )
    assert edited.status_code == 200, edited.content
    choose(owner_client, text_keep_days=30)
    age(analysed, 31)
    pushed.clear()
    run()
    assert (Utterance.objects.count(), len(stored_files())) == (0, 1)
    assert "secret" not in json.dumps(list(Edit.objects.values_list("changes", "context")))
    [event] = pushed.events
    assert event["recording"]["analysis"]["utterances_from_revision"] == event["revision"]
    assert event["recording"]["text_removed_at"] is not None
    assert log(owner_client) == [("text", str(analysed.pk), 30, 0, 1)]
    # When the audio is due, too, nothing is left of the recording.
    choose(owner_client, audio_keep_days=31)
    age(analysed, 32)
    run()
    assert (Recording.objects.count(), Conversation.objects.count(), stored_files()) == (0, 0, [])
    assert [row[0] for row in log(owner_client)] == ["recording", "text"]


def test_both_at_once_is_a_deletion(
    owner_client: CommittingClient, analysed: Recording, run: Run, pushed: PushRecorder
) -> None:
    choose(owner_client, audio_keep_days=1, text_keep_days=1)
    age(analysed, 2)
    pushed.clear()
    run()
    assert [event["type"] for event in pushed.events] == ["recording.deleted"]
    assert (Recording.objects.count(), stored_files()) == (0, [])


def test_what_is_pinned_is_never_touched(
    owner_client: CommittingClient, analysed: Recording, run: Run, pushed: PushRecorder
) -> None:
    choose(owner_client, audio_keep_days=0, text_keep_days=1)
    Conversation.objects.update(pinned=True)
    age(analysed, 400)
    pushed.clear()
    run()
    assert (len(stored_files()), Utterance.objects.count(), pushed.events) == (1, 1, [])
    assert log(owner_client) == []


def test_others_are_not_touched(
    stranger_client: CommittingClient, stranger: User, analysed: Recording, run: Run
) -> None:
    choose(stranger_client, audio_keep_days=0, text_keep_days=1)
    age(analysed, 400)
    run()
    assert (len(stored_files()), Utterance.objects.count()) == (1, 1)


def test_a_storage_that_is_away_is_asked_again(
    owner_client: CommittingClient, analysed: Recording, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: FileSystemStorage, name: str) -> None:
        raise OSError("the storage is away")

    choose(owner_client, audio_keep_days=0)
    with monkeypatch.context() as away:
        away.setattr(FileSystemStorage, "delete", refuse)
        run()
    assert (len(stored_files()), FileToDelete.objects.count()) == (1, 1)
    assert owner_client.get(f"/api/v1/recordings/{analysed.pk}").json()["audio_url"] is None
    conversation_tasks.delete_files()
    assert (stored_files(), FileToDelete.objects.count()) == ([], 0)


def test_what_a_choice_would_remove_is_told_before(
    owner_client: CommittingClient, stranger_client: CommittingClient, analysed: Recording
) -> None:
    age(analysed, 10)
    path = "/api/v1/me/removals/due"
    nothing = {"audio_recordings": 0, "audio_bytes": 0, "text_recordings": 0}
    size = Recording.objects.get().size_bytes
    assert owner_client.get(path).json() == nothing
    assert owner_client.get(f"{path}?audio_keep_days=11&text_keep_days=11").json() == nothing
    assert owner_client.get(f"{path}?audio_keep_days=0&text_keep_days=9").json() == {
        "audio_recordings": 1,
        "audio_bytes": size,
        "text_recordings": 1,
    }
    assert stranger_client.get(f"{path}?audio_keep_days=0&text_keep_days=9").json() == nothing
    assert owner_client.get(f"{path}?audio_keep_days=-1").status_code == 400
    assert len(stored_files()) == 1


@pytest.mark.parametrize(
    "days",
    [{"audio_keep_days": -1}, {"text_keep_days": 0}, {"audio_keep_days": 3651}, {"text_keep_days": "x"}],
)
def test_impossible_choices_are_refused(owner_client: CommittingClient, days: dict[str, Any]) -> None:
    response = owner_client.patch("/api/v1/me", days, format="json")
    assert (response.status_code, response.json()["errors"][0]["field"]) == (400, next(iter(days)))


def test_the_log_has_no_stranger_ids(owner_client: CommittingClient, owner: User, stranger: User) -> None:
    for person in (owner, stranger):
        Removal.objects.create(
            owner=person,
            kind="audio",
            recording_id=uuid.UUID(int=person.pk.int),
            uploaded_at=timezone.now(),
            keep_days=1,
        )
    assert [row[1] for row in log(owner_client)] == [str(owner.pk)]
