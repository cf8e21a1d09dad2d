"""How soon do live captions come, how late do they get, and how often does text change that was shown?

A client plays speech in real time over N streams at once. First with an engine of a fixed decode time, so that the
figures are the road's own; then with the engine that is installed; with `--engines nemo` with the small NeMo model of
the tests. `--seconds 600` shows whether the lag grows, and `--long 7200 --silence 3600` whether hours cost memory: they
are sent as fast as the server hears them.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.block_worker import block_worker
from benchmarks.live_measures import (
    Delays,
    calm_changes,
    cpu_s,
    delays,
    flicker,
    growth_ms_a_minute,
    make_talk,
    memory_of_web,
)
from benchmarks.report import percentile, report
from benchmarks.spoken import SENTENCES
from tests import nemo_fixture, speech
from tests.live_client import LiveClient
from tests.live_stack import LiveStack, Person, live_stack

STREAMS = (1, 5, 20)
DECODE_S = 0.05
MANY = {"LIVE_STREAMS_PER_PERSON": "100"}
ROOM_TONE = 0.0005
"""A microphone is never quite silent."""
SLOWEST = 2.0
"""What is sent as fast as it is taken may take so much of its own length, and a minute."""


def main(*, seconds: float = 60.0, streams: tuple[int, ...] = STREAMS, engines: str = "both") -> None:
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        if engines in ("both", "blocks"):
            with (
                live_stack(Path(folder) / "blocks", has_worker=False, **MANY) as stack,
                block_worker(stack, DECODE_S),
            ):
                rows += [
                    _measure(stack, count, seconds, f"blocks {1000 * DECODE_S:.0f} ms") for count in streams
                ]
        if engines in ("both", "installed"):
            with live_stack(Path(folder) / "installed", **MANY) as stack:
                counts = streams[:1] if engines == "both" else streams
                rows += [_measure(stack, count, seconds, "installed") for count in counts]
        if engines == "nemo":
            nemo = {
                "ASR_ENGINE": "nemo",
                "ASR_CHECKPOINTS": f"en={nemo_fixture.FIXTURE}",
                "ASR_DEVICE": "cpu",
            }
            with live_stack(Path(folder) / "nemo", **MANY, **nemo) as stack:
                said = nemo_fixture.SENTENCES
                rows += [_measure(stack, count, seconds, "nemo (fixture)", said) for count in streams]
    report("live", "Live captions: seconds until text is shown, and how much of it changed again", rows)


def hours(*, long_s: float, silence_s: float) -> None:
    """A long talk, and a long silence, each faster than real time."""
    rows = []
    with (
        tempfile.TemporaryDirectory() as folder,
        live_stack(Path(folder) / "blocks", has_worker=False, **MANY) as stack,
        block_worker(stack, DECODE_S),
    ):
        if long_s:
            talk = make_talk(SENTENCES, long_s, seed=0)
            rows.append(_as_fast_as_it_goes(stack, talk.sound, len(talk.spans), "talk"))
        if silence_s:
            noise = np.random.default_rng(0).standard_normal(round(silence_s * speech.SPEECH_RATE_HZ))
            rows.append(_as_fast_as_it_goes(stack, noise.astype(np.float32) * ROOM_TONE, 0, "silence"))
    report(
        "live_hours", "Live captions: what hours of sound cost, sent as fast as the server takes them", rows
    )


def _measure(
    stack: LiveStack, count: int, seconds: float, engine: str, said: Sequence[str] = SENTENCES
) -> dict[str, Any]:
    # One person: sign-ups are limited, and cost more than a talk.
    person = Person(stack.url)
    clients, spans = [], []
    for seed in range(count):
        talk = make_talk(said, seconds, seed)
        clients.append(LiveClient(person, talk.sound))
        spans.append(talk.spans)
    before_s, start = cpu_s(stack), time.monotonic()
    with memory_of_web(stack) as memory:
        asyncio.run(_play(clients, seconds))
    length_s = time.monotonic() - start
    spent_s = cpu_s(stack) - before_s
    found = [delays(client, of_it) for client, of_it in zip(clients, spans, strict=True)]
    changed = [flicker(client) for client in clients]
    return {
        "engine": engine,
        "streams": count,
        "minutes": seconds / 60.0,
        **_percentiles(found),
        "growth_ms_a_minute": growth_ms_a_minute(found),
        "lost_finals": sum(talk.lost for talk in found),
        "changed_percent": 100.0 * sum(c for c, _ in changed) / max(1, sum(words for _, words in changed)),
        "changed_calm": sum(calm_changes(client) for client in clients),
        "errors": sum(len(client.of_type("error")) for client in clients),
        "cpu_percent_a_stream": 100.0 * spent_s / length_s / count,
        "web_mib": memory.peak,
    }


def _percentiles(found: list[Delays]) -> dict[str, float]:
    firsts = [delay for talk in found for delay in talk.first_s]
    finals = [delay for talk in found for delay in talk.final_s]
    return {
        "first_p50_s": percentile(firsts, 50),
        "first_p95_s": percentile(firsts, 95),
        "final_p50_s": percentile(finals, 50),
        "final_p95_s": percentile(finals, 95),
    }


async def _play(clients: list[LiveClient], seconds: float) -> None:
    async def one(number: int, client: LiveClient) -> None:
        # People do not all begin at the same moment.
        await asyncio.sleep(0.37 * number % 3.0)
        await client.run(seconds * 4 + 240)

    await asyncio.gather(*(one(number, client) for number, client in enumerate(clients)))


def _as_fast_as_it_goes(stack: LiveStack, sound: np.ndarray, sentences: int, kind: str) -> dict[str, Any]:
    person = Person(stack.url)
    seconds = len(sound) / speech.SPEECH_RATE_HZ
    client = LiveClient(person, sound, real_time=False)
    before_s, start = cpu_s(stack), time.monotonic()
    with memory_of_web(stack) as memory:
        asyncio.run(client.run(SLOWEST * seconds + 60.0))
    took_s = time.monotonic() - start
    stored = person.recording(client.stream_id)
    return {
        "sound": kind,
        "minutes": seconds / 60.0,
        "took_s": took_s,
        "sentences": sentences,
        "finals": len(client.finals),
        "stored_s_missing": seconds - stored["duration_s"],
        "errors": len(client.of_type("error")),
        "cpu_s": cpu_s(stack) - before_s,
        "web_mib_before": memory.before,
        "web_mib_peak": memory.peak,
        "web_mib_after": memory.after,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="of each talk in real time")
    parser.add_argument("--streams", type=int, nargs="+", default=list(STREAMS))
    parser.add_argument("--engines", choices=["both", "blocks", "installed", "nemo"], default="both")
    parser.add_argument("--long", type=float, default=0.0, help="seconds of one talk, faster than real time")
    parser.add_argument(
        "--silence", type=float, default=0.0, help="seconds of silence, faster than real time"
    )
    _options = parser.parse_args()
    if _options.long or _options.silence:
        hours(long_s=_options.long, silence_s=_options.silence)
    else:
        main(seconds=_options.seconds, streams=tuple(_options.streams), engines=_options.engines)
