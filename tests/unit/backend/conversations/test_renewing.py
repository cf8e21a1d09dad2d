"""A recording that a person has edited is analysed anew: edits stay, the rest comes from the newer analysis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from backend.analyses.models import Analysis
from backend.conversations.models import Edit, Utterance
from backend.conversations.search_form import search_form
from inference_worker import contract
from tests.conftest import CommittingClient
from tests.recorders import PushRecorder
from tests.unit.backend import messages
from tests.unit.backend.conversations.conftest import Line, listed, spoken
from tests.unit.backend.conversations.test_editing import patch, post

NEWER = (
    spoken("You said it worst.", 1.1, speaker="X", emotion=messages.emotion("neutral")),
    spoken("회의가 네시에 시작해요", 4.0, speaker="Y", emotion=messages.emotion("sad"), language="ko"),
    spoken("So shall begin", 8.0, speaker="X", emotion=messages.emotion("fear")),
)


@pytest.fixture
def anew(
    owner_client: CommittingClient, lines: list[Line], deliver: Callable[..., None], pushed: PushRecorder
) -> Callable[..., list[Line]]:
    """Has the recording analysed anew in one unit; what is there then."""
    recording_id = lines[0]["recording_id"]

    def run(*utterances: contract.Utterance, **body: Any) -> list[Line]:
        assert post(owner_client, f"recordings/{recording_id}/retry", **body).status_code == 202
        pushed.clear()
        analysis = Analysis.objects.select_related("recording").get(recording_id=recording_id)
        deliver(messages.unit_result(analysis, is_last=True, utterances=utterances or NEWER))
        return listed(owner_client, recording_id)

    return run


def said(lines: list[Line]) -> list[str]:
    return [line["text"] for line in lines]


def sounds(lines: list[Line]) -> list[str]:
    return [line["emotion"]["label"] for line in lines]


def test_without_edits_all_is_replaced(lines: list[Line], anew: Callable[..., list[Line]]) -> None:
    now = anew()
    assert said(now) == ["You said it worst.", "회의가 네시에 시작해요", "So shall begin"]
    assert not {line["id"] for line in now} & {line["id"] for line in lines}


def test_edited_words_stay_and_the_rest_is_newer(
    owner_client: CommittingClient, lines: list[Line], anew: Callable[..., list[Line]]
) -> None:
    patch(owner_client, lines[0], text="You said it first.")
    now = anew()
    assert said(now) == ["You said it first.", "회의가 네시에 시작해요", "So shall begin"]
    assert (now[0]["id"], now[0]["start_s"], now[0]["end_s"]) == (lines[0]["id"], 1.0, 3.0)
    assert [word["text"] for word in now[0]["words"]] == ["You", "said", "it", "first."]
    assert sounds(now) == ["neutral", "sad", "fear"]
    assert [line["speaker"] for line in now] == ["X", "Y", "X"]
    assert [line["edited"] for line in now] == [True, False, False]
    analysis = Analysis.objects.get()
    assert (analysis.utterance_count, analysis.next_index) == (3, 3)


def test_a_corrected_emotion_stays_on_newer_words(
    owner_client: CommittingClient, lines: list[Line], anew: Callable[..., list[Line]]
) -> None:
    corrected = patch(owner_client, lines[1], emotion="surprise").json()
    now = anew()
    assert (now[1]["id"], now[1]["text"]) == (lines[1]["id"], "회의가 네시에 시작해요")
    assert (now[1]["emotion"]["label"], now[1]["emotion"]["machine"]["label"]) == ("surprise", "happy")
    assert now[1]["speaker"] == "Y"
    assert Utterance.objects.get(pk=now[1]["id"]).search_text == search_form("회의가 네시에 시작해요")
    undone = post(owner_client, f"edits/{corrected['edit']['id']}/undo")
    assert (undone.status_code, undone.json()["utterances"][0]["emotion"]["label"]) == (200, "happy")


def test_a_name_stays_on_newer_words(
    owner_client: CommittingClient, lines: list[Line], anew: Callable[..., list[Line]]
) -> None:
    path = f"conversations/{lines[0]['conversation_id']}/speakers"
    renamed = post(owner_client, path, speakers=["A"], name="Mina").json()
    now = anew()
    assert [line["speaker"] for line in now] == ["Mina", "Y", "Mina"]
    assert said(now) == ["You said it worst.", "회의가 네시에 시작해요", "So shall begin"]
    assert sounds(now) == ["neutral", "sad", "fear"]
    undone = post(owner_client, f"edits/{renamed['edit']['id']}/undo")
    assert undone.status_code == 200
    assert [line["speaker"] for line in listed(owner_client, lines[0]["recording_id"])] == ["A", "Y", "A"]


def test_splits_and_merges_stay_and_can_be_undone(
    owner_client: CommittingClient, lines: list[Line], anew: Callable[..., list[Line]]
) -> None:
    split = post(
        owner_client, f"utterances/{lines[0]['id']}/split", revision=lines[0]["revision"], at_character=7
    )
    joined = post(
        owner_client,
        f"utterances/{lines[1]['id']}/merge",
        revision=lines[1]["revision"],
        next_id=lines[2]["id"],
        next_revision=lines[2]["revision"],
    )
    assert (split.status_code, joined.status_code) == (200, 200)
    now = anew()
    assert said(now) == ["You sad", "it first.", "회의가 세시에 시작해요 So we begin"]
    assert sounds(now) == ["angry", "angry", "happy"]
    for response in (split, joined):
        assert post(owner_client, f"edits/{response.json()['edit']['id']}/undo").status_code == 200
    back = listed(owner_client, lines[0]["recording_id"])
    assert said(back) == ["You sad it first.", "회의가 세시에 시작해요", "So we begin"]
    assert [line["edited"] for line in back] == [False] * 3
    # Nothing of a person is in it any more.
    assert said(anew()) == ["You said it worst.", "회의가 네시에 시작해요", "So shall begin"]


def test_what_was_heard_around_edited_words_is_not_lost(
    owner_client: CommittingClient, lines: list[Line], anew: Callable[..., list[Line]]
) -> None:
    patch(owner_client, lines[1], text="회의는 세 시에 시작해요")
    now = anew(spoken("well then we begin at three yes all right", 2.5, speaker="X"))
    assert [(line["text"], line["start_s"], line["end_s"]) for line in now] == [
        ("well then we", 2.5, 4.0),
        ("회의는 세 시에 시작해요", 4.0, 5.5),
        ("yes all right", 5.5, 7.0),
    ]
    assert [line["speaker"] for line in now] == ["X", "X", "X"]


def test_an_utterance_without_times_of_words_yields_to_edited_ones(
    owner_client: CommittingClient, lines: list[Line], anew: Callable[..., list[Line]]
) -> None:
    patch(owner_client, lines[0], text="You said it first.")
    inside = messages.utterance("you said it worst", 1.5, 3.5, words=())
    outside = messages.utterance("and so on", 2.5, 6.0, words=())
    assert said(anew(inside, outside)) == ["You said it first.", "and so on"]


def test_all_goes_when_the_owner_wishes_so(
    owner_client: CommittingClient, lines: list[Line], anew: Callable[..., list[Line]]
) -> None:
    edit = patch(owner_client, lines[0], text="You said it first.").json()["edit"]
    now = anew(discard_edits=True)
    assert said(now) == ["You said it worst.", "회의가 네시에 시작해요", "So shall begin"]
    assert Edit.objects.get().superseded_at is not None
    refused = post(owner_client, f"edits/{edit['id']}/undo")
    assert (refused.status_code, refused.json()["code"]) == (409, "edit_superseded")
    # Only that once.
    patch(owner_client, now[0], text="You said it first.")
    assert said(anew())[0] == "You said it first."


def test_what_was_undone_cannot_be_done_again_on_newer_words(
    owner_client: CommittingClient, lines: list[Line], anew: Callable[..., list[Line]]
) -> None:
    edit = patch(owner_client, lines[0], text="You said it first.").json()["edit"]
    post(owner_client, f"edits/{edit['id']}/undo")
    patch(owner_client, lines[2], text="So we start")
    assert said(anew())[0] == "You said it worst."
    refused = post(owner_client, f"edits/{edit['id']}/redo")
    assert (refused.status_code, refused.json()["code"]) == (409, "edit_superseded")


def test_an_utterance_across_two_units_gets_words_from_both(
    owner_client: CommittingClient, lines: list[Line], deliver: Callable[..., None]
) -> None:
    patch(owner_client, lines[0], emotion="sad")
    patch(owner_client, lines[2], text="So we start")
    recording_id = lines[0]["recording_id"]
    assert post(owner_client, f"recordings/{recording_id}/retry").status_code == 202
    analysis = Analysis.objects.select_related("recording").get()
    deliver(messages.unit_result(analysis, processed_until_s=2.0, utterances=(spoken("You said", 1.0),)))
    between = listed(owner_client, recording_id)
    assert said(between) == ["You said it first.", "So we start"]
    # Edited while the analysis runs.
    patch(owner_client, between[1], text="So we go")
    analysis.refresh_from_db()
    deliver(messages.unit_result(analysis, is_last=True, utterances=(spoken("it worst.", 2.0), NEWER[2])))
    now = listed(owner_client, recording_id)
    assert said(now) == ["You said it worst.", "So we go"]
    assert (sounds(now)[0], now[0]["id"]) == ("sad", lines[0]["id"])
    assert Analysis.objects.get().utterance_count == 2


def test_what_follows_an_edited_utterance_in_the_first_analysis_is_whole(
    owner_client: CommittingClient, analysis: Analysis, deliver: Callable[..., None]
) -> None:
    recording_id = str(analysis.recording_id)
    deliver(
        messages.unit_result(analysis, processed_until_s=3.0, utterances=(spoken("You sad it first.", 1.0),))
    )
    [line] = listed(owner_client, recording_id)
    patch(owner_client, line, text="You said it first.")
    analysis.refresh_from_db()
    deliver(messages.unit_result(analysis, is_last=True, utterances=(spoken("No you did", 3.0),)))
    assert said(listed(owner_client, recording_id)) == ["You said it first.", "No you did"]


def test_clients_keep_what_was_kept(
    owner_client: CommittingClient, lines: list[Line], anew: Callable[..., list[Line]], pushed: PushRecorder
) -> None:
    patch(owner_client, lines[0], text="You said it first.")
    revision = owner_client.get("/api/v1/me").json()["revision"]
    now = anew()
    changed, stored = pushed.events
    assert (changed["type"], stored["type"]) == ("utterances.changed", "utterances.stored")
    assert [line["id"] for line in changed["utterances"]] == [lines[0]["id"]]
    assert stored["recording"]["analysis"]["utterances_from_revision"] == changed["revision"]
    assert (stored["replaces_all"], stored["revision"]) == (True, changed["revision"] + 1)
    caught_up = owner_client.get(f"/api/v1/changes?since={revision}").json()
    assert {line["id"] for line in caught_up["utterances"]} == {line["id"] for line in now}
