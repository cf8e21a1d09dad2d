"""Uploads through a bad network while the parts of the stack are killed in turn, and what became of each."""

from __future__ import annotations

import hashlib
import io
import random
import threading
import time
import uuid
import wave
from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx
import numpy as np
import psutil

from tests.faulty_proxy import Faults, faulty_proxy
from tests.live_stack import LiveStack, Person, wait_until

VICTIMS = ("web", "results", "inference", "redis")
_RATE_HZ = 16_000
_SETTLED_S = 35.0
_LATER = (408, 409, 423, 425, 429, 460)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    uploads: int
    people: int
    at_once: int
    kill_every_s: float
    shortest_s: float = 4.0
    longest_s: float = 24.0
    seed: int = 1
    limit_s: float = 1800.0
    """After so long, what is not done counts as stuck."""
    faults: Faults = field(default_factory=Faults)


@dataclass(slots=True)
class Outcome:
    """Counts of recordings, and of what was done to them."""

    uploads: int
    done: int = 0
    failed: int = 0
    stuck: int = 0
    on_the_server: int = 0
    """Rows, of all people."""
    identical: int = 0
    bytes_sent: int = 0
    requests: int = 0
    requests_lost: int = 0
    """Without an answer, or with one that says later."""
    kills: Counter[str] = field(default_factory=Counter)
    connections: Counter[str] = field(default_factory=Counter)
    """By what the proxy did to them."""
    uploads_s: float = 0.0
    all_s: float = 0.0


@dataclass(frozen=True, slots=True)
class _Sent:
    person: Person
    recording_id: str
    sha256: str


def fault_run(stack: LiveStack, plan: Plan) -> Outcome:
    """Raises `NotInTimeError` when an upload does not come through."""
    outcome = Outcome(uploads=plan.uploads)
    people = [Person(stack.url) for _ in range(plan.people)]
    begun_s = time.monotonic()
    stop = threading.Event()
    with faulty_proxy(stack.port, plan.faults, seed=plan.seed) as proxy:
        killer = threading.Thread(target=_kill_in_turn, args=(stack, plan, outcome, stop))
        killer.start()
        try:
            with ThreadPoolExecutor(plan.at_once) as pool:
                jobs = [
                    pool.submit(_send, proxy.port, people[number % plan.people], number, plan, outcome)
                    for number in range(plan.uploads)
                ]
                sent = [job.result() for job in jobs]
            outcome.uploads_s = time.monotonic() - begun_s
            # Who comes last is not spared either.
            wait_until(
                lambda: len(outcome.kills) == len(VICTIMS), limit_s=plan.limit_s, what="each part was killed"
            )
        finally:
            stop.set()
            killer.join()
        outcome.connections = proxy.counts
    _look_at(sent, people, plan, outcome)
    outcome.all_s = time.monotonic() - begun_s
    return outcome


def quiet_noise(duration_s: float, seed: int) -> bytes:
    """A WAV file like no other, in which nobody speaks."""
    samples = np.random.default_rng(seed).normal(0, 40, int(duration_s * _RATE_HZ)).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((1, 2, _RATE_HZ, 0, "NONE", ""))
        writer.writeframes(samples.tobytes())
    return file.getvalue()


def _kill_in_turn(stack: LiveStack, plan: Plan, outcome: Outcome, stop: threading.Event) -> None:
    number = 0
    while not stop.wait(plan.kill_every_s):
        victim = VICTIMS[number % len(VICTIMS)]
        try:
            process = stack.child(victim)
            # What dies again and again is started more and more slowly: that is another test's matter.
            if outcome.kills[victim] and time.time() - process.create_time() < _SETTLED_S:
                continue
            process.kill()
        except (LookupError, psutil.NoSuchProcess):
            continue  # not started again yet
        outcome.kills[victim] += 1
        number += 1


