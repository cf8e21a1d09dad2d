"""Live captions of what is no talk, of too much at once, and of people who are not let in: over the real stack."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from backend.live.frames import FORM_OPUS, pack
from benchmarks.block_worker import block_worker
from benchmarks.live_measures import memory_of_web
from tests import speech
from tests.live_client import LiveClient
from tests.live_stack import PASSWORD, LiveStack, Person, live_stack
from tests.unit.backend.live.test_opus import packets_of

pytestmark = pytest.mark.stack

RATE_HZ = 16_000
LIMIT_S = 300.0
ROOM_TONE = 0.0005


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveStack]:
    folder: Path = tmp_path_factory.mktemp("live")
    with (
        live_stack(folder / "data", has_worker=False, LIVE_STREAMS_PER_PERSON="60") as running,
        block_worker(running, 0.02),
    ):
        yield running


@pytest.fixture(scope="module")
def person(stack: LiveStack) -> Person:
    return Person(stack.url)


def noise(seconds: float, level: float) -> np.ndarray:
    samples = np.random.default_rng(3).standard_normal(round(seconds * RATE_HZ))
    return samples.astype(np.float32) * level


def music(seconds: float) -> np.ndarray:
    """Chords with overtones, one a second."""
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    roots = np.array([220.0, 174.6, 196.0, 261.6])[(time_s.astype(int)) % 4]
    chord = sum(
        np.sin(2 * np.pi * roots * ratio * k * time_s) / k for ratio in (1, 1.26, 1.5) for k in (1, 2, 3)
    )
    fall = np.exp(-2.0 * (time_s % 1.0))
    return (0.15 * chord * fall).astype(np.float32)


def talk(sentences: int) -> np.ndarray:
    parts = [
        part for _ in range(sentences) for part in (speech.silence(1.2), speech.say("you said it first"))
    ]
    sound = np.concatenate([*parts, speech.silence(1.5)])
    return sound + noise(len(sound) / RATE_HZ, ROOM_TONE)[: len(sound)]


def fast(person: Person, sound: np.ndarray) -> LiveClient:
    client = LiveClient(person, sound, real_time=False)
    asyncio.run(client.run(LIMIT_S))
    return client


def check_stored(client: LiveClient, utterances: int) -> None:
    recording = client.person.recording(client.stream_id)
    assert recording["analysis"]["state"] == "done"
    assert recording["duration_s"] == pytest.approx(client.samples / RATE_HZ)
    assert len(client.person.utterances(client.stream_id)) == utterances
    assert client.person.http.get(recording["audio_url"]).content[44:] == client.pcm
    assert client.of_type("error") == []


@pytest.mark.parametrize(
    ("sound", "name"),
    [
        (np.zeros(300 * RATE_HZ, np.float32), "digital silence"),
        (noise(120.0, ROOM_TONE), "a quiet room"),
        (noise(30.0, 0.1), "loud noise"),
        (music(30.0), "music"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_speech_is_no_caption(
    stack: LiveStack, person: Person, sound: np.ndarray, name: str
) -> None:
    with memory_of_web(stack) as memory:
        client = fast(person, sound)
    assert client.finals == [], name
    check_stored(client, utterances=0)
    assert memory.peak < memory.before + 40.0


def test_a_long_talk_faster_than_real_time_costs_no_memory(stack: LiveStack, person: Person) -> None:
    fast(person, talk(5))
    with memory_of_web(stack) as memory:
        client = fast(person, talk(120))
    assert len(client.finals) == 120
    check_stored(client, utterances=120)
    assert memory.peak < memory.before + 40.0
    assert client.of_type("ended")[-1]["lag_s"] == 0.0


def test_fifty_streams_at_once(stack: LiveStack, person: Person) -> None:
    clients = [LiveClient(person, talk(2)) for _ in range(50)]

    async def run() -> None:
        await asyncio.gather(*(client.run(LIMIT_S) for client in clients))

    asyncio.run(run())
    for client in clients:
        assert len(client.finals) == 2
        check_stored(client, utterances=2)


def test_opus_with_a_lost_connection_keeps_every_sample(stack: LiveStack, person: Person) -> None:
    def packets(pcm: bytes) -> list[bytes]:
        return packets_of(np.frombuffer(pcm, "<i2").astype(np.float32) / 32768.0, 20)

    client = LiveClient(person, talk(3), packets=packets)

    async def run() -> None:
        running = asyncio.create_task(client.run(LIMIT_S))
        for _ in range(2):
            await asyncio.sleep(2.0)
            await client.drop()
        await running

    asyncio.run(run())
    assert client.connections >= 2
    assert client.of_type("ready")[0]["forms"] == ["pcm", "opus"]
    assert len(client.finals) == 3
    recording = person.recording(client.stream_id)
    assert recording["duration_s"] == pytest.approx(client.samples / RATE_HZ)
    pcm = person.http.get(recording["audio_url"]).content[44:]
    assert len(pcm) == len(client.pcm)


async def opened(stack: LiveStack, person: Person, **start: Any) -> ClientConnection:
    connection = await connect(
        stack.url.replace("http", "ws", 1) + "/ws/live",
        additional_headers={"X-Session-Token": person.http.headers["X-Session-Token"]},
    )
    client = LiveClient(person, np.zeros(1, np.float32))
    with contextlib.suppress(ConnectionClosed):  # Why it was refused is read all the same.
        await connection.send(json.dumps({**client.start_message(), **start}))
    return connection


async def closing_of(connection: ClientConnection) -> tuple[str, int]:
    """The code of the last error, and of the close."""
    code = ""
    with contextlib.suppress(ConnectionClosed):
        async for text in connection:
            message = json.loads(text)
            code = message["code"] if message["type"] == "error" else code
    assert connection.close_code is not None
    return code, connection.close_code


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (pack(0, b"abc"), "malformed_frame"),
        (pack(0, bytes(40_000)), "malformed_frame"),
        (pack(0, b"\xff\x3f", FORM_OPUS), "malformed_frame"),
        (pack(0, bytes(5000), FORM_OPUS), "malformed_frame"),
        (b"\x02" + pack(0, b"ab")[1:], "unsupported_sound"),
    ],
)
async def test_sound_that_cannot_be_read_has_a_code(
    stack: LiveStack, person: Person, frame: bytes, code: str
) -> None:
    connection = await opened(stack, person)
    await connection.send(frame)
    assert await closing_of(connection) == (code, 4400)


async def test_another_rate_has_a_code(stack: LiveStack, person: Person) -> None:
    connection = await opened(stack, person, sample_rate_hz=48_000)
    assert await closing_of(connection) == ("unsupported_sound", 4400)


async def test_a_foreign_origin_is_refused_before_the_connection_is_made(stack: LiveStack) -> None:
    cookie = Person(stack.url).http.cookies
    for path in ("/ws/live", "/ws/captions"):
        with pytest.raises(InvalidStatus) as refused:
            async with connect(
                stack.url.replace("http", "ws", 1) + path,
                origin="https://elsewhere.example.com",  # type: ignore[arg-type]
                additional_headers={"Cookie": "; ".join(f"{k}={v}" for k, v in cookie.items())},
            ):
                pass
        assert refused.value.response.status_code == 403


async def test_an_expired_session_is_told_at_once(stack: LiveStack) -> None:
    person = Person(stack.url)
    person.http.delete("/_allauth/app/v1/auth/session")
    connection = await opened(stack, person)
    assert await closing_of(connection) == ("not_authenticated", 4401)


def test_signed_out_in_the_middle_and_in_again(stack: LiveStack) -> None:
    """What was said meanwhile is captioned after the next sign-in, once."""
    person = Person(stack.url)
    undisturbed = LiveClient(person, talk(12))
    client = LiveClient(person, talk(12))
    asyncio.run(undisturbed.run(LIMIT_S))

    async def run() -> None:
        running = asyncio.create_task(client.run(LIMIT_S))
        await asyncio.sleep(3.0)
        person.http.delete("/_allauth/app/v1/auth/session")
        with pytest.raises(AssertionError) as refused:
            await running
        assert refused.value.args[0]["code"] == "not_authenticated"
        del person.http.headers["X-Session-Token"]
        answer = person.http.post(
            "/_allauth/app/v1/auth/login", json={"email": person.email, "password": PASSWORD}
        )
        person.http.headers["X-Session-Token"] = answer.json()["meta"]["session_token"]
        await client.run(LIMIT_S)

    asyncio.run(run())
    assert [error["code"] for error in client.of_type("error")][:1] == ["not_authenticated"]
    assert client.text == undisturbed.text
    assert len(client.finals) == 12
