"""A link opens the captions of one conversation to somebody without an account, and nothing else, until it is over."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from backend.accounts.models import User
from backend.conversations.models import Conversation, Recording
from backend.core.share_codes import code_hash
from backend.sharing import selectors
from backend.sharing.models import CaptionLink
from backend.sharing.services import links
from tests.conftest import CommittingClient
from tests.unit.backend.care.world import NOON, SECRET, TITLE, make_recording, say

LINE_FIELDS = {"id", "said_at", "text", "speaker", "language", "emotion"}


@pytest.fixture
def recording(owner: User) -> Recording:
    return make_recording(owner)


@pytest.fixture
def share(owner_client: CommittingClient, recording: Recording) -> Callable[..., dict[str, Any]]:
    def make(**body: Any) -> dict[str, Any]:
        path = f"/api/v1/conversations/{recording.conversation_id}/links"
        response = owner_client.post(path, body, format="json")
        assert response.status_code == 201
        answer: dict[str, Any] = response.json()
        return answer

    return make


@pytest.fixture
def read(anonymous_client: CommittingClient) -> Callable[..., Any]:
    def ask(code: str, **body: Any) -> Any:
        return anonymous_client.post("/api/v1/shared", {"code": code, **body}, format="json")

    return ask


def test_the_words_and_nothing_else(
    recording: Recording, share: Callable[..., Any], read: Callable[..., Any]
) -> None:
    first = say(recording, 0.0, 2.0, speaker="Minji", said_at=NOON)
    say(recording, 3.0, 2.0, text="and more", said_at=NOON + timedelta(seconds=3))
    response = read(share()["code"])
    answer = response.json()
    assert answer["title"] == TITLE
    assert [(line["text"], line["speaker"]) for line in answer["lines"]] == [
        (SECRET, "Minji"),
        ("and more", None),
    ]
    assert (answer["with_emotion"], answer["more"]) == (False, False)
    assert set(answer["lines"][0]) == LINE_FIELDS
    assert answer["lines"][0]["emotion"] is None
    assert answer["lines"][0]["id"] == str(first.pk)
    assert response["Cache-Control"] == "no-store"
    text = response.content.decode()
    for hidden in ("sad", "audio", str(recording.pk), str(recording.conversation_id), "example.org"):
        assert hidden not in text


def test_with_emotion_only_while_the_owner_has_it_looked_at(
    owner: User, recording: Recording, share: Callable[..., Any], read: Callable[..., Any]
) -> None:
    say(recording, 0.0, 2.0)
    code = share(with_emotion=True)["code"]
    assert read(code).json()["lines"][0]["emotion"] == {"label": "sad", "confident": True}
    User.objects.filter(pk=owner.pk).update(emotion_enabled=False)
    answer = read(code).json()
    assert (answer["with_emotion"], answer["lines"][0]["emotion"]) == (False, None)


def test_only_this_conversation(
    owner: User, recording: Recording, share: Callable[..., Any], read: Callable[..., Any]
) -> None:
    say(recording, 0.0, 2.0, text="here")
    say(make_recording(owner), 0.0, 2.0, text="elsewhere")
    assert [line["text"] for line in read(share()["code"]).json()["lines"]] == ["here"]


def test_many_lines_come_in_pages(
    recording: Recording,
    share: Callable[..., Any],
    read: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(selectors, "LINES_AT_ONCE", 2)
    # Two at the same moment: the id decides, and none is left out.
    for index, second in enumerate([0, 1, 1, 2, 3]):
        say(recording, float(index), 0.5, text=str(index), said_at=NOON + timedelta(seconds=second))
    code, found, after = share()["code"], [], None
    for expected_more in (True, True, False):
        answer = read(code, after=after).json()
        assert answer["more"] is expected_more
        found += [line["text"] for line in answer["lines"]]
        after = answer["lines"][-1]["id"]
    assert sorted(found) == ["0", "1", "2", "3", "4"]
    assert read(code, after=str(uuid.uuid4())).status_code == 404


def _wrong(_: dict[str, Any], client: CommittingClient) -> str:
    return "aaaa-bbbb-cccc-dddd"


def _ended(link: dict[str, Any], client: CommittingClient) -> str:
    assert client.delete(f"/api/v1/links/{link['id']}").status_code == 204
    return str(link["code"])


def _expired(link: dict[str, Any], client: CommittingClient) -> str:
    CaptionLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    return str(link["code"])


def _trashed(link: dict[str, Any], client: CommittingClient) -> str:
    assert client.post(f"/api/v1/conversations/{link['conversation_id']}/trash").status_code == 200
    return str(link["code"])


def _deleted(link: dict[str, Any], client: CommittingClient) -> str:
    Conversation.objects.filter(pk=link["conversation_id"]).delete()
    return str(link["code"])


@pytest.mark.parametrize("over", [_wrong, _ended, _expired, _trashed, _deleted])
def test_one_answer_for_everything_that_is_over(
    owner_client: CommittingClient,
    recording: Recording,
    share: Callable[..., Any],
    read: Callable[..., Any],
    over: Callable[[dict[str, Any], CommittingClient], str],
) -> None:
    say(recording, 0.0, 2.0)
    link = share()
    assert read(link["code"]).status_code == 200
    response = read(over(link, owner_client))
    assert (response.status_code, response.json()["code"]) == (404, "share_ended")
    assert response.content == read("zzzz-zzzz-zzzz-zzzz").content


def test_the_code_is_as_people_type_it_and_stored_as_a_hash_only(
    recording: Recording, share: Callable[..., Any], read: Callable[..., Any]
) -> None:
    link = share()
    code = link["code"]
    assert link["url"].endswith(f"/shared#{code}")
    assert len(code.replace("-", "")) == 16
    assert read(code.upper().replace("-", " ")).status_code == 200
    row = CaptionLink.objects.get()
    assert row.code_hash == code_hash(code)
    assert code not in json.dumps([str(value) for value in vars(row).values()])


def test_the_owner_lists_what_is_open(
    owner_client: CommittingClient, recording: Recording, share: Callable[..., Any]
) -> None:
    first, second = share(days=1), share(days=30, with_emotion=True)
    CaptionLink.objects.filter(pk=first["id"]).update(expires_at=timezone.now())
    [listed] = owner_client.get("/api/v1/links").json()["results"]
    assert listed == {key: second[key] for key in listed}
    assert {"code", "url", "code_hash"}.isdisjoint(listed)
    assert links.links_sweep() == 1
    assert [str(pk) for pk in CaptionLink.objects.values_list("pk", flat=True)] == [second["id"]]


@pytest.mark.parametrize("body", [{"days": 0}, {"days": 366}, {"days": "x"}, {"with_emotion": "maybe"}])
def test_what_makes_no_sense_is_refused(
    owner_client: CommittingClient, recording: Recording, body: dict[str, Any]
) -> None:
    path = f"/api/v1/conversations/{recording.conversation_id}/links"
    assert owner_client.post(path, body, format="json").status_code == 400
    assert not CaptionLink.objects.exists()


def test_so_many_and_no_more(
    owner_client: CommittingClient,
    recording: Recording,
    share: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(links, "MAX_LINKS", 1)
    share()
    path = f"/api/v1/conversations/{recording.conversation_id}/links"
    response = owner_client.post(path, {}, format="json")
    assert (response.status_code, response.json()["code"]) == (409, "too_many_links")
    assert CaptionLink.objects.count() == 1


def test_guesses_are_counted(read: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rest_framework.throttling.ScopedRateThrottle.get_rate", lambda _: "2/min")
    answers = [read("aaaa-bbbb-cccc-dddd").status_code for _ in range(3)]
    assert answers == [404, 404, 429]