def _send(port: int, person: Person, number: int, plan: Plan, outcome: Outcome) -> _Sent:
    """Upload one recording as a client does: begin, send the rest, ask how far it is, until all is there."""
    chance = random.Random(plan.seed * 100_003 + number)
    audio = quiet_noise(chance.uniform(plan.shortest_s, plan.longest_s), seed=plan.seed * 1000 + number)
    recording_id = str(uuid.UUID(int=chance.getrandbits(128), version=4))
    digest = hashlib.sha256(audio).hexdigest()
    told = {"recording_id": recording_id, "filename": "talk.wav", "filetype": "audio/wav", "sha256": digest}
    begin = {
        "Upload-Length": str(len(audio)),
        "Upload-Metadata": ",".join(f"{k} {b64encode(v.encode()).decode()}" for k, v in told.items()),
    }
    path, offset = "", 0
    deadline = time.monotonic() + plan.limit_s
    while not path or offset < len(audio):
        assert time.monotonic() < deadline, f"upload {number} is at {offset} of {len(audio)}"
        if not path:
            answer = _ask(port, person, outcome, "POST", "/api/v1/uploads/", **begin)
        else:
            asked = _ask(port, person, outcome, "HEAD", path)
            offset = _offset(asked, offset)
            if offset == len(audio):
                break
            piece = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
            answer = _ask(port, person, outcome, "PATCH", path, audio[offset:], **piece)
        if answer is None:
            time.sleep(chance.uniform(0.1, 0.6))
            continue
        path = answer.headers.get("Location", path)
        offset = _offset(answer, offset)
    outcome.bytes_sent += len(audio)
    return _Sent(person, recording_id, digest)


def _offset(answer: httpx.Response | None, otherwise: int) -> int:
    return otherwise if answer is None else int(answer.headers.get("Upload-Offset", otherwise))


def _ask(
    port: int,
    person: Person,
    outcome: Outcome,
    method: str,
    path: str,
    content: bytes = b"",
    **headers: str,
) -> httpx.Response | None:
    """None: ask again. Each request has a connection of its own, and with it a fault of its own."""
    outcome.requests += 1
    token = person.http.headers["X-Session-Token"]
    named = {"Tus-Resumable": "1.0.0", "X-Session-Token": token, "Connection": "close", **headers}
    try:
        answer = httpx.request(
            method, f"http://127.0.0.1:{port}{path}", content=content, headers=named, timeout=20
        )
    except httpx.TransportError:
        outcome.requests_lost += 1
        return None
    if answer.status_code in _LATER or answer.status_code >= 500:
        outcome.requests_lost += 1
        time.sleep(min(5.0, float(answer.headers.get("Retry-After", "0"))))
        return None
    assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
    return answer


def _look_at(sent: Sequence[_Sent], people: Sequence[Person], plan: Plan, outcome: Outcome) -> None:
    """Straight to the server, which nobody kills any more."""
    deadline = time.monotonic() + plan.limit_s
    ended: dict[str, str] = {}
    while len(ended) < len(sent) and time.monotonic() < deadline:
        for each in sent:
            if each.recording_id not in ended:
                state = _answered(each.person, f"/api/v1/recordings/{each.recording_id}").json()["analysis"][
                    "state"
                ]
                if state in ("done", "failed", "cancelled"):
                    ended[each.recording_id] = state
        time.sleep(0.5)
    outcome.done = sum(state == "done" for state in ended.values())
    outcome.stuck = len(sent) - len(ended)
    outcome.failed = len(ended) - outcome.done
    outcome.on_the_server = sum(len(_all_recordings(person)) for person in people)
    for each in sent:
        audio = _answered(each.person, f"/api/v1/recordings/{each.recording_id}/audio").content
        outcome.identical += hashlib.sha256(audio).hexdigest() == each.sha256


def _all_recordings(person: Person) -> list[Any]:
    found: list[Any] = []
    path: str | None = "/api/v1/recordings?page_size=200"
    while path:
        page = _answered(person, path).json()
        found += page["results"]
        path = page["next"]
    return found


def _answered(person: Person, path: str) -> httpx.Response:
    """The part that was killed last may still be starting."""

    def answer() -> httpx.Response | None:
        try:
            found = person.http.get(path)
        except httpx.TransportError:
            return None
        return found if found.status_code == 200 else None

    found = wait_until(answer, limit_s=60, what=path)
    assert isinstance(found, httpx.Response)
    return found
