"""People who upload recordings whatever happens, and the account of what became of each."""

from __future__ import annotations

import hashlib
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Container, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import numpy as np

from tests import speech
from tests.live_stack import LiveStack, Person, wait_until

LATER = frozenset({423, 429, 502, 503, 504, 507})
"""Answers that say: keep it, and send it again later."""
ENDED = ("done", "failed", "cancelled")


@dataclass(slots=True, kw_only=True)
class Account:
    """What became of the recordings of one scenario."""

    uploads: int = 0
    done: int = 0
    failed: int = 0
    meant_to_fail: int = 0
    """Poisoned."""
    stuck: int = 0
    on_the_server: int = 0
    """Rows, of all people."""
    identical: int = 0
    whole: int = 0
    """Done with all of their utterances, each once."""
    put_off: Counter[str] = field(default_factory=Counter)
    """Uploads that were not taken at once: the code of the answer, or `no answer`."""
    wrong: list[str] = field(default_factory=list)
    """What must not be, in words."""
    took_s: float = 0.0

    def problems(self) -> list[str]:
        """Empty: every recording is accounted for, once, and none is stuck."""
        good = self.uploads - self.meant_to_fail
        wanted = {
            "done": (self.done, good),
            "failed": (self.failed, self.meant_to_fail),
            "stuck": (self.stuck, 0),
            "on the server": (self.on_the_server, self.uploads),
            "byte-identical": (self.identical, self.uploads),
            "with all utterances": (self.whole, good),
        }
        found = [f"{name}: {is_so} instead of {be}" for name, (is_so, be) in wanted.items() if is_so != be]
        return [*self.wrong, *found]


@dataclass(frozen=True, slots=True)
class Sent:
    person: Person
    recording_id: str
    sha256: str
    utterances: int
    is_poisoned: bool


