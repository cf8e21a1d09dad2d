"""Every route of the whole URL map, asked by everybody: nobody, a stranger, caregivers with links of every kind, the
owner. A new route fails here until it has a row, in these tables or in those of test_denials.

Whoever may not see something gets the answer that a missing thing gets, and nothing changes.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator

from backend.accounts.models import User
from backend.care.models import AccessEntry, Alert, AlertRule, CareLink, CareNote
from backend.care.routing import websocket_urlpatterns as care_sockets
from backend.conversations.models import Conversation, Recording, Utterance
from backend.live.routing import websocket_urlpatterns as live_sockets
from backend.realtime.routing import websocket_urlpatterns as event_sockets
from backend.sharing.models import CaptionLink
from backend.sharing.services.links import link_create
from tests.conftest import CommittingClient
from tests.unit.backend.care.world import SECRET, TITLE, make_link, make_recording, make_user, say
from tests.unit.backend.config.rights_elsewhere import ELSEWHERE, SOCKETS, TABLE_ELSEWHERE
from tests.unit.backend.config.test_denials import OF_A_PERSON, OF_A_RECORDING
from tests.unit.backend.conftest import body_of

DAYS = "start=2026-03-01&end=2026-03-07"
TWO = "first_start=2026-02-01&first_end=2026-02-07&second_start=2026-03-01&second_end=2026-03-07"
RULE = {"kind": "quiet", "days_window": 2}
PERSON = "/api/v1/care/people/{link_id}"


@dataclass(frozen=True, slots=True)
class Row:
    """One method of one route: what to send, and what whoever may gets."""

    method: str
    path: str
    status: int = 200
    body: dict[str, Any] | None = None
    query: str = ""
    needs: frozenset[str] = frozenset({"timeline", "transcript", "audio"})
    """Of a person's routes: one of these scopes."""
    of_shared: bool = False
    """Names a conversation or a recording, which must be one that the link shares."""


