"""Live captions while everything breaks: the text of the whole is that of the undisturbed talk."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator

import numpy as np
import pytest

from benchmarks.block_worker import start_block_worker, wait_for_worker
from inference_worker.running import EXIT_HUNG
from tests import speech
from tests.live_client import LiveClient
from tests.live_stack import LiveStack, Person, live_stack

pytestmark = pytest.mark.stack

SENTENCES = ("you said it first", "he said that there was nothing new", "turn on the light please")
DECODE_S = 0.02
LIMIT_S = 240.0


class Workers:
    """The inference worker, which a test may kill, or have hang once."""

    def __init__(self, stack: LiveStack) -> None:
        self._stack = stack
        self.hangs_by = stack.data_dir.parent / "hang"
        self.start_again()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def start_again(self) -> None:
        self.process = start_block_worker(
            self._stack,
            DECODE_S,
            str(self.hangs_by),
            program="tests.hanging_worker",
            WORKER_LIVE_LIMIT_S="20",
        )


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveStack]:
    with live_stack(tmp_path_factory.mktemp("live") / "data", has_worker=False) as running:
        yield running


@pytest.fixture(scope="module")
def workers(stack: LiveStack) -> Iterator[Workers]:
    running = Workers(stack)
    try:
        wait_for_worker(stack)
        yield running
    finally:
        running.kill()


@pytest.fixture(scope="module")
def sound() -> np.ndarray:
    parts = [part for text in SENTENCES for part in (speech.silence(1.2), speech.say(text))]
    talk = np.concatenate([*parts, speech.silence(1.5)])
    return talk + np.random.default_rng(1).standard_normal(len(talk)).astype(np.float32) * 0.0005


@pytest.fixture(scope="module")
def expected(stack: LiveStack, workers: Workers, sound: np.ndarray) -> str:
    client = LiveClient(Person(stack.url), sound)
    asyncio.run(client.run(LIMIT_S))
    assert len(client.finals) == len(SENTENCES)
    assert client.connections == 1
    return client.text


def check(client: LiveClient, expected: str) -> None:
    assert client.text == expected
    stored = client.person.utterances(client.stream_id)
    assert " / ".join(utterance["text"] for utterance in stored) == expected
    assert [utterance["id"] for utterance in stored] == [final["utterance"] for final in client.finals]
    recording = client.person.recording(client.stream_id)
    assert recording["analysis"]["state"] == "done"
    assert recording["duration_s"] == pytest.approx(client.samples / 16000)
    audio = client.person.http.get(recording["audio_url"]).content
    assert audio[:4] == b"RIFF"
    assert audio[44:] == client.pcm, "every sample is there once"


def test_a_connection_that_is_cut_again_and_again(
    stack: LiveStack, workers: Workers, sound: np.ndarray, expected: str
) -> None:
    client = LiveClient(Person(stack.url), sound)
    moments = random.Random(7)

    async def run() -> None:
        talk = asyncio.create_task(client.run(LIMIT_S))
        for _ in range(4):
            await asyncio.sleep(moments.uniform(1.0, 2.5))
            await client.drop()
        await talk

    asyncio.run(run())
    assert client.connections >= 4
    check(client, expected)


def test_the_web_process_is_killed(
    stack: LiveStack, workers: Workers, sound: np.ndarray, expected: str
) -> None:
    client = LiveClient(Person(stack.url), sound)

    async def run() -> None:
        talk = asyncio.create_task(client.run(LIMIT_S))
        await asyncio.sleep(3.3)
        stack.child("web").kill()
        await talk

    asyncio.run(run())
    assert client.connections >= 2
    check(client, expected)


def test_the_worker_is_killed(stack: LiveStack, workers: Workers, sound: np.ndarray, expected: str) -> None:
    client = LiveClient(Person(stack.url), sound)

    async def run() -> None:
        talk = asyncio.create_task(client.run(LIMIT_S))
        await asyncio.sleep(3.0)
        workers.kill()
        await asyncio.sleep(1.0)
        workers.start_again()
        await talk

    asyncio.run(run())
    check(client, expected)


def test_a_decode_hangs(stack: LiveStack, workers: Workers, sound: np.ndarray, expected: str) -> None:
    """The worker ends itself; whoever looks after it starts it again, and what it had is done by the next one."""
    client = LiveClient(Person(stack.url), sound)

    async def run() -> None:
        talk = asyncio.create_task(client.run(LIMIT_S))
        await asyncio.sleep(3.0)
        workers.hangs_by.touch()
        exit_code = await asyncio.to_thread(workers.process.wait, LIMIT_S)
        assert exit_code == EXIT_HUNG
        workers.start_again()
        await talk

    asyncio.run(run())
    check(client, expected)
