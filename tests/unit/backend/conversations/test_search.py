"""`GET /api/v1/search`."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from backend.accounts.models import User
from backend.conversations import search_index
from backend.conversations.models import Conversation, Recording, Utterance
from backend.conversations.search_form import marked_segments, search_form
from backend.conversations.selectors import search
from tests.conftest import CommittingClient
from tests.unit.backend.conversations.conftest import Line

BEGAN_AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def find(client: CommittingClient, **wanted: Any) -> list[str]:
    """The texts of the hits."""
    answer = client.get("/api/v1/search", wanted)
    assert answer.status_code == 200, answer.content
    return [hit["utterance"]["text"] for hit in answer.json()["results"]]


@pytest.fixture
def talk(owner: User) -> Recording:
    conversation = Conversation.objects.create(owner=owner, revision=0, title="Talk")
    return Recording.objects.create(
        id=uuid.uuid4(), owner=owner, conversation=conversation, size_bytes=1, revision=0
    )


def say(recording: Recording, text: str, **changes: Any) -> Utterance:
    index = recording.utterances.count()
    fields = {
        "owner": recording.owner,
        "recording": recording,
        "index": index,
        "start_s": index,
        "end_s": index + 1,
        "revision": 0,
        "said_at": BEGAN_AT + timedelta(seconds=index),
        "search_text": search_form(text),
        **changes,
    }
    return Utterance.objects.create(text=text, **fields)


def test_words_are_found_and_marked(owner_client: CommittingClient, lines: list[Line]) -> None:
    answer = owner_client.get("/api/v1/search", {"q": "FIRST sad"}).json()
    [hit] = answer["results"]
    assert hit["utterance"] == lines[0]
    assert hit["segments"] == [
        {"text": "You ", "marked": False},
        {"text": "sad", "marked": True},
        {"text": " it ", "marked": False},
        {"text": "first", "marked": True},
        {"text": ".", "marked": False},
    ]
    assert (hit["recording_title"], answer["next_cursor"]) == ("talk.wav", None)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("회의", True),
        ("회의가", True),
        ("세시", True),
        ("시작", True),
        ("작해", True),
        ("의", True),
        ("회의 시작", True),
        ('"세시에 시작해요"', True),
        ('"시작해요 세시에"', False),
        ("의회", False),
        ("회의에", False),
        ("%", False),
        ("_", False),
        ("'", False),
        ('"', False),
        ("회의 -- ; DROP", False),
        ("AND OR NOT NEAR(", False),
        ("회의*", False),
        ("\\", False),
    ],
)
def test_korean_is_found_inside_of_words(
    owner_client: CommittingClient, lines: list[Line], text: str, found: bool
) -> None:
    assert find(owner_client, q=text) == ([lines[1]["text"]] if found else [])


def test_the_better_hit_comes_first_and_among_equals_the_newer(
    owner_client: CommittingClient, talk: Recording
) -> None:
    for text in ("tea", "the plan is here", "tea", "the long tea time of the day", "steam"):
        say(talk, text)
    found = find(owner_client, q="tea")
    assert found[-1] == "steam"
    assert found[:2] == ["tea", "tea"]
    hits = owner_client.get("/api/v1/search", {"q": "tea"}).json()["results"]
    assert hits[0]["said_at"] > hits[1]["said_at"]


def test_filters(owner_client: CommittingClient, lines: list[Line], talk: Recording) -> None:
    assert find(owner_client, emotion="happy") == [lines[1]["text"]]
    assert find(owner_client, emotion="happy", q="begin") == []
    assert find(owner_client, speaker="A") == [lines[2]["text"], lines[0]["text"]]
    Utterance.objects.filter(pk=lines[1]["id"]).update(emotion_confident=False)
    assert find(owner_client, emotion="happy") == []
    assert find(owner_client, emotion="unsure") == [lines[1]["text"]]
    say(talk, "in spring")
    assert find(owner_client, until="2026-03-01") == ["in spring"]
    assert find(owner_client, since="2026-03-01", until="2026-03-01", q="in") == ["in spring"]
    assert find(owner_client, until="2026-02-28") == []
    assert "in spring" not in find(owner_client, since="2026-03-02")
    assert find(owner_client, conversation_id=str(talk.conversation_id)) == ["in spring"]


def test_days_are_those_of_the_person(owner_client: CommittingClient, owner: User, talk: Recording) -> None:
    say(talk, "late", said_at=datetime(2026, 3, 1, 16, tzinfo=UTC))
    assert find(owner_client, since="2026-03-02") == []
    User.objects.filter(pk=owner.pk).update(time_zone="Asia/Seoul")
    assert find(owner_client, since="2026-03-02") == ["late"]


def test_search_follows_edits_undo_and_trash(
    owner_client: CommittingClient, lines: list[Line], deliver: Any
) -> None:
    body = {"revision": lines[0]["revision"], "text": "You said it first."}
    edit = owner_client.patch(f"/api/v1/utterances/{lines[0]['id']}", body, format="json").json()["edit"]
    assert find(owner_client, q="said") == ["You said it first."]
    assert find(owner_client, q="sad it") == []
    owner_client.post(f"/api/v1/edits/{edit['id']}/undo")
    assert (find(owner_client, q="said"), find(owner_client, q="sad")) == ([], ["You sad it first."])
    conversation = f"/api/v1/conversations/{lines[0]['conversation_id']}"
    owner_client.post(f"{conversation}/trash")
    assert find(owner_client, q="sad") == []
    owner_client.post(f"{conversation}/restore")
    assert find(owner_client, q="sad") == ["You sad it first."]
    owner_client.delete(f"/api/v1/recordings/{lines[0]['recording_id']}")
    assert find(owner_client, q="sad") == []


@pytest.mark.parametrize("wanted", [{"q": "word"}, {}])
def test_pages_miss_nothing_and_double_nothing(
    owner_client: CommittingClient,
    talk: Recording,
    monkeypatch: pytest.MonkeyPatch,
    wanted: dict[str, str],
) -> None:
    monkeypatch.setattr(search, "_WINDOW", 5)
    texts = [f"{'long ' * (i % 3)}word{i}" for i in range(13)]
    for text in texts:
        say(talk, text, said_at=BEGAN_AT + timedelta(seconds=len(text)))
    found: list[str] = []
    cursor = {}
    while True:
        answer = owner_client.get("/api/v1/search", {**wanted, "page_size": 3, **cursor}).json()
        found += [hit["utterance"]["text"] for hit in answer["results"]]
        # What is said while somebody reads moves nothing.
        say(talk, "word new", said_at=BEGAN_AT + timedelta(days=1))
        if answer["next_cursor"] is None:
            break
        cursor = {"cursor": answer["next_cursor"]}
    assert sorted(found) == sorted(texts)


@pytest.mark.parametrize(
    "wanted",
    [
        {"emotion": "bored"},
        {"since": "yesterday"},
        {"page_size": "0"},
        {"page_size": "101"},
        {"q": "x" * 201},
        {"q": "a\x00"},
        {"conversation_id": "1"},
    ],
)
def test_bad_input(owner_client: CommittingClient, wanted: dict[str, str]) -> None:
    assert owner_client.get("/api/v1/search", wanted).status_code == 400


@pytest.mark.parametrize("cursor", ["x", "e30=", "W10=", "WzEsMl0=", "W1siMjAyNiIsIngiXSxudWxsXQ=="])
def test_a_cursor_that_nobody_gave_out(owner_client: CommittingClient, cursor: str) -> None:
    response = owner_client.get("/api/v1/search", {"cursor": cursor})
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_strangers_find_nothing(
    lines: list[Line], stranger_client: CommittingClient, anonymous_client: CommittingClient
) -> None:
    assert find(stranger_client, q="first") == find(stranger_client) == []
    assert find(stranger_client, conversation_id=lines[0]["conversation_id"]) == []
    assert anonymous_client.get("/api/v1/search", {"q": "first"}).status_code == 401


def test_without_trigrams_words_are_found_by_how_they_begin(
    owner_client: CommittingClient, lines: list[Line], monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL may lack them")
    monkeypatch.setattr(search, "has_trigrams", lambda _: False)
    monkeypatch.setattr(search_index, "has_trigrams", lambda _: False)
    assert find(owner_client, q="회의") == find(owner_client, q="회의 시작") == [lines[1]["text"]]
    assert find(owner_client, q="작해") == find(owner_client, q="' | &") == []
    [warning] = search_index.check_trigrams(databases=["default"])
    assert "CREATE EXTENSION pg_trgm" in (warning.hint or "")


def test_the_index_is_whole_again_after_a_migration_dropped_its_triggers(
    owner_client: CommittingClient, talk: Recording
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps indexes by itself")
    say(talk, "before")
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER utterance_fts_insert")
    say(talk, "meanwhile")
    assert find(owner_client, q="meanwhile") == []
    search_index.ensure()
    say(talk, "after")
    for text in ("before", "meanwhile", "after"):
        assert find(owner_client, q=text) == [text]


@pytest.mark.usefixtures("db")
def test_the_index_on_postgresql_begins_with_whose_it_is_and_is_made_again_when_it_broke() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has another one")

    def indexes() -> dict[str, bool]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname, indisvalid FROM pg_index JOIN pg_class ON oid = indexrelid WHERE relname = ANY(%s)",
                [list(search_index.POSTGRESQL_INDEXES)],
            )
            return dict(cursor.fetchall())

    assert indexes() == {"utterance_own_words": True}
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'utterance_own_words'::regclass"
        )
        cursor.execute(
            "CREATE INDEX utterance_trigrams ON conversations_utterance USING gin (search_text gin_trgm_ops)"
        )
    search_index.ensure()
    assert indexes() == {"utterance_own_words": True}


@pytest.mark.parametrize(
    ("text", "terms", "expected"),
    [
        ("가족회의에서", ["회의"], [("가족", False), ("회의", True), ("에서", False)]),
        ("<b>tea</b>", ["tea"], [("<b>", False), ("tea", True), ("</b>", False)]),
        ("ﬁne Straße", ["fin", "strasse"], [("ﬁn", True), ("e ", False), ("Straße", True)]),
        ("tea tea", ["tea"], [("tea", True), (" ", False), ("tea", True)]),
        ("nothing", ["x"], [("nothing", False)]),
        ("", ["x"], []),
    ],
)
def test_segments(text: str, terms: list[str], expected: list[tuple[str, bool]]) -> None:
    assert marked_segments(text, [search_form(term) for term in terms]) == expected


def test_who_searches_too_often_is_told_when_to_come_back(
    owner_client: CommittingClient, stranger_client: CommittingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rest_framework.throttling.ScopedRateThrottle.THROTTLE_RATES", {"search": "2/min"})
    assert [find(owner_client, q="word") for _ in range(2)] == [[], []]
    refused = owner_client.get("/api/v1/search", {"q": "word"})
    assert (refused.status_code, refused.json()["code"]) == (429, "throttled")
    assert 0 < int(refused["Retry-After"]) <= 60
    assert find(stranger_client, q="word") == []
    assert owner_client.get("/api/v1/conversations").status_code == 200