# What an owner has besides recordings: everybody else gets 404.
OF_AN_OWNER = [
    Row("get", "/api/v1/conversations/{conversation_id}/timeline"),
    Row("get", "/api/v1/conversations/{conversation_id}/timeline.csv"),
    Row("patch", "/api/v1/care/links/{link_id}", body={"scopes": ["timeline"]}),
    Row("post", "/api/v1/care/links/{link_id}/pause", body={"is_paused": True}),
    Row("post", "/api/v1/care/links/{link_id}/code", 409),
    Row("get", "/api/v1/care/links/{link_id}/notes"),
]
# Edits; what they do is in tests/unit/backend/conversations/test_editing.py.
OF_AN_OWNER += [
    Row("patch", "/api/v1/utterances/{utterance_id}", 409, body={"revision": 0, "text": "x"}),
    Row("post", "/api/v1/utterances/{utterance_id}/split", 409, body={"revision": 0, "at_character": 4}),
    Row(
        "post",
        "/api/v1/utterances/{utterance_id}/merge",
        409,
        body={"revision": 0, "next_id": str(uuid.UUID(int=0)), "next_revision": 0},
    ),
    Row(
        "post",
        "/api/v1/conversations/{conversation_id}/speakers",
        body={"speakers": [None], "name": "Minji"},
    ),
    Row("get", "/api/v1/conversations/{conversation_id}/edits"),
    Row("post", "/api/v1/edits/{edit_id}/undo"),
    Row("post", "/api/v1/edits/{edit_id}/redo"),
]
# Conversations; what these do is in tests/unit/backend/conversations.
OF_AN_OWNER += [
    Row("get", "/api/v1/conversations/{conversation_id}"),
    Row("patch", "/api/v1/conversations/{conversation_id}", body={"title": "x"}),
    Row("post", "/api/v1/conversations/{conversation_id}/trash"),
    Row("post", "/api/v1/conversations/{conversation_id}/restore"),
    # Only what is in the trash can be deleted for good.
    Row("delete", "/api/v1/conversations/{conversation_id}", 404),
]
# Links to captions; what they open is in tests/unit/backend/sharing.
OF_AN_OWNER += [
    Row("post", "/api/v1/conversations/{conversation_id}/links", 201, body={"days": 1}),
    Row("delete", "/api/v1/links/{caption_link_id}", 204),
]
# What everybody has of their own: others see theirs, and nothing of the owner's.
OF_EVERYBODY = [
    Row("get", "/api/v1/timeline", query=DAYS),
    Row("get", "/api/v1/timeline.csv", query=DAYS),
    Row("get", "/api/v1/timeline/comparison", query=TWO),
    Row("get", "/api/v1/tags"),
    Row("get", "/api/v1/links"),
    Row("get", "/api/v1/search", query="q=cat"),
    Row("get", "/api/v1/care/links"),
    Row("post", "/api/v1/care/links", 400, body={}),
    Row("get", "/api/v1/care/access"),
    Row("get", "/api/v1/care/people"),
    Row("post", "/api/v1/care/invitation", 404, body={"code": "AAAAAAAAAA"}),
    Row("post", "/api/v1/care/invitation/accept", 404, body={"code": "AAAAAAAAAA"}),
]
# What a caregiver sees of a person, through an open link with one of the scopes.
TIMELINE = frozenset({"timeline"})
OF_A_CAREGIVER = [
    Row("get", f"{PERSON}/timeline", query=DAYS, needs=TIMELINE),
    Row("get", f"{PERSON}/timeline.csv", query=DAYS, needs=TIMELINE),
    Row("get", f"{PERSON}/timeline/comparison", query=TWO, needs=TIMELINE),
    Row("get", f"{PERSON}/conversations"),
    Row("get", f"{PERSON}/conversations/{{conversation_id}}/timeline", of_shared=True),
    Row("get", f"{PERSON}/conversations/{{conversation_id}}/timeline.csv", of_shared=True),
    Row("get", f"{PERSON}/recordings/{{recording_id}}/audio", needs=frozenset({"audio"}), of_shared=True),
    Row("get", f"{PERSON}/notes"),
    Row("post", f"{PERSON}/notes", 201, body={"text": "called"}),
    Row("delete", f"{PERSON}/notes/{{note_id}}", 204),
    Row("get", f"{PERSON}/rules", needs=TIMELINE),
    Row("post", f"{PERSON}/rules", 201, body=RULE, needs=TIMELINE),
    Row("delete", f"{PERSON}/rules/{{rule_id}}", 204),
    Row("get", f"{PERSON}/alerts", needs=TIMELINE),
    Row("post", f"{PERSON}/alerts/{{alert_id}}/seen", needs=TIMELINE),
]
# Rows with a test of their own below.
OF_BOTH_SIDES = [Row("delete", "/api/v1/care/links/{link_id}", 204), Row("get", PERSON)]

CARE_ROWS = [*OF_AN_OWNER, *OF_EVERYBODY, *OF_A_CAREGIVER, *OF_BOTH_SIDES]
SHUT_OUT = ["stranger", "invited", "paused", "ended", "expired"]
INSIDE = ["timeline", "transcript", "audio", "everything", "other_conversation"]


@dataclass(slots=True)
class World:
    owner: User
    recording: Recording
    ids: dict[str, dict[str, str]] = field(default_factory=dict)
    """By viewer: what a route of theirs is filled with."""

    def answer(self, client: CommittingClient, viewer: str, row: Row) -> Any:
        path = row.path.format(**self.ids[viewer]) + (f"?{row.query}" if row.query else "")
        if row.method == "get":
            return client.get(path)
        return getattr(client, row.method)(path, row.body, format="json")


