"""Corrections of words, emotion and speaker; split, merge and renaming of speakers."""

from __future__ import annotations

from typing import Any

import pytest

from backend.analyses.models import Analysis
from backend.conversations.models import DeletedUtterance, Edit, Utterance
from tests.conftest import CommittingClient
from tests.recorders import PushRecorder
from tests.unit.backend import messages
from tests.unit.backend.conversations.conftest import LINES, Line, listed


def patch(client: CommittingClient, line: Line, **change: Any) -> Any:
    return client.patch(
        f"/api/v1/utterances/{line['id']}", {"revision": line["revision"], **change}, format="json"
    )


def post(client: CommittingClient, path: str, **body: Any) -> Any:
    return client.post(f"/api/v1/{path}", body, format="json")


def state(line: Line) -> Line:
    return {name: value for name, value in line.items() if name not in ("revision", "edited")}


def test_a_corrected_word_keeps_the_times_of_all_words(
    owner_client: CommittingClient, lines: list[Line], pushed: PushRecorder
) -> None:
    response = patch(owner_client, lines[0], text="You said it first.")
    assert response.status_code == 200
    [changed] = response.json()["utterances"]
    assert changed["text"] == "You said it first."
    assert changed["words"] == [
        {"text": "You", "start_s": 1.0, "end_s": 1.5, "confidence": 0.9},
        {"text": "said", "start_s": 1.5, "end_s": 2.0, "confidence": None},
        {"text": "it", "start_s": 2.0, "end_s": 2.5, "confidence": 0.9},
        {"text": "first.", "start_s": 2.5, "end_s": 3.0, "confidence": 0.9},
    ]
    assert (changed["edited"], changed["confidence"], changed["revision"]) == (True, None, 3)
    assert pushed.events == [
        {
            "type": "utterances.changed",
            "revision": 3,
            "conversation_id": changed["conversation_id"],
            "utterances": [changed],
            "deleted_utterance_ids": [],
            "complete": True,
        }
    ]
    changes = owner_client.get("/api/v1/changes?since=2").json()
    assert (changes["revision"], changes["utterances"]) == (3, [changed])
    assert Utterance.objects.get(pk=changed["id"]).search_text == "you said it first."


def test_the_log_says_who_changed_what_and_when(owner_client: CommittingClient, lines: list[Line]) -> None:
    patch(owner_client, lines[0], text="You said it first.")
    [edit] = owner_client.get(f"/api/v1/conversations/{lines[0]['conversation_id']}/edits").json()["results"]
    assert (edit["kind"], edit["author"], edit["undone_at"]) == ("text", "owner@example.org", None)
    assert edit["created_at"] is not None
    assert edit["changes"] == [
        {
            "utterance_id": lines[0]["id"],
            "before": {"text": "You sad it first."},
            "after": {"text": "You said it first."},
        }
    ]


def test_undo_and_redo(owner_client: CommittingClient, lines: list[Line]) -> None:
    result = patch(owner_client, lines[0], text="You said it first.").json()
    edit_id = result["edit"]["id"]
    undone = post(owner_client, f"edits/{edit_id}/undo").json()
    assert [state(line) for line in undone["utterances"]] == [state(lines[0])]
    assert undone["utterances"][0]["edited"] is False
    assert post(owner_client, f"edits/{edit_id}/undo").json()["utterances"] == []
    redone = post(owner_client, f"edits/{edit_id}/redo").json()
    assert [state(line) for line in redone["utterances"]] == [state(result["utterances"][0])]
    assert post(owner_client, f"edits/{edit_id}/redo").json()["utterances"] == []
    assert Edit.objects.count() == 1


def test_an_edit_of_something_older_is_refused_with_the_newer_text(
    owner_client: CommittingClient, lines: list[Line], pushed: PushRecorder
) -> None:
    newer = patch(owner_client, lines[0], text="You said it.").json()["utterances"][0]
    pushed.clear()
    response = patch(owner_client, lines[0], text="You had it first.")
    assert (response.status_code, response.json()["code"]) == (409, "utterance_changed")
    assert response.json()["data"]["utterance"] == newer
    assert Utterance.objects.get(pk=newer["id"]).text == "You said it."
    assert (Edit.objects.count(), pushed.events) == (1, [])


