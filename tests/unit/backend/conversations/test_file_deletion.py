"""Files are deleted for certain."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import OperationalError
from rest_framework.test import APIClient

from backend.accounts.models import User
from backend.analyses import dispatch
from backend.conversations import tasks
from backend.conversations.models import FileToDelete, Recording
from backend.uploads.services import recordings
from tests.conftest import CommittingClient
from tests.recorders import SendRecorder
from tests.unit.backend.conftest import stored_files


def test_a_storage_that_is_away_is_asked_again(
    owner_client: CommittingClient, recording: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: FileSystemStorage, name: str) -> None:
        raise OSError("the storage is away")

    [audio] = stored_files()
    with monkeypatch.context() as away:
        away.setattr(FileSystemStorage, "delete", refuse)
        assert owner_client.delete(f"/api/v1/recordings/{recording['id']}").status_code == 204
        tasks.delete_files()
        assert stored_files() == [audio]
        assert FileToDelete.objects.get().name == audio
    tasks.delete_files()
    assert (stored_files(), FileToDelete.objects.count()) == ([], 0)
    tasks.delete_files()


def test_nothing_waits_when_the_storage_answers(
    owner_client: CommittingClient, recording: dict[str, Any]
) -> None:
    owner_client.delete(f"/api/v1/recordings/{recording['id']}")
    assert (stored_files(), FileToDelete.objects.count()) == ([], 0)


def test_a_process_that_dies_between_file_and_row_leaves_no_audio(
    owner: User, owner_client: CommittingClient, upload: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """No handler of ours sees the end of a process."""

    def die(**_: Any) -> None:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(recordings, "recording_queue", die)
        dying.setattr(recordings, "audio_deleted_on_error", lambda _: _Nothing())
        with pytest.raises(Killed):
            upload(owner_client)
    [orphan] = stored_files()
    assert FileToDelete.objects.get().name == orphan
    # A younger one may still be on its way to its row.
    tasks.delete_files()
    assert stored_files() == [orphan]
    FileToDelete.objects.update(due_at=FileToDelete.objects.get().due_at - timedelta(days=1, seconds=1))
    tasks.delete_files()
    assert (stored_files(), FileToDelete.objects.count(), Recording.objects.count()) == ([], 0, 0)


def test_a_commit_that_nobody_heard_of_keeps_its_audio(
    owner_client: CommittingClient, upload: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection breaks after the row was written: the client is told to try again, and the audio stays."""
    queue = recordings.recording_queue

    def committed_unheard(**upload_of: Any) -> None:
        queue(**upload_of)
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as breaking:
        breaking.setattr(recordings, "recording_queue", committed_unheard)
        answer = upload(owner_client)
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
    assert stored_files() == [Recording.objects.get().audio.name]


def test_audio_stays_while_nobody_knows_whether_a_row_names_it(
    owner_client: CommittingClient, upload: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_: Any) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(recordings, "recording_queue", away)
    assert upload(owner_client).status_code == 503
    assert stored_files() == [FileToDelete.objects.get().name]


@pytest.mark.django_db(transaction=True)
def test_a_failure_after_the_commit_costs_nothing(
    owner: User, upload: Callable[..., Any], sent: SendRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(dispatch, "dispatch_unit", full)
    client = APIClient()
    client.force_login(owner, backend=settings.AUTHENTICATION_BACKENDS[0])
    answer = upload(client)
    assert answer.status_code == 201
    assert stored_files() == [Recording.objects.get(pk=answer.json()["id"]).audio.name]


class _Nothing:
    def __enter__(self) -> None:
        """No clean-up: the process is gone."""

    def __exit__(self, *_: object) -> None:
        """No clean-up: the process is gone."""


def test_audio_that_a_row_names_is_never_due(recording: dict[str, Any]) -> None:
    assert not FileToDelete.objects.exists()
    assert len(stored_files()) == 1


def test_half_a_file_is_not_left_either(
    owner_client: CommittingClient, upload: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def announced_first(self: FileSystemStorage, name: str, content: Any) -> str:
        assert FileToDelete.objects.get().name == name
        raise OSError("the plug is pulled")

    monkeypatch.setattr(FileSystemStorage, "_save", announced_first)
    assert upload(owner_client).status_code == 503
    assert FileToDelete.objects.count() == 1