@pytest.fixture
def world(owner: User, client_of: Callable[..., CommittingClient]) -> World:
    recording = make_recording(owner)
    utterance = say(recording, 0.0, 90.0)
    edited = client_of(owner).patch(
        f"/api/v1/utterances/{utterance.pk}", {"revision": 1, "text": f"{SECRET}!"}, format="json"
    )
    other = make_recording(owner)
    long_ago = timezone.now() - timedelta(days=1)
    made = World(owner, recording)
    caption_link, _ = link_create(
        user=owner, conversation_id=recording.conversation_id, days=1, with_emotion=True
    )
    kinds: dict[str, dict[str, Any]] = {
        "invited": {"accepted_at": None},
        "paused": {"paused_at": long_ago},
        "ended": {"ended_at": long_ago},
        "expired": {"ends_at": long_ago},
        **{scope: {"scopes": [scope]} for scope in ("timeline", "transcript", "audio")},
        "everything": {},
        "other_conversation": {"only": other.conversation},
    }
    for viewer, fields in kinds.items():
        link = make_link(owner, make_user(viewer), **fields)
        rule = AlertRule.objects.create(link=link, kind="quiet", days_window=2)
        alert = Alert.objects.create(link=link, rule=rule, day="2026-03-05", basis={"quiet_days": 2})
        made.ids[viewer] = {
            "link_id": str(link.pk),
            "note_id": str(CareNote.objects.create(link=link, text="a note").pk),
            "rule_id": str(rule.pk),
            "alert_id": str(alert.pk),
            "conversation_id": str(recording.conversation_id),
            "recording_id": str(recording.pk),
            "utterance_id": str(utterance.pk),
            "edit_id": edited.json()["edit"]["id"],
            "caption_link_id": str(caption_link.pk),
        }
    made.ids["owner"] = made.ids["stranger"] = made.ids["anonymous"] = made.ids["everything"]
    return made


@pytest.fixture
def ask(world: World, client_of: Callable[..., CommittingClient]) -> Callable[[str, Row], Any]:
    def run(viewer: str, row: Row) -> Any:
        user = None if viewer == "anonymous" else world.owner if viewer == "owner" else make_user(viewer)
        return world.answer(client_of(user), viewer, row)

    return run


def everything() -> list[Any]:
    tables: list[type[models.Model]] = [
        AccessEntry,
        Alert,
        AlertRule,
        CaptionLink,
        CareLink,
        CareNote,
        Conversation,
        Recording,
        Utterance,
    ]
    return [list(table._default_manager.order_by("pk").values()) for table in tables]


def routes(patterns: list[Any], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver) and route in ELSEWHERE:
            yield route
        elif isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            assert isinstance(pattern, URLPattern)
            yield route


def in_braces(route: str) -> str:
    return "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", route)


def test_every_route_has_a_row() -> None:
    api = {path for _, path in [*OF_A_RECORDING, *OF_A_PERSON]} | {row.path for row in CARE_ROWS}
    api |= set(TABLE_ELSEWHERE)
    found = set(routes(get_resolver().url_patterns))
    assert {in_braces(route) for route in found - set(ELSEWHERE)} == api
    assert found & set(ELSEWHERE) == set(ELSEWHERE)


def test_every_method_has_a_row() -> None:
    paths = SchemaGenerator().get_schema(public=True)["paths"]
    operations = {
        (method, path) for path, methods in paths.items() for method in methods if path not in TABLE_ELSEWHERE
    }
    rows = [(row.method, row.path) for row in CARE_ROWS]
    assert operations == {*OF_A_RECORDING, *OF_A_PERSON, *rows}
    assert len(rows) == len(set(rows))


def test_every_socket_has_a_row() -> None:
    assert {str(pattern.pattern) for pattern in [*event_sockets, *live_sockets, *care_sockets]} == set(
        SOCKETS
    )


@pytest.mark.parametrize("row", CARE_ROWS, ids=lambda row: f"{row.method} {row.path}")
def test_nobody(world: World, ask: Callable[[str, Row], Any], row: Row) -> None:
    before = everything()
    response = ask("anonymous", row)
    assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")
    assert everything() == before


@pytest.mark.parametrize("viewer", [*SHUT_OUT, *INSIDE])
@pytest.mark.parametrize("row", OF_AN_OWNER, ids=lambda row: f"{row.method} {row.path}")
def test_what_only_the_owner_has(world: World, ask: Callable[[str, Row], Any], row: Row, viewer: str) -> None:
    before = everything()
    response = ask(viewer, row)
    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert everything() == before


