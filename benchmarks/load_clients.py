"""Program: the people of `benchmarks.load`, in a process of its own. Reads a `Plan` and writes a `Calls` as JSON."""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
import uuid
from collections import Counter
from dataclasses import asdict, dataclass, field

import httpx

from benchmarks.faults.crowd import recording

SOUNDS = 8
"""Recordings that are different; each person sends one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    url: str
    tokens: list[str]
    sentences: int
    steady_s: float
    """How long people go on after the burst."""
    calls_per_s: float
    """Then: list, detail and utterances in turn."""
    uploads_per_s: float
    seed: int = 1


@dataclass(slots=True, kw_only=True)
class Calls:
    """Seconds by kind of call, and what was not answered well."""

    wall_s: dict[str, list[float]] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    sent: list[tuple[int, str]] = field(default_factory=list)
    """Person and recording."""
    burst_s: float = 0.0
    began_s: float = 0.0
    """By the monotonic clock, which all processes of a machine share."""
    cpu_s: float = 0.0
    """Of this program."""


class People:
    """Everyone of the plan."""

    def __init__(self, plan: Plan, http: httpx.AsyncClient) -> None:
        self._plan, self._http = plan, http
        self._sounds = [recording(plan.sentences, seed=number) for number in range(SOUNDS)]
        self._chance = random.Random(plan.seed)
        self.calls = Calls()

    async def burst(self) -> None:
        """Everybody uploads at once."""
        self.calls.began_s = time.monotonic()
        await asyncio.gather(*(self._upload(person, "upload, all at once") for person in self._everyone))
        self.calls.burst_s = time.monotonic() - self.calls.began_s

    async def steady(self) -> None:
        """People look at what they have, and some upload more, at an even pace whatever the answers take."""
        end_s = time.monotonic() + self._plan.steady_s
        await asyncio.gather(
            self._paced(self._plan.calls_per_s, end_s, self._look),
            self._paced(self._plan.uploads_per_s, end_s, self._upload_more),
        )

    @property
    def _everyone(self) -> range:
        return range(len(self._plan.tokens))

    async def _paced(self, per_s: float, end_s: float, act: object) -> None:
        if per_s <= 0 or not callable(act):
            return
        due_s, running = time.monotonic(), set()
        while due_s < end_s:
            await asyncio.sleep(max(0.0, due_s - time.monotonic()))
            task = asyncio.ensure_future(act())
            running.add(task)
            task.add_done_callback(running.discard)
            due_s += 1.0 / per_s
        await asyncio.gather(*running)

    async def _look(self) -> None:
        person, recording_id = self._chance.choice(self.calls.sent)
        path = f"/api/v1/recordings/{recording_id}"
        kind, path = self._chance.choice(
            [("list", "/api/v1/recordings"), ("detail", path), ("utterances", f"{path}/utterances")]
        )
        await self._call(kind, person, "GET", path)

    async def _upload_more(self) -> None:
        await self._upload(self._chance.choice(self._everyone), "upload")

    async def _upload(self, person: int, kind: str) -> None:
        recording_id = str(uuid.uuid4())
        files = {"audio": ("talk.wav", self._sounds[person % SOUNDS], "audio/wav")}
        data = {"id": recording_id, "language": "en"}
        if await self._call(kind, person, "POST", "/api/v1/recordings", files=files, data=data):
            self.calls.sent.append((person, recording_id))

    async def _call(self, kind: str, person: int, method: str, path: str, **more: object) -> bool:
        began_s = time.monotonic()
        try:
            answer = await self._http.request(
                method,
                path,
                headers={"X-Session-Token": self._plan.tokens[person]},
                **more,  # type: ignore[arg-type]
            )
            problem = "" if answer.is_success else f"{kind}: {answer.status_code} {answer.text[:120]}"
        except httpx.TransportError as error:
            problem = f"{kind}: {type(error).__name__}"
        self.calls.wall_s.setdefault(kind, []).append(time.monotonic() - began_s)
        if problem:
            self.calls.errors[problem] += 1
        return not problem


async def _main() -> None:
    plan = Plan(**json.loads(sys.stdin.read()))
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=50)
    async with httpx.AsyncClient(base_url=plan.url, timeout=300, limits=limits) as http:
        people = People(plan, http)
        await people.burst()
        await people.steady()
    people.calls.cpu_s = time.process_time()
    print(json.dumps(asdict(people.calls)))


if __name__ == "__main__":
    asyncio.run(_main())
