"""The second screen's code: made and taken back by the owner, by nobody else."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.utils import timezone

from backend.accounts.models import User
from backend.live import selectors
from backend.live.models import LiveShare, LiveStream
from backend.live.services.streams import NewStream, stream_open
from tests.conftest import CommittingClient
from tests.recorders import PushRecorder


@pytest.fixture
def stream(owner: User, pushed: PushRecorder) -> LiveStream:
    new = NewStream(stream_id=uuid.uuid4(), language="en", conversation_id=None, pause_s=0.6)
    return stream_open(user=owner, new=new)


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.realtime.publisher.publish_live", lambda *_: None)


@pytest.mark.parametrize("method", ["post", "delete"])
def test_others_are_refused_and_nothing_changes(
    client_of: Callable[[User | None], CommittingClient], stream: LiveStream, stranger: User, method: str
) -> None:
    path = f"/api/v1/live/{stream.pk}/share"
    assert getattr(client_of(None), method)(path).status_code == 401
    foreign = getattr(client_of(stranger), method)(path)
    missing = getattr(client_of(stranger), method)(f"/api/v1/live/{uuid.uuid4()}/share")
    assert (foreign.status_code, foreign.content) == (404, missing.content)
    assert not LiveShare.objects.exists()


def test_a_code_opens_until_it_is_taken_back(owner_client: CommittingClient, stream: LiveStream) -> None:
    path = f"/api/v1/live/{stream.pk}/share"
    first = owner_client.post(path).json()["code"]
    assert selectors.share_find(code=first.upper().replace("-", " ")) is not None
    second = owner_client.post(path).json()["code"]
    assert (selectors.share_find(code=first), LiveShare.objects.count()) == (None, 1)
    assert LiveShare.objects.get().code_hash != second
    assert owner_client.delete(path).status_code == 204
    assert selectors.share_find(code=second) is None
    assert owner_client.delete(path).status_code == 204


def test_an_ended_talk_is_not_shown(owner_client: CommittingClient, stream: LiveStream) -> None:
    path = f"/api/v1/live/{stream.pk}/share"
    code = owner_client.post(path).json()["code"]
    LiveStream.objects.update(state=LiveStream.State.ENDED, heard_at=timezone.now())
    assert selectors.share_find(code=code) is None
    assert owner_client.post(path).json()["code"] == "stream_ended"