def test_the_same_words_again_change_nothing(
    owner_client: CommittingClient, lines: list[Line], pushed: PushRecorder
) -> None:
    response = patch(owner_client, lines[0], text=lines[0]["text"])
    assert response.json() == {"edit": None, "utterances": [], "deleted_utterance_ids": []}
    assert patch(owner_client, lines[0], speaker="A").json()["edit"] is None
    assert patch(owner_client, lines[0], emotion=None).json()["edit"] is None
    assert (Edit.objects.count(), pushed.events) == (0, [])


def test_a_corrected_emotion_and_taking_it_back(owner_client: CommittingClient, lines: list[Line]) -> None:
    [changed] = patch(owner_client, lines[0], emotion="sad").json()["utterances"]
    assert changed["emotion"] == {
        **lines[0]["emotion"],
        "label": "sad",
        "confident": True,
        "machine": {"label": "angry", "confident": True},
    }
    [again] = patch(owner_client, changed, emotion="fear").json()["utterances"]
    assert again["emotion"]["machine"] == {"label": "angry", "confident": True}
    [back] = patch(owner_client, again, emotion=None).json()["utterances"]
    assert back["emotion"] == lines[0]["emotion"]
    assert [edit.kind for edit in Edit.objects.all()] == ["emotion"] * 3
    assert back["edited"] is False


def test_a_right_emotion_can_be_confirmed(owner_client: CommittingClient, lines: list[Line]) -> None:
    Utterance.objects.filter(pk=lines[0]["id"]).update(emotion_confident=False)
    [changed] = patch(owner_client, lines[0], emotion="angry").json()["utterances"]
    assert (changed["emotion"]["label"], changed["emotion"]["confident"]) == ("angry", True)
    assert changed["emotion"]["machine"] == {"label": "angry", "confident": False}


def test_where_emotion_is_off_none_is_stored(owner_client: CommittingClient, lines: list[Line]) -> None:
    Utterance.objects.filter(pk=lines[0]["id"]).update(emotion_label=None)
    response = patch(owner_client, lines[0], emotion="sad")
    assert (response.status_code, response.json()["code"]) == (409, "no_emotion")
    assert Utterance.objects.get(pk=lines[0]["id"]).emotion_label is None


def test_one_line_gets_another_speaker(owner_client: CommittingClient, lines: list[Line]) -> None:
    [changed] = patch(owner_client, lines[1], speaker=" 민지 ").json()["utterances"]
    assert (changed["speaker"], changed["edited"]) == ("민지", True)
    [nobody] = patch(owner_client, changed, speaker="").json()["utterances"]
    assert nobody["speaker"] is None


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"text": "a", "speaker": "b"},
        {"text": None},
        {"text": "a\x00b"},
        {"text": "x" * 10_001},
        {"speaker": "x" * 65},
        {"emotion": "bored"},
        {"text": "x", "revision": "new"},
        {"text": "x", "revision": None},
    ],
)
def test_bad_input(owner_client: CommittingClient, lines: list[Line], change: dict[str, Any]) -> None:
    response = patch(owner_client, lines[0], **change)
    assert (response.status_code, response.json()["code"]) == (400, "invalid")
    assert Edit.objects.count() == 0


def test_split(owner_client: CommittingClient, lines: list[Line]) -> None:
    result = post(
        owner_client, f"utterances/{lines[0]['id']}/split", revision=lines[0]["revision"], at_character=9
    ).json()
    first, second = result["utterances"]
    # The place is inside of "it": the second part begins with that word.
    assert (first["text"], first["start_s"], first["end_s"]) == ("You sad", 1.0, 2.0)
    assert (second["text"], second["start_s"], second["end_s"]) == ("it first.", 2.0, 3.0)
    assert [word["text"] for word in first["words"]] == ["You", "sad"]
    assert [word["text"] for word in second["words"]] == ["it", "first."]
    assert first["id"] == lines[0]["id"]
    assert (second["speaker"], second["emotion"]) == (lines[0]["speaker"], lines[0]["emotion"])
    texts = [line["text"] for line in listed(owner_client, lines[0]["recording_id"])]
    assert texts == ["You sad", "it first.", lines[1]["text"], lines[2]["text"]]
    undone = post(owner_client, f"edits/{result['edit']['id']}/undo").json()
    assert undone["deleted_utterance_ids"] == [second["id"]]
    assert [state(line) for line in listed(owner_client, lines[0]["recording_id"])] == [
        state(line) for line in lines
    ]
    redone = post(owner_client, f"edits/{result['edit']['id']}/redo").json()
    assert [state(line) for line in redone["utterances"]] == [state(first), state(second)]
    assert DeletedUtterance.objects.count() == 0