@dataclass(slots=True)
class Crowd:
    """Uploads to one stack, each tried until it is taken."""

    stack: LiveStack
    seed: int = 1
    limit_s: float = 600.0
    people: list[Person] = field(init=False)
    sent: list[Sent] = field(default_factory=list)
    account: Account = field(default_factory=Account)
    began_s: float = field(default_factory=time.monotonic)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.people = [Person(self.stack.url) for _ in range(3)]

    @contextmanager
    def sending(self, count: int, *, at_once: int = 4, pause_s: float = 0.5) -> Iterator[None]:
        """Send `count` recordings while the block runs; it ends when all are taken. Raises what an upload raises."""
        first = self.account.uploads
        self.account.uploads += count
        with ThreadPoolExecutor(at_once) as pool:
            jobs = [pool.submit(self._send, first + number, pause_s, False) for number in range(count)]
            yield
            for job in jobs:
                job.result()

    def send_poison(self) -> Sent:
        """One recording that ends the worker that hears it: see `kept_worker`."""
        self.account.uploads += 1
        self.account.meant_to_fail += 1
        return self._send(self.account.uploads - 1, 0.0, True)

    def settle(self) -> Account:
        """Wait until all recordings are at their end, and look at each."""
        deadline_s = time.monotonic() + self.limit_s
        states: dict[str, str] = {}
        while len(states) < len(self.sent) and time.monotonic() < deadline_s:
            for each in self.sent:
                if each.recording_id not in states:
                    state = self._read(each.person, each.recording_id).json()["analysis"]["state"]
                    if state in ENDED:
                        states[each.recording_id] = state
            time.sleep(0.3)
        account = self.account
        account.took_s = time.monotonic() - self.began_s
        account.done = sum(state == "done" for state in states.values())
        account.failed = len(states) - account.done
        account.stuck = len(self.sent) - len(states)
        account.on_the_server = sum(len(self._all(person)) for person in self.people)
        account.identical = sum(self._is_identical(each) for each in self.sent)
        account.whole = sum(self._is_whole(each) for each in self.sent if not each.is_poisoned)
        return account

    def _send(self, number: int, pause_s: float, is_poisoned: bool) -> Sent:
        chance = random.Random(f"{self.seed}:{number}")
        time.sleep(pause_s * chance.random() * number / 4)
        person = self.people[number % len(self.people)]
        sentences = chance.randint(1, 3)
        audio = recording(sentences, seed=self.seed * 1000 + number)
        recording_id = str(uuid.UUID(int=chance.getrandbits(128), version=4))
        fields = {"id": recording_id, "language": "ko" if is_poisoned else "en"}
        deadline_s = time.monotonic() + self.limit_s
        while not self._is_taken(person, fields, audio):
            if time.monotonic() > deadline_s:
                self._note_wrong(f"upload {number} was never taken")
                break
            time.sleep(chance.uniform(0.3, 1.5))
        each = Sent(person, recording_id, hashlib.sha256(audio).hexdigest(), sentences, is_poisoned)
        with self._lock:
            self.sent.append(each)
        return each

    def _is_taken(self, person: Person, fields: dict[str, str], audio: bytes) -> bool:
        try:
            answer = httpx.post(
                f"{person.url}/api/v1/recordings",
                data=fields,
                files={"audio": ("talk.wav", audio, "audio/wav")},
                headers={"X-Session-Token": person.http.headers["X-Session-Token"]},
                timeout=60,
            )
        except httpx.TransportError:
            self._put_off("no answer")
            return False
        if answer.status_code in (200, 201):
            return True
        self._put_off(_code(answer))
        if answer.status_code not in LATER:
            self._note_wrong(f"an upload was answered with {answer.status_code}: {answer.text[:200]}")
        return False

    def _put_off(self, what: str) -> None:
        with self._lock:
            self.account.put_off[what] += 1

    def _note_wrong(self, what: str) -> None:
        with self._lock:
            if what not in self.account.wrong:
                self.account.wrong.append(what)

    def _read(self, person: Person, recording_id: str, what: str = "") -> httpx.Response:
        return answered(person, f"/api/v1/recordings/{recording_id}{what}", limit_s=self.limit_s)

    def _all(self, person: Person) -> list[Any]:
        found: list[Any] = []
        path: str | None = "/api/v1/recordings?page_size=200"
        while path:
            page = answered(person, path, limit_s=self.limit_s).json()
            found += page["results"]
            path = page["next"]
        return found

    def _is_identical(self, each: Sent) -> bool:
        path = f"/api/v1/recordings/{each.recording_id}/audio"
        answer = answered(each.person, path, limit_s=self.limit_s, well=range(200, 500))
        return answer.is_success and hashlib.sha256(answer.content).hexdigest() == each.sha256

    def _is_whole(self, each: Sent) -> bool:
        page = self._read(each.person, each.recording_id, "/utterances").json()
        return [utterance["index"] for utterance in page["results"]] == list(range(each.utterances))


def answered(
    person: Person, path: str, *, limit_s: float = 60.0, well: Container[int] = (200,)
) -> httpx.Response:
    """What is asked again until the status is one of `well`: a part that was ended may still be starting."""

    def answer() -> httpx.Response | None:
        try:
            found = person.http.get(path, follow_redirects=True)
        except httpx.TransportError:
            return None
        return found if found.status_code in well else None

    found = wait_until(answer, limit_s=limit_s, what=path)
    assert isinstance(found, httpx.Response)
    return found


def recording(sentences: int, *, seed: int) -> bytes:
    """A WAV file like no other: so many sentences, with pauses between them."""
    said = speech.say("he said that there was nothing new", pause_s=0.8)
    sound = np.tile(said, sentences)
    sound += np.random.default_rng(seed).normal(0, 1e-4, len(sound)).astype(np.float32)
    return speech.audio_bytes("talk.wav", sound)


def _code(answer: httpx.Response) -> str:
    try:
        return f"{answer.status_code} {answer.json()['code']}"
    except (ValueError, KeyError, TypeError):
        return str(answer.status_code)
