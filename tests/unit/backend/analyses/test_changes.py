"""`GET /api/v1/changes?since=`: catching up after having been away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.accounts.models import User
from backend.accounts.services import revision_next
from backend.analyses import selectors
from backend.analyses.models import Analysis
from backend.conversations.models import Conversation, DeletedRecording, Recording, Utterance
from tests.conftest import CommittingClient
from tests.unit.backend import messages
from tests.unit.backend.analyses.conftest import fresh


def since(client: CommittingClient, revision: int) -> Any:
    response = client.get(f"/api/v1/changes?since={revision}")
    assert response.status_code == 200, response.content
    return response.json()


def test_everything_and_then_nothing(
    owner_client: CommittingClient,
    stranger_client: CommittingClient,
    analysis: Analysis,
    deliver: Callable[..., None],
) -> None:
    deliver(messages.unit_result(analysis))
    path = f"/api/v1/recordings/{analysis.recording_id}"
    recording = owner_client.get(path).json()
    [utterance] = owner_client.get(f"{path}/utterances").json()["results"]
    everything = {
        "revision": 2,
        "recordings": [recording],
        "utterances": [utterance],
        "deleted_recording_ids": [],
        "deleted_utterance_ids": [],
        "me": None,
        "conversations": [],
        "trashed_conversation_ids": [],
        "more": False,
    }
    nothing = {
        "recordings": [],
        "utterances": [],
        "deleted_recording_ids": [],
        "deleted_utterance_ids": [],
        "me": None,
        "conversations": [],
        "trashed_conversation_ids": [],
        "more": False,
    }
    assert since(owner_client, 1) == everything
    conversation = owner_client.get(f"/api/v1/conversations/{recording['conversation_id']}").json()
    assert since(owner_client, 0) == {**everything, "conversations": [conversation]}
    assert since(owner_client, 2) == since(owner_client, 10**17) == {"revision": 2, **nothing}
    assert since(stranger_client, 0) == {"revision": 0, **nothing}


def test_deletions_are_told(
    owner_client: CommittingClient, recording: dict[str, Any], stranger_client: CommittingClient
) -> None:
    owner_client.delete(f"/api/v1/recordings/{recording['id']}")
    assert since(owner_client, 0) == {
        "revision": 2,
        "recordings": [],
        "utterances": [],
        "deleted_recording_ids": [recording["id"]],
        "deleted_utterance_ids": [],
        "me": None,
        "conversations": [],
        "trashed_conversation_ids": [],
        "more": False,
    }
    assert since(owner_client, 2)["deleted_recording_ids"] == []
    assert since(stranger_client, 0)["deleted_recording_ids"] == []


@pytest.mark.parametrize("given", ["", "-1", "1.0", "x", "²", "٣", "1" * 19, "0x1", " 1", "+1"])
def test_a_bad_revision(owner_client: CommittingClient, given: str) -> None:
    response = owner_client.get("/api/v1/changes", {"since": given})
    assert (response.status_code, response.json()["code"]) == (400, "invalid")
    assert [error["field"] for error in response.json()["errors"]] == ["since"]


def test_no_revision_at_all(owner_client: CommittingClient) -> None:
    assert owner_client.get("/api/v1/changes").status_code == 400


def test_revisions_grow_by_one_for_each_change_and_are_each_persons_own(
    owner_client: CommittingClient,
    stranger_client: CommittingClient,
    upload: Callable[..., Any],
    analysis: Analysis,
    deliver: Callable[..., None],
) -> None:
    path = f"/api/v1/recordings/{analysis.recording_id}"
    seen = [analysis.recording.revision]
    for change in (
        lambda: owner_client.patch(path, {"title": "a talk"}, format="json"),
        lambda: deliver(messages.heartbeat(messages.running(analysis))),
        lambda: deliver(messages.unit_result(fresh(analysis))),
        lambda: owner_client.post(f"{path}/cancel"),
        lambda: owner_client.post(f"{path}/retry"),
        lambda: upload(stranger_client),
        lambda: deliver(messages.failure(fresh(analysis))),
    ):
        change()
        seen.append(since(owner_client, 0)["revision"])
    assert seen == [1, 2, 3, 4, 5, 6, 6, 7]
    assert since(stranger_client, 0)["revision"] == 1


@pytest.mark.django_db(transaction=True)
def test_a_revision_is_counted_in_the_transaction_of_its_change() -> None:
    user = User.objects.create_user("owner@example.org", "x")
    with pytest.raises(RuntimeError, match="outside of a transaction"):
        revision_next(owner_id=user.pk)


# What one revision may bring: so many utterances of the recording, a new recording, or a deletion.
HAPPENINGS = st.lists(
    st.one_of(st.integers(0, 5), st.just("recording"), st.just("deletion")), min_size=1, max_size=12
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happenings=HAPPENINGS, page=st.integers(1, 4), start=st.integers(0, 12))
def test_pages_miss_nothing_and_double_nothing(
    owner_client: CommittingClient,
    owner: User,
    monkeypatch: pytest.MonkeyPatch,
    happenings: list[int | str],
    page: int,
    start: int,
) -> None:
    _happen(owner, happenings)
    start = min(start, len(happenings))
    whole = since(owner_client, start)
    monkeypatch.setattr(selectors, "_CHANGES_PAGE", page)
    utterances, recordings, deleted, revision, more = [], [], [], start, True
    while more:
        answer = since(owner_client, revision)
        assert answer["revision"] > revision or not answer["more"]
        assert len(answer["utterances"]) <= max(page, 5)
        revision, more = answer["revision"], answer["more"]
        utterances += answer["utterances"]
        recordings += answer["recordings"]
        deleted += answer["deleted_recording_ids"]
    monkeypatch.undo()
    assert not whole["more"]
    assert revision == len(happenings) == whole["revision"]
    assert (utterances, recordings, deleted) == (
        whole["utterances"],
        whole["recordings"],
        whole["deleted_recording_ids"],
    )
    assert len(utterances) == sum(n for n in happenings[start:] if isinstance(n, int))


def _happen(owner: User, happenings: list[int | str]) -> None:
    Conversation.objects.all().delete()
    DeletedRecording.objects.all().delete()
    User.objects.filter(pk=owner.pk).update(revision=len(happenings))
    conversation = Conversation.objects.create(owner=owner, revision=0)
    recordings, utterances = [], []
    first = Recording(id=_uuid(0), owner=owner, conversation=conversation, size_bytes=1, revision=0)
    recordings.append(first)
    for revision, happening in enumerate(happenings, 1):
        if happening == "recording":
            recordings.append(
                Recording(
                    id=_uuid(revision),
                    owner=owner,
                    conversation=conversation,
                    size_bytes=1,
                    revision=revision,
                )
            )
        elif happening == "deletion":
            DeletedRecording.objects.create(owner=owner, recording_id=_uuid(revision), revision=revision)
        else:
            utterances += [
                Utterance(
                    owner=owner,
                    recording=first,
                    index=revision * 10 + i,
                    start_s=revision + i / 10,
                    end_s=revision + 1,
                    revision=revision,
                )
                for i in range(int(happening))
            ]
    Recording.objects.bulk_create(recordings)
    Analysis.objects.bulk_create([Analysis(recording=recording) for recording in recordings])
    Utterance.objects.bulk_create(utterances)


def _uuid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"