def test_split_without_times_of_words(owner_client: CommittingClient, lines: list[Line]) -> None:
    Utterance.objects.filter(pk=lines[0]["id"]).update(words=[], text="aa bb bb", start_s=1, end_s=9)
    result = post(
        owner_client, f"utterances/{lines[0]['id']}/split", revision=lines[0]["revision"], at_character=3
    ).json()
    assert [(line["start_s"], line["end_s"]) for line in result["utterances"]] == [
        (1.0, pytest.approx(1 + 8 * 2 / 7)),
        (pytest.approx(1 + 8 * 2 / 7), 9.0),
    ]


@pytest.mark.parametrize("at_character", [1, 2, 3, 10_000])
def test_a_part_without_words_is_refused(
    owner_client: CommittingClient, lines: list[Line], at_character: int
) -> None:
    Utterance.objects.filter(pk=lines[0]["id"]).update(text="One")
    response = post(
        owner_client,
        f"utterances/{lines[0]['id']}/split",
        revision=lines[0]["revision"],
        at_character=at_character,
    )
    assert (response.status_code, response.json()["code"]) == (409, "cannot_split")


def merge(client: CommittingClient, first: Line, second: Line) -> Any:
    return post(
        client,
        f"utterances/{first['id']}/merge",
        revision=first["revision"],
        next_id=second["id"],
        next_revision=second["revision"],
    )


def test_merge(owner_client: CommittingClient, lines: list[Line], pushed: PushRecorder) -> None:
    result = merge(owner_client, lines[0], lines[1]).json()
    [one] = result["utterances"]
    assert one["id"] == lines[0]["id"]
    assert one["text"] == "You sad it first. 회의가 세시에 시작해요"
    assert one["words"] == lines[0]["words"] + lines[1]["words"]
    # The first one is longer: two seconds against one and a half.
    assert (one["start_s"], one["end_s"], one["emotion"]["label"]) == (1.0, 5.5, "angry")
    assert result["deleted_utterance_ids"] == [lines[1]["id"]]
    assert pushed.events[-1]["deleted_utterance_ids"] == [lines[1]["id"]]
    changes = owner_client.get("/api/v1/changes?since=2").json()
    assert changes["deleted_utterance_ids"] == [lines[1]["id"]]
    assert patch(owner_client, lines[1], text="x").status_code == 404
    post(owner_client, f"edits/{result['edit']['id']}/undo")
    assert [state(line) for line in listed(owner_client, one["recording_id"])] == [
        state(line) for line in lines
    ]
    changes = owner_client.get("/api/v1/changes?since=2").json()
    assert changes["deleted_utterance_ids"] == []
    assert {line["id"] for line in changes["utterances"]} == {lines[0]["id"], lines[1]["id"]}


def test_only_neighbours_merge(owner_client: CommittingClient, lines: list[Line]) -> None:
    for first, second in ((lines[0], lines[2]), (lines[1], lines[0]), (lines[0], lines[0])):
        response = merge(owner_client, first, second)
        assert (response.status_code, response.json()["code"]) == (409, "not_neighbours")
    stale = merge(owner_client, lines[0], {**lines[1], "revision": 1})
    assert (stale.status_code, stale.json()["data"]["utterance"]) == (409, lines[1])
    assert Utterance.objects.count() == 3


def test_what_was_changed_after_it_is_undone_first(owner_client: CommittingClient, lines: list[Line]) -> None:
    first = patch(owner_client, lines[0], text="You said it first.").json()
    second = patch(owner_client, first["utterances"][0], text="You said it.").json()
    refused = post(owner_client, f"edits/{first['edit']['id']}/undo")
    assert (refused.status_code, refused.json()["code"]) == (409, "edit_superseded")
    assert post(owner_client, f"edits/{second['edit']['id']}/undo").status_code == 200
    [undone] = post(owner_client, f"edits/{first['edit']['id']}/undo").json()["utterances"]
    assert state(undone) == state(lines[0])


