"""Names and terms of a person: kept plain and once, and sent with every unit of that person's recordings."""

from __future__ import annotations

from typing import Any

import pytest

from backend.accounts.models import User, Vocabulary
from backend.analyses.models import Analysis
from tests.conftest import CommittingClient
from tests.recorders import PushRecorder, SendRecorder

PATH = "/api/v1/me/vocabulary"


def test_terms_are_kept_plain_and_once(owner_client: CommittingClient, stranger: User) -> None:
    assert owner_client.get(PATH).json() == {"terms": []}
    written = [
        "  김서연 ",
        "Recognition\t Helpers",
        "recognition helpers",
        "\u1112\u1161\u11ab\u1100\u1173\u11af",
        "C3-PO",
    ]
    wanted = {"terms": ["김서연", "Recognition Helpers", "한글", "C3-PO"]}
    response = owner_client.put(PATH, {"terms": written}, format="json")
    assert (response.status_code, response.json()) == (200, wanted)
    assert owner_client.get(PATH).json() == wanted
    assert not Vocabulary.objects.filter(owner=stranger).exists()
    assert owner_client.put(PATH, {"terms": []}, format="json").json() == {"terms": []}
    assert owner_client.get(PATH).json() == {"terms": []}


def test_a_change_is_told_once_and_no_change_is_not(
    owner_client: CommittingClient, owner: User, pushed: PushRecorder
) -> None:
    before = User.objects.get(pk=owner.pk).revision
    for _ in range(2):
        owner_client.put(PATH, {"terms": ["Seoyeon"]}, format="json")
    assert User.objects.get(pk=owner.pk).revision == before + 1
    assert [(event["type"], event["revision"]) for event in pushed.events] == [("me.changed", before + 1)]


@pytest.mark.parametrize(
    ("terms", "field", "code"),
    [
        (None, "terms", "null"),
        ("name", "terms", "not_a_list"),
        (["x"], "terms.0", "term"),
        (["x" * 61], "terms.0", "term"),
        (["good", "…!"], "terms.1", "term"),
        (["a\u202eb"], "terms.0", "term"),
        ([""], "terms.0", "blank"),
        ([["a"]], "terms.0", "invalid"),
        ([f"term {n}" for n in range(201)], "terms", "max_length"),
    ],
)
def test_what_is_no_term_is_refused(
    owner_client: CommittingClient, terms: Any, field: str, code: str
) -> None:
    owner_client.put(PATH, {"terms": ["before"]}, format="json")
    response = owner_client.put(PATH, {"terms": terms}, format="json")
    assert response.status_code == 400
    error = response.json()["errors"][0]
    assert (error["field"], error["code"]) == (field, code)
    assert owner_client.get(PATH).json() == {"terms": ["before"]}


def test_units_carry_the_terms_of_their_owner(
    owner_client: CommittingClient, stranger: User, analysis: Analysis, sent: SendRecorder
) -> None:
    Vocabulary.objects.create(owner=stranger, terms=["theirs"])
    assert sent.requests[0].vocabulary == ()
    owner_client.put(PATH, {"terms": ["김서연", "Hangang"]}, format="json")
    owner_client.post(f"/api/v1/recordings/{analysis.recording_id}/cancel")
    owner_client.post(f"/api/v1/recordings/{analysis.recording_id}/retry")
    assert sent.requests[-1].vocabulary == ("김서연", "Hangang")
