"""The real stack with NeMo: what is said is on the websocket, word for word. Skipped without the extra `nemo`."""

from __future__ import annotations

import asyncio
import base64
import difflib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from inference_worker.config import load
from inference_worker.contract import LiveRequest
from inference_worker.live import listen
from inference_worker.metrics import batch_members
from inference_worker.registry import Engines, load_transcriber
from tests import speech
from tests.integration.conftest import write_sentences
from tests.live_client import LiveClient
from tests.live_stack import LiveStack, Person, live_stack, wait_until
from tests.nemo_fixture import FIXTURE, SENTENCES

pytest.importorskip("nemo", reason="NeMo is not installed (extra `nemo`)")
pytestmark = pytest.mark.stack
SAID = list(SENTENCES[2:6])
LIMIT_S = 240.0


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveStack]:
    """One for all: most of its time is NeMo's start."""
    settings = {
        "ASR_ENGINE": "nemo",
        "ASR_CHECKPOINTS": f"en={FIXTURE}",
        "ASR_DEVICE": "cpu",
        "LIVE_STREAMS_PER_PERSON": "10",
    }
    with live_stack(tmp_path_factory.mktemp("nemo") / "data", **settings) as running:
        yield running


def test_exact_sentences_on_the_websocket(stack: LiveStack, tmp_path: Path) -> None:
    recording_path = write_sentences(tmp_path / "talk.wav", *SAID)
    person = Person(stack.url)
    with person.listening():
        uploaded = person.upload(recording_path, language="en")
        recording = person.finished(uploaded["id"])
        wait_until(lambda: len(_pushed(person)) == len(SAID), limit_s=60, what="all utterances are pushed")
    assert [utterance["text"] for utterance in _pushed(person)] == SAID
    assert recording["analysis"]["low_accuracy"] is False
    assert [utterance["text"] for utterance in person.utterances(recording["id"])] == SAID


def _pushed(person: Person) -> list[dict[str, object]]:
    events = [event for _, event in person.events if event["type"] == "utterances.stored"]
    return [utterance for event in events for utterance in event["utterances"]]


def test_the_sentences_as_live_captions(stack: LiveStack) -> None:
    """Three people at once, each heard as if alone, and not called inaccurate."""
    person = Person(stack.url)
    clients = [LiveClient(person, spoken(SAID[index:] + SAID[:index])) for index in range(3)]

    async def run() -> None:
        await asyncio.gather(*(client.run(LIMIT_S) for client in clients))

    asyncio.run(run())
    for index, client in enumerate(clients):
        # Words that were shown early stay, so that a word of the tiny model may be cut short.
        for final, text in zip(client.finals, SAID[index:] + SAID[:index], strict=True):
            assert difflib.SequenceMatcher(None, final["stable"], text).ratio() > 0.8
        assert client.of_type("ready")[0]["low_accuracy"] is False
        assert client.finals[-1]["emotion"] is not None


def spoken(sentences: list[str]) -> np.ndarray:
    parts = [part for text in sentences for part in (speech.silence(1.5), speech.say(text))]
    return np.concatenate([*parts, speech.silence(2.0)])


def test_several_streams_are_decoded_in_one_pass() -> None:
    config = load({"ASR_ENGINE": "nemo", "ASR_CHECKPOINTS": f"en={FIXTURE}", "ASR_DEVICE": "cpu"})
    engines = Engines(load_transcriber(config), None)
    requests = [
        LiveRequest(
            stream_id=f"stream-{index}",
            utterance=0,
            revision=1,
            final=True,
            language="en",
            start_s=0.0,
            audio=base64.b64encode(np.round(speech.say(text) * 32767).astype("<i2").tobytes()).decode(),
            want_emotion=False,
        )
        for index, text in enumerate(SAID)
    ]
    before = passes()
    results = listen(requests, engines)
    assert [result.heard.text for result in results if result.heard is not None] == SAID
    count, members = passes()
    assert (count - before[0], members - before[1]) == (1, len(SAID))


def passes() -> tuple[float, float]:
    """Passes of the model so far, and utterances in them."""
    samples = {s.name: s.value for family in batch_members.collect() for s in family.samples}
    return samples["rh_worker_batch_members_count"], samples["rh_worker_batch_members_sum"]