def test_edits_of_other_things_stay_when_one_is_undone(
    owner_client: CommittingClient, lines: list[Line]
) -> None:
    first = patch(owner_client, lines[0], text="You said it first.").json()
    second = patch(owner_client, first["utterances"][0], speaker="Mina").json()
    patch(owner_client, second["utterances"][0], emotion="sad")
    [undone] = post(owner_client, f"edits/{first['edit']['id']}/undo").json()["utterances"]
    assert (undone["text"], undone["speaker"], undone["edited"]) == ("You sad it first.", "Mina", True)
    assert undone["emotion"]["label"] == "sad"


def test_speakers_are_renamed_and_become_one(
    owner_client: CommittingClient, lines: list[Line], pushed: PushRecorder
) -> None:
    path = f"conversations/{lines[0]['conversation_id']}/speakers"
    result = post(owner_client, path, speakers=["A", "B"], name="Mina").json()
    assert [line["speaker"] for line in result["utterances"]] == ["Mina"] * 3
    assert result["edit"]["utterance_count"] == 3
    assert len(pushed.events) == 1
    assert post(owner_client, path, speakers=["A"], name="Mina").json()["edit"] is None
    post(owner_client, f"edits/{result['edit']['id']}/undo")
    assert [line["speaker"] for line in listed(owner_client, lines[0]["recording_id"])] == ["A", "B", "A"]


def test_utterances_without_a_name_get_one(owner_client: CommittingClient, lines: list[Line]) -> None:
    Utterance.objects.filter(pk=lines[0]["id"]).update(speaker=None)
    path = f"conversations/{lines[0]['conversation_id']}/speakers"
    body = {"speakers": [None], "name": "Mina", "recording_id": lines[0]["recording_id"]}
    result = post(owner_client, path, **body).json()
    assert [line["id"] for line in result["utterances"]] == [lines[0]["id"]]


def test_too_many_to_push_are_fetched(
    owner_client: CommittingClient,
    lines: list[Line],
    pushed: PushRecorder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("backend.conversations.services.telling._MOST_PUSHED", 1)
    path = f"conversations/{lines[0]['conversation_id']}/speakers"
    post(owner_client, path, speakers=["A"], name="Mina")
    [event] = pushed.events
    assert (event["utterances"], event["complete"]) == ([], False)
    assert len(owner_client.get("/api/v1/changes?since=2").json()["utterances"]) == 2


def test_edits_that_a_new_analysis_replaced_stay_in_the_log(
    owner_client: CommittingClient, lines: list[Line], deliver: Any
) -> None:
    corrected = patch(owner_client, lines[0], emotion="sad").json()
    recording_id = lines[0]["recording_id"]
    assert post(owner_client, f"recordings/{recording_id}/retry", discard_edits=True).status_code == 202
    analysis = Analysis.objects.select_related("recording").get(recording_id=recording_id)
    deliver(messages.unit_result(analysis, is_last=True, utterances=LINES))
    now = listed(owner_client, recording_id)
    assert [line["emotion"]["machine"] for line in now] == [None] * 3
    edit = Edit.objects.get()
    assert edit.superseded_at is not None
    assert (edit.changes[0]["after"]["emotion_label"], edit.context["text"]) == ("sad", "You sad it first.")
    refused = post(owner_client, f"edits/{corrected['edit']['id']}/undo")
    assert (refused.status_code, refused.json()["code"]) == (409, "edit_superseded")


def test_strangers_change_nothing(
    lines: list[Line],
    owner_client: CommittingClient,
    stranger_client: CommittingClient,
    anonymous_client: CommittingClient,
    pushed: PushRecorder,
) -> None:
    edit_id = patch(owner_client, lines[2], text="So it begins").json()["edit"]["id"]
    before = listed(owner_client, lines[0]["recording_id"])
    pushed.clear()
    for client, status in ((stranger_client, 404), (anonymous_client, 401)):
        first, second = before[:2]
        conversation = f"conversations/{first['conversation_id']}"
        answers = [
            patch(client, first, text="x"),
            patch(client, first, emotion="sad"),
            post(client, f"utterances/{first['id']}/split", revision=first["revision"], at_character=4),
            merge(client, first, second),
            post(client, f"{conversation}/speakers", speakers=["A"], name="x"),
            client.get(f"/api/v1/{conversation}/edits"),
            post(client, f"edits/{edit_id}/undo"),
            post(client, f"edits/{edit_id}/redo"),
        ]
        assert [answer.status_code for answer in answers] == [status] * len(answers)
    assert listed(owner_client, first["recording_id"]) == before
    assert (Edit.objects.count(), pushed.events) == (1, [])
