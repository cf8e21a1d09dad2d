"""The life of a care link through the API."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.utils import timezone

from backend.accounts.models import User
from backend.care.models import AccessEntry, CareLink
from backend.care.services import links as services
from tests.conftest import CommittingClient
from tests.recorders import PushRecorder
from tests.unit.backend.care.world import SECRET, make_link, make_recording, make_user, say

LINKS = "/api/v1/care/links"
ACCEPT = "/api/v1/care/invitation/accept"
Clients = Callable[[User | None], CommittingClient]


@pytest.fixture
def caregiver(db: None) -> User:
    return make_user("caregiver")


@pytest.fixture
def invitation(owner_client: CommittingClient) -> dict[str, Any]:
    body = {"scopes": ["timeline"], "caregiver_name": "Minji", "owner_name": "Grandma"}
    response = owner_client.post(LINKS, body, format="json")
    assert response.status_code == 201, response.content
    answer: dict[str, Any] = response.json()
    return answer


def test_invite_read_accept(
    owner: User,
    caregiver: User,
    client_of: Clients,
    invitation: dict[str, Any],
    owner_client: CommittingClient,
    pushed: PushRecorder,
) -> None:
    assert re.fullmatch(r"[2-9A-HJKMNP-TW-Z]{10}", invitation["code"])
    assert invitation["url"].endswith(f"/care/accept#{invitation['code']}")
    assert invitation["code"] not in str(list(CareLink.objects.values()))
    assert invitation["link"]["state"] == "invited"
    client = client_of(caregiver)
    spoken = f" {invitation['code'][:5].lower()}-{invitation['code'][5:]} "
    offer = client.post("/api/v1/care/invitation", {"code": spoken}, format="json")
    assert offer.json() == {
        "owner_name": "Grandma",
        "owner_email": owner.email,
        "scopes": ["timeline"],
        "all_conversations": True,
        "ends_at": None,
    }
    pushed.clear()
    person = client.post(ACCEPT, {"code": spoken}, format="json")
    assert (person.status_code, person.json()["state"], person.json()["name"]) == (201, "active", "Grandma")
    assert {group for group, _ in pushed.sends} == {f"user.{owner.pk.hex}", f"user.{caregiver.pk.hex}"}
    assert [one["id"] for one in client.get("/api/v1/care/people").json()] == [invitation["link"]["id"]]
    [link] = owner_client.get(LINKS).json()
    assert (link["state"], link["caregiver_email"], link["code_expires_at"]) == (
        "active",
        caregiver.email,
        None,
    )
    # Used up, for everybody.
    for user in (caregiver, make_user("somebody")):
        again = client_of(user).post(ACCEPT, {"code": invitation["code"]}, format="json")
        assert (again.status_code, again.json()["code"]) == (404, "care_code_wrong")


def test_a_code_ends_with_its_time_its_link_or_another_code(
    client_of: Clients, caregiver: User, invitation: dict[str, Any], owner_client: CommittingClient
) -> None:
    client = client_of(caregiver)
    path = f"{LINKS}/{invitation['link']['id']}"
    other = owner_client.post(f"{path}/code").json()["code"]
    assert client.post(ACCEPT, {"code": invitation["code"]}, format="json").status_code == 404
    CareLink.objects.update(code_expires_at=timezone.now())
    assert client.post(ACCEPT, {"code": other}, format="json").status_code == 404
    other = owner_client.post(f"{path}/code").json()["code"]
    owner_client.delete(path)
    assert client.post(ACCEPT, {"code": other}, format="json").status_code == 404
    assert owner_client.post(f"{path}/code").json()["code"] == "care_link_state"
    assert client.get("/api/v1/care/people").json() == []


def test_codes_cannot_be_guessed_for_long(client_of: Clients, caregiver: User) -> None:
    client = client_of(caregiver)
    answers = [client.post(ACCEPT, {"code": f"AAAAAAAA{n}"}, format="json").status_code for n in range(11)]
    assert answers == [404] * 10 + [429]


def test_nobody_cares_for_themselves_or_twice(
    owner_client: CommittingClient,
    owner: User,
    client_of: Clients,
    caregiver: User,
    invitation: dict[str, Any],
) -> None:
    own = owner_client.post(ACCEPT, {"code": invitation["code"]}, format="json")
    assert (own.status_code, own.json()["code"]) == (409, "care_own_link")
    earlier = make_link(owner, caregiver)
    client = client_of(caregiver)
    second = client.post(ACCEPT, {"code": invitation["code"]}, format="json")
    assert (second.status_code, second.json()["code"]) == (409, "care_link_exists")
    # One that has run out is no obstacle.
    CareLink.objects.filter(pk=earlier.pk).update(ends_at=timezone.now() - timedelta(days=1))
    assert client.post(ACCEPT, {"code": invitation["code"]}, format="json").status_code == 201


def test_by_mail_the_code_goes_to_the_address_only(
    owner_client: CommittingClient, client_of: Clients, caregiver: User
) -> None:
    body = {"scopes": ["timeline"], "email": "minji@example.org", "owner_name": "Grandma\nBcc: x"}
    answer = owner_client.post(LINKS, body, format="json").json()
    assert (answer["code"], answer["url"]) == (None, None)
    [message] = mail.outbox
    assert message.to == ["minji@example.org"]
    assert message.subject.count("\n") == 0
    found = re.search(r"/care/accept#(\w{26})\b", message.body)
    assert found is not None
    assert client_of(caregiver).post(ACCEPT, {"code": found[1]}, format="json").status_code == 201


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "scopes"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes.0"),
        ({"scopes": ["timeline"], "email": "nobody"}, "email"),
        ({"scopes": ["timeline"], "ends_at": "2020-01-01T00:00:00Z"}, "ends_at"),
        ({"scopes": ["timeline"], "conversation_ids": ["x"]}, "conversation_ids.0"),
    ],
)
def test_bad_invitations(owner_client: CommittingClient, body: dict[str, Any], field: str) -> None:
    response = owner_client.post(LINKS, body, format="json")
    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == [field]
    assert not CareLink.objects.exists()


def test_a_conversation_of_others_cannot_be_shared(owner_client: CommittingClient, stranger: User) -> None:
    foreign = str(make_recording(stranger).conversation_id)
    body = {"scopes": ["timeline"], "conversation_ids": [foreign]}
    assert owner_client.post(LINKS, body, format="json").status_code == 404
    assert not CareLink.objects.exists()


def test_scopes_and_conversations_change_at_once(
    owner: User, owner_client: CommittingClient, client_of: Clients, caregiver: User, pushed: PushRecorder
) -> None:
    shared, other = make_recording(owner), make_recording(owner)
    say(shared, 0.0, 60.0)
    link = make_link(owner, caregiver, ["timeline"])
    client = client_of(caregiver)
    person = f"/api/v1/care/people/{link.pk}"
    lanes = f"{person}/conversations/{shared.conversation_id}/timeline"
    assert client.get(lanes).json()["lanes"][0]["utterances"][0]["text"] is None
    body = {"scopes": ["transcript"], "conversation_ids": [str(shared.conversation_id)]}
    pushed.clear()
    changed = owner_client.patch(f"{LINKS}/{link.pk}", body, format="json").json()
    assert (changed["scopes"], changed["conversation_ids"]) == (["transcript"], [str(shared.conversation_id)])
    assert pushed.signals == [(f"care.{link.pk.hex}", "look_again")]
    utterance = client.get(lanes).json()["lanes"][0]["utterances"][0]
    assert (utterance["text"], utterance["emotion"]) == (SECRET, None)
    assert [one["id"] for one in client.get(f"{person}/conversations").json()] == [
        str(shared.conversation_id)
    ]
    assert client.get(f"{person}/conversations/{other.conversation_id}/timeline").status_code == 404
    owner_client.patch(f"{LINKS}/{link.pk}", {"conversation_ids": None}, format="json")
    assert client.get(f"{person}/conversations/{other.conversation_id}/timeline").status_code == 200


def test_days_of_chosen_conversations_only(owner: User, client_of: Clients, caregiver: User) -> None:
    shared, other = make_recording(owner), make_recording(owner)
    say(shared, 0.0, 60.0, "sad")
    say(other, 0.0, 100.0, "angry")
    link = make_link(owner, caregiver, ["timeline"], only=shared.conversation)
    path = f"/api/v1/care/people/{link.pk}/timeline?start=2026-03-01&end=2026-03-07"
    [day] = client_of(caregiver).get(path).json()["buckets"]
    assert (day["speech_s"], [one["label"] for one in day["emotions"]]) == (60.0, ["sad"])


def test_pause_and_go_on(
    owner: User, owner_client: CommittingClient, client_of: Clients, caregiver: User, pushed: PushRecorder
) -> None:
    link = make_link(owner, caregiver)
    client = client_of(caregiver)
    path = f"/api/v1/care/people/{link.pk}/conversations"
    for is_paused, state, status in ((True, "paused", 404), (True, "paused", 404), (False, "active", 200)):
        answer = owner_client.post(f"{LINKS}/{link.pk}/pause", {"is_paused": is_paused}, format="json")
        assert answer.json()["state"] == state
        assert client.get(path).status_code == status
    assert len(pushed.signals) == 2


def test_an_ended_link_stays_ended(
    owner: User, owner_client: CommittingClient, client_of: Clients, caregiver: User
) -> None:
    link = make_link(owner, caregiver)
    assert client_of(caregiver).delete(f"{LINKS}/{link.pk}").status_code == 204
    ended_at = CareLink.objects.get().ended_at
    assert client_of(caregiver).delete(f"{LINKS}/{link.pk}").status_code == 204
    assert CareLink.objects.get().ended_at == ended_at
    for answer in (
        owner_client.patch(f"{LINKS}/{link.pk}", {"scopes": ["audio"]}, format="json"),
        owner_client.post(f"{LINKS}/{link.pk}/pause", {"is_paused": False}, format="json"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "care_link_state")
    assert owner_client.get(LINKS).json()[0]["state"] == "ended"


def test_an_end_date_ends_it(owner: User, client_of: Clients, caregiver: User) -> None:
    link = make_link(owner, caregiver, ends_at=timezone.now() + timedelta(hours=1))
    client = client_of(caregiver)
    path = f"/api/v1/care/people/{link.pk}/conversations"
    assert client.get(path).status_code == 200
    CareLink.objects.update(ends_at=timezone.now())
    assert client.get(path).status_code == 404


def test_the_owner_sees_who_looked_at_what(
    owner: User, owner_client: CommittingClient, client_of: Clients, caregiver: User
) -> None:
    recording = make_recording(owner)
    link = make_link(owner, caregiver)
    client = client_of(caregiver)
    person = f"/api/v1/care/people/{link.pk}"
    conversation = str(recording.conversation_id)
    client.get(f"{person}/timeline?start=2026-03-01&end=2026-03-07")
    client.get(f"{person}/conversations/{conversation}/timeline")
    for _ in range(3):
        audio = client.get(f"{person}/recordings/{recording.pk}/audio", HTTP_RANGE="bytes=2-4")
        assert (audio.status_code, audio["Content-Range"], audio["Cache-Control"]) == (
            206,
            "bytes 2-4/10",
            "no-store",
        )
    client.get(f"{person}/conversations/{make_recording(make_user('else')).conversation_id}/timeline")
    seen = owner_client.get("/api/v1/care/access").json()["results"]
    assert [(one["scope"], one["what"], one["conversation_id"]) for one in seen] == [
        ("audio", "audio", conversation),
        ("transcript", "conversation", conversation),
        ("timeline", "conversation", conversation),
        ("timeline", "days", None),
    ]
    assert {one["caregiver_email"] for one in seen} == {caregiver.email}
    assert client.get("/api/v1/care/access").json()["results"] == []


def test_the_access_log_is_append_only(owner: User, client_of: Clients, caregiver: User) -> None:
    link = make_link(owner, caregiver)
    client_of(caregiver).get(f"/api/v1/care/people/{link.pk}/conversations")
    entry = AccessEntry.objects.get()
    with pytest.raises(TypeError):
        AccessEntry.objects.update(what="nothing")
    with pytest.raises(TypeError):
        AccessEntry.objects.all().delete()
    entry.what = "nothing"
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.save()
    assert AccessEntry.objects.get().what == "conversations"
    # The caregiver's account goes, the entry stays; the owner's account takes it along.
    caregiver.delete()
    assert AccessEntry.objects.get().caregiver_email == "caregiver@example.org"
    owner.delete()
    assert not AccessEntry.objects.exists()


def test_notes_are_for_both(
    owner: User, owner_client: CommittingClient, client_of: Clients, caregiver: User
) -> None:
    link = make_link(owner, caregiver, ["audio"])
    client = client_of(caregiver)
    path = f"/api/v1/care/people/{link.pk}/notes"
    note = client.post(path, {"text": "called the doctor", "day": "2026-03-02"}, format="json").json()
    assert (note["text"], note["day"]) == ("called the doctor", "2026-03-02")
    assert owner_client.get(f"{LINKS}/{link.pk}/notes").json()["results"] == [note]
    assert client.post(path, {"text": ""}, format="json").status_code == 400
    assert client.delete(f"{path}/{note['id']}").status_code == 204
    assert client.get(path).json()["results"] == []


def test_two_accept_at_the_same_time_only_one_wins(owner: User, caregiver: User) -> None:
    link, code = services.link_invite(owner=owner, terms=services.Terms(scopes=["timeline"]))
    assert services.invitation_accept(user=caregiver, code=code).pk == link.pk
    with pytest.raises(services.CareCodeError):
        services.invitation_accept(user=make_user("somebody"), code=code)
