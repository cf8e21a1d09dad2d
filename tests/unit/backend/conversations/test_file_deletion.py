"""Files are deleted for certain."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage

from backend.conversations import tasks
from backend.conversations.models import FileToDelete
from tests.conftest import CommittingClient
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
