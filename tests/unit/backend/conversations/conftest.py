"""A recording with a few utterances that have words, as a worker brings them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from backend.analyses.models import Analysis
from inference_worker import contract
from tests.conftest import CommittingClient
from tests.recorders import PushRecorder
from tests.unit.backend import messages

Line = dict[str, Any]


def spoken(text: str, start_s: float, **changes: Any) -> contract.Utterance:
    """An utterance whose words take half a second each and follow each other."""
    words = tuple(
        contract.Word(text=word, start_s=start_s + i / 2, end_s=start_s + (i + 1) / 2, confidence=0.9)
        for i, word in enumerate(text.split())
    )
    end_s = words[-1].end_s if words else start_s + 1.0
    return messages.utterance(text, start_s, end_s, **{"words": words, **changes})


LINES = (
    spoken("You sad it first.", 1.0, speaker="A"),
    spoken("회의가 세시에 시작해요", 4.0, speaker="B", emotion=messages.emotion("happy"), language="ko"),
    spoken("So we begin", 8.0, speaker="A", emotion=messages.emotion("neutral")),
)


@pytest.fixture
def lines(
    analysis: Analysis,
    deliver: Callable[..., None],
    owner_client: CommittingClient,
    pushed: PushRecorder,
) -> list[Line]:
    """The utterances of `LINES` as REST answers them, stored; nothing pushed since."""
    deliver(messages.unit_result(analysis, is_last=True, utterances=LINES))
    pushed.clear()
    return listed(owner_client, str(analysis.recording_id))


def listed(client: CommittingClient, recording_id: str) -> list[Line]:
    answer = client.get(f"/api/v1/recordings/{recording_id}/utterances")
    found: list[Line] = answer.json()["results"]
    return found
