"""The real stack with NeMo: what is said is on the websocket, word for word. Skipped without the extra `nemo`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.conftest import write_sentences
from tests.live_stack import Person, live_stack, wait_until
from tests.nemo_fixture import FIXTURE, SENTENCES

pytest.importorskip("nemo", reason="NeMo is not installed (extra `nemo`)")
pytestmark = pytest.mark.stack
SAID = list(SENTENCES[2:6])


def test_exact_sentences_on_the_websocket(tmp_path: Path) -> None:
    recording_path = write_sentences(tmp_path / "talk.wav", *SAID)
    settings = {"ASR_ENGINE": "nemo", "ASR_CHECKPOINTS": f"en={FIXTURE}", "ASR_DEVICE": "cpu"}
    with live_stack(tmp_path / "data", **settings) as stack:
        person = Person(stack.url)
        with person.listening():
            uploaded = person.upload(recording_path, language="en")
            recording = person.finished(uploaded["id"])
            wait_until(lambda: len(_pushed(person)) == len(SAID), limit_s=5, what="all utterances are pushed")
        assert [utterance["text"] for utterance in _pushed(person)] == SAID
        assert recording["analysis"]["low_accuracy"] is False
        assert [utterance["text"] for utterance in person.utterances(recording["id"])] == SAID


def _pushed(person: Person) -> list[dict[str, object]]:
    events = [event for _, event in person.events if event["type"] == "utterances.stored"]
    return [utterance for event in events for utterance in event["utterances"]]
