"""`GET /api/v1/recordings/{id}/utterances`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from backend.analyses.models import Analysis
from backend.conversations.models import Utterance
from tests.conftest import CommittingClient
from tests.unit.backend import messages


def test_the_wire_form(
    owner_client: CommittingClient, analysis: Analysis, deliver: Callable[..., None]
) -> None:
    deliver(
        messages.unit_result(
            analysis,
            is_last=True,
            utterances=(messages.utterance("You said it first.", 0.5, 2.25, speaker="A"),),
        )
    )
    answer = owner_client.get(f"/api/v1/recordings/{analysis.recording_id}/utterances").json()
    stored = Utterance.objects.get()
    assert answer == {
        "next": None,
        "previous": None,
        "results": [
            {
                "id": str(stored.pk),
                "recording_id": str(analysis.recording_id),
                "conversation_id": str(analysis.recording.conversation_id),
                "index": 0,
                "start_s": 0.5,
                "end_s": 2.25,
                "text": "You said it first.",
                "words": [{"text": "You said it first.", "start_s": 0.5, "end_s": 2.25, "confidence": 0.9}],
                "confidence": 0.9,
                "language": "en",
                "speaker": "A",
                "emotion": {
                    "label": "angry",
                    "confident": True,
                    "probabilities": {
                        "neutral": 0.05,
                        "happy": 0.05,
                        "sad": 0.05,
                        "angry": 0.7,
                        "fear": 0.05,
                        "disgust": 0.05,
                        "surprise": 0.05,
                    },
                    "strength": 0.5,
                    "machine": None,
                },
                "cues": None,
                "edited": False,
                "revision": 2,
            }
        ],
    }


def test_no_emotion_when_none_was_asked_for(
    owner_client: CommittingClient, analysis: Analysis, deliver: Callable[..., None]
) -> None:
    deliver(messages.unit_result(analysis, utterances=(messages.utterance("hi", 0, 1, emotion=None),)))
    [utterance] = owner_client.get(f"/api/v1/recordings/{analysis.recording_id}/utterances").json()["results"]
    assert utterance["emotion"] is None


def test_pages_in_the_order_of_speaking(
    owner_client: CommittingClient, analysis: Analysis, deliver: Callable[..., None]
) -> None:
    # Two that begin together (two speakers) lie on a page border.
    starts = [0.1, 0.2, 0.3, 0.3, 0.3, 1 / 3, 0.7]
    spoken = tuple(messages.utterance(f"u{i}", start, start + 1) for i, start in enumerate(starts))
    deliver(messages.unit_result(analysis, utterances=spoken[::-1]))
    pages, address = [], f"/api/v1/recordings/{analysis.recording_id}/utterances?page_size=2"
    while address:
        answer = owner_client.get(address).json()
        pages.append([item["start_s"] for item in answer["results"]])
        address = answer["next"]
    assert pages == [[0.1, 0.2], [0.3, 0.3], [0.3, 1 / 3], [0.7]]
    assert Utterance.objects.count() == 7


@pytest.mark.parametrize("cursor", ["nonsense", "cD1hYmM=", "cD0lMDA=", "bz0tMQ==", "w6Q="])
def test_a_cursor_that_nobody_gave_is_not_found(
    owner_client: CommittingClient, recording: dict[str, Any], cursor: str
) -> None:
    for path in ("recordings", "conversations", f"recordings/{recording['id']}/utterances"):
        response = owner_client.get(f"/api/v1/{path}?cursor={cursor}")
        assert response.status_code in (200, 404), response.content
        assert "code" not in response.json() or response.json()["code"] == "not_found"
