"""Speakers that are renamed while the recording is still being analysed keep their new names in what comes later."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from backend.analyses.models import Analysis
from backend.conversations.models import Edit, Utterance
from inference_worker import contract
from tests.conftest import CommittingClient
from tests.unit.backend import messages
from tests.unit.backend.analyses.conftest import fresh
from tests.unit.backend.conversations.conftest import listed, spoken

Deliver = Callable[[contract.Message], None]


@pytest.fixture
def another(analysis: Analysis, upload: Callable[..., Any], owner_client: CommittingClient) -> Analysis:
    """A second recording of the same conversation."""
    conversation_id = str(analysis.recording.conversation_id)
    answer = upload(owner_client, conversation_id=conversation_id)
    assert answer.status_code == 201
    return Analysis.objects.select_related("recording").get(recording_id=answer.json()["id"])


def unit(analysis: Analysis, *speakers: str | None, **changes: Any) -> contract.UnitResult:
    """The next unit, with an utterance of each of `speakers`."""
    begin_s = fresh(analysis).processed_until_s
    said = tuple(
        spoken("so we begin", begin_s + 2.0 * place, speaker=speaker)
        for place, speaker in enumerate(speakers)
    )
    return messages.unit_result(fresh(analysis), utterances=said, **changes)


def rename(client: CommittingClient, analysis: Analysis, old: list[str | None], name: str) -> dict[str, Any]:
    path = f"/api/v1/conversations/{analysis.recording.conversation_id}/speakers"
    answer = client.post(path, {"speakers": old, "name": name}, content_type="application/json")
    assert answer.status_code == 200
    edit: dict[str, Any] = answer.json()["edit"]
    return edit


def speakers(client: CommittingClient, analysis: Analysis) -> list[str | None]:
    return [line["speaker"] for line in listed(client, str(analysis.recording_id))]


def undo(client: CommittingClient, edit: dict[str, Any]) -> int:
    return int(client.post(f"/api/v1/edits/{edit['id']}/undo").status_code)


def test_a_new_name_reaches_the_units_that_come_later(
    analysis: Analysis, deliver: Deliver, owner_client: CommittingClient
) -> None:
    deliver(unit(analysis, "speaker_1", "speaker_2"))
    rename(owner_client, analysis, ["speaker_1"], "Mina")
    deliver(unit(analysis, "speaker_1", "speaker_2", "speaker_3", None, is_last=True))
    assert speakers(owner_client, analysis) == [
        *("Mina", "speaker_2"),
        *("Mina", "speaker_2", "speaker_3", None),
    ]


def test_names_that_follow_each_other(
    analysis: Analysis, deliver: Deliver, owner_client: CommittingClient
) -> None:
    deliver(unit(analysis, "speaker_1", "speaker_2", None))
    rename(owner_client, analysis, ["speaker_1"], "Mina")
    rename(owner_client, analysis, ["Mina", "speaker_2"], "Jun")
    rename(owner_client, analysis, [None], "Ara")
    deliver(unit(analysis, "speaker_2", None, "speaker_1", is_last=True))
    assert speakers(owner_client, analysis) == ["Jun", "Jun", "Ara", "Jun", "Ara", "Jun"]


def test_undoing_takes_the_name_back_everywhere(
    analysis: Analysis, deliver: Deliver, owner_client: CommittingClient
) -> None:
    deliver(unit(analysis, "speaker_1"))
    edit = rename(owner_client, analysis, ["speaker_1"], "Mina")
    deliver(unit(analysis, "speaker_1", "speaker_2"))
    assert undo(owner_client, edit) == 200
    assert speakers(owner_client, analysis) == ["speaker_1", "speaker_1", "speaker_2"]
    assert set(Utterance.objects.values_list("edit_count", flat=True)) == {0}
    deliver(unit(analysis, "speaker_1", is_last=True))
    assert speakers(owner_client, analysis)[-1] == "speaker_1"
    assert owner_client.post(f"/api/v1/edits/{edit['id']}/redo").status_code == 200
    assert speakers(owner_client, analysis) == ["Mina", "Mina", "speaker_2", "speaker_1"]


def test_the_log_counts_them(analysis: Analysis, deliver: Deliver, owner_client: CommittingClient) -> None:
    deliver(unit(analysis, "speaker_1"))
    edit = rename(owner_client, analysis, ["speaker_1"], "Mina")
    deliver(unit(analysis, "speaker_1", is_last=True))
    stored = Edit.objects.get(pk=edit["id"])
    ids = list(Utterance.objects.order_by("start_s").values_list("pk", flat=True))
    assert [uuid.UUID(change["id"]) for change in stored.changes] == ids
    assert [change["before"] for change in stored.changes] == [{"speaker": "speaker_1"}] * 2
    assert list(Utterance.objects.values_list("edit_count", flat=True)) == [1, 1]


def test_a_new_analysis_knows_nothing_of_old_names(
    analysis: Analysis, deliver: Deliver, owner_client: CommittingClient
) -> None:
    deliver(unit(analysis, "speaker_1", is_last=True))
    rename(owner_client, analysis, ["speaker_1"], "Mina")
    path = f"/api/v1/recordings/{analysis.recording_id}/retry"
    retried = owner_client.post(path, {"discard_edits": True}, content_type="application/json")
    assert retried.status_code == 202
    deliver(unit(analysis, "speaker_1"))
    deliver(unit(analysis, "speaker_1", is_last=True))
    assert speakers(owner_client, analysis) == ["speaker_1", "speaker_1"]


@pytest.mark.parametrize("named", ["first", "second"])
def test_the_same_number_in_another_recording_is_somebody_else(
    analysis: Analysis, deliver: Deliver, owner_client: CommittingClient, another: Analysis, named: str
) -> None:
    first, second = (analysis, another) if named == "first" else (another, analysis)
    deliver(unit(first, "speaker_1"))
    rename(owner_client, first, ["speaker_1"], "Mina")
    deliver(unit(second, "speaker_1"))
    deliver(unit(second, "speaker_1", is_last=True))
    deliver(unit(first, "speaker_1", is_last=True))
    assert speakers(owner_client, second) == ["speaker_1", "speaker_1"]
    assert speakers(owner_client, first) == ["Mina", "Mina"]
