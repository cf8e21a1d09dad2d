"""What was left out because it is no speech, and whether names and terms were used: stored, shown, taken out."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from backend.analyses.models import Analysis
from backend.analyses.services import results
from backend.privacy.takeout import Takeout
from inference_worker import contract
from tests.conftest import CommittingClient
from tests.recorders import PushRecorder
from tests.unit.backend import messages
from tests.unit.backend.analyses.conftest import fresh

Deliver = Callable[[contract.Message], None]


def left_out(start_s: float, end_s: float, reason: str = "steady") -> contract.NoSpeech:
    return contract.NoSpeech(start_s=start_s, end_s=end_s, reason=reason)


def shown(client: CommittingClient, analysis: Analysis) -> dict[str, Any]:
    answer: dict[str, Any] = client.get(f"/api/v1/recordings/{analysis.recording_id}").json()["analysis"]
    return answer


def test_it_is_gathered_over_the_units(
    analysis: Analysis, deliver: Deliver, owner_client: CommittingClient, pushed: PushRecorder
) -> None:
    assert shown(owner_client, analysis)["no_speech"] == []
    pushed.clear()
    deliver(messages.unit_result(analysis, no_speech=(left_out(3.0, 5.5),), vocabulary_used=True))
    deliver(
        messages.unit_result(
            fresh(analysis),
            is_last=True,
            no_speech=(left_out(12.0, 12.25, "short"), left_out(14.0, 23.5, "tonal")),
        )
    )
    answer = shown(owner_client, analysis)
    assert (answer["no_speech_s"], answer["vocabulary_used"]) == (12.25, True)
    assert answer["no_speech"] == [
        {"start_s": 3.0, "end_s": 5.5, "reason": "steady"},
        {"start_s": 12.0, "end_s": 12.25, "reason": "short"},
        {"start_s": 14.0, "end_s": 23.5, "reason": "tonal"},
    ]
    assert pushed.events[-1]["recording"]["analysis"]["no_speech_s"] == 12.25


def test_a_new_analysis_begins_anew(
    analysis: Analysis, deliver: Deliver, owner_client: CommittingClient
) -> None:
    deliver(
        messages.unit_result(analysis, is_last=True, no_speech=(left_out(3.0, 5.5),), vocabulary_used=False)
    )
    assert shown(owner_client, analysis)["vocabulary_used"] is False
    assert owner_client.post(f"/api/v1/recordings/{analysis.recording_id}/retry").status_code == 202
    deliver(messages.unit_result(fresh(analysis), is_last=True))
    answer = shown(owner_client, analysis)
    assert (answer["no_speech"], answer["no_speech_s"], answer["vocabulary_used"]) == ([], 0.0, None)


def test_a_unit_that_comes_twice_counts_once(
    analysis: Analysis, deliver: Deliver, owner_client: CommittingClient
) -> None:
    result = messages.unit_result(analysis, no_speech=(left_out(3.0, 5.5),))
    deliver(result)
    deliver(result)
    assert shown(owner_client, analysis)["no_speech_s"] == 2.5


def test_of_very_many_the_longest_are_shown_in_order(
    analysis: Analysis, deliver: Deliver, owner_client: CommittingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "_MOST_NO_SPEECH", 30)
    spans = [left_out(start_s, start_s + (0.9 if start_s % 2 else 0.1)) for start_s in range(60)]
    deliver(messages.unit_result(analysis, is_last=True, no_speech=tuple(spans)))
    answer = shown(owner_client, analysis)
    assert [span["start_s"] for span in answer["no_speech"]] == [
        float(start_s) for start_s in range(1, 41, 2)
    ]
    assert len(fresh(analysis).no_speech) == 30
    assert answer["no_speech_s"] == pytest.approx(27.0)


def test_it_goes_with_the_take_out(analysis: Analysis, deliver: Deliver) -> None:
    deliver(
        messages.unit_result(analysis, is_last=True, no_speech=(left_out(3.0, 5.5),), vocabulary_used=True)
    )
    content = b"".join(Takeout(analysis.recording.owner).blocks())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        rows = [json.loads(line) for line in archive.read("data/analyses.analysis.jsonl").splitlines()]
    assert [(row["no_speech"], row["vocabulary_used"], row["asr_engine"]) for row in rows] == [
        ([{"start_s": 3.0, "end_s": 5.5, "reason": "steady"}], True, messages.ASR_ENGINE)
    ]