@pytest.mark.parametrize("viewer", [*SHUT_OUT, *INSIDE])
@pytest.mark.parametrize("path", [path for method, path in OF_A_RECORDING if method == "get"])
def test_no_caregiver_uses_the_owners_addresses(
    world: World, ask: Callable[[str, Row], Any], path: str, viewer: str
) -> None:
    response = ask(viewer, Row("get", path))
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("viewer", ["owner", *SHUT_OUT])
@pytest.mark.parametrize("row", OF_A_CAREGIVER, ids=lambda row: f"{row.method} {row.path}")
def test_a_link_that_is_not_open_for_you(
    world: World, ask: Callable[[str, Row], Any], row: Row, viewer: str
) -> None:
    before = everything()
    response = ask(viewer, row)
    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert everything() == before
    missing = {**world.ids[viewer], "link_id": str(uuid.uuid4())}
    world.ids[viewer] = missing
    assert ask(viewer, row).content == response.content


@pytest.mark.parametrize("viewer", INSIDE)
@pytest.mark.parametrize("row", OF_A_CAREGIVER, ids=lambda row: f"{row.method} {row.path}")
def test_a_caregiver_gets_what_the_scopes_say(
    world: World, ask: Callable[[str, Row], Any], row: Row, viewer: str
) -> None:
    scopes = (
        {viewer} if viewer in ("timeline", "transcript", "audio") else {"timeline", "transcript", "audio"}
    )
    may = bool(scopes & row.needs) and not (viewer == "other_conversation" and row.of_shared)
    before = everything()
    response = ask(viewer, row)
    if may:
        assert response.status_code == row.status
    else:
        assert (response.status_code, response.json()["code"]) == (404, "not_found")
        assert everything() == before
    text = body_of(response).decode()
    if "transcript" not in scopes or viewer == "other_conversation":
        assert SECRET not in text
    if "transcript" not in scopes:
        assert TITLE not in json.dumps(text)
    if "audio" not in scopes:
        assert "/audio" not in text
    if "timeline" not in scopes:
        assert '"sad"' not in text
        assert ",sad," not in text


@pytest.mark.parametrize("viewer", ["stranger", "paused", "everything"])
@pytest.mark.parametrize("row", OF_EVERYBODY, ids=lambda row: f"{row.method} {row.path}")
def test_others_see_nothing_of_the_owner_in_their_own(
    world: World, ask: Callable[[str, Row], Any], row: Row, viewer: str
) -> None:
    response = ask(viewer, row)
    assert response.status_code == row.status
    text = body_of(response).decode()
    for secret in (SECRET, TITLE, "sad,", '"sad"', str(world.recording.pk), "invited@example.org"):
        assert secret not in text


@pytest.mark.parametrize("row", [*OF_AN_OWNER, *OF_EVERYBODY], ids=lambda row: f"{row.method} {row.path}")
def test_the_owner(world: World, ask: Callable[[str, Row], Any], row: Row) -> None:
    assert ask("owner", row).status_code == row.status


@pytest.mark.parametrize(
    ("viewer", "status"), [("stranger", 404), ("paused", 204), ("everything", 204), ("owner", 204)]
)
def test_either_side_ends_a_link(
    world: World, ask: Callable[[str, Row], Any], viewer: str, status: int
) -> None:
    assert ask(viewer, OF_BOTH_SIDES[0]).status_code == status
    link = CareLink.objects.get(pk=world.ids[viewer]["link_id"])
    assert (link.ended_at is not None) == (status == 204)


@pytest.mark.parametrize(
    ("viewer", "state"),
    [
        ("stranger", None),
        ("owner", None),
        ("ended", None),
        ("expired", None),
        ("paused", "paused"),
        ("audio", "active"),
    ],
)
def test_a_caregiver_is_told_that_sharing_is_paused(
    world: World, ask: Callable[[str, Row], Any], viewer: str, state: str | None
) -> None:
    response = ask(viewer, OF_BOTH_SIDES[1])
    assert response.status_code == (200 if state else 404)
    assert response.json().get("state") == state
