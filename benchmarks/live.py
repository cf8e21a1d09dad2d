"""How soon do live captions come, how late do they get, and how often does text change that was shown?

A client plays speech in real time over N streams at once. First with an engine of a fixed decode time, so that the
figures are the road's own; then with the engine that is installed. `--seconds 600` shows whether the lag grows.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from backend.live.cutting import CutOptions
from benchmarks.block_worker import block_worker
from benchmarks.report import percentile, report
from benchmarks.spoken import SENTENCES
from tests import speech
from tests.live_client import LiveClient
from tests.live_stack import LiveStack, Person, live_stack

STREAMS = (1, 5, 20)
DECODE_S = 0.05
MANY = {"LIVE_STREAMS_PER_PERSON": "100"}
PROCESSES = ("web", "results", "redis")
AUDIBLE = 0.01
PADDING_AFTER_S = CutOptions().padding_after_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """Speech with what is in it: seconds at which sentences begin and end."""

    sound: np.ndarray
    spans: list[tuple[float, float]]


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
            with live_stack(Path(folder) / "installed") as stack:
                rows += [_measure(stack, count, seconds, "installed") for count in streams[:1]]
    report("live", "Live captions: seconds until text is shown, and how much of it changed again", rows)


def _talk(seconds: float, seed: int) -> Talk:
    generator = np.random.default_rng(seed)
    spoken = [speech.say(text) for text in SENTENCES]
    parts, spans, length = [], [], 0
    while length < seconds * speech.SPEECH_RATE_HZ:
        pause = speech.silence(float(generator.uniform(1.0, 2.5)))
        sentence = spoken[int(generator.integers(len(spoken)))]
        audible = np.flatnonzero(np.abs(sentence) > AUDIBLE)
        begin = length + len(pause)
        spans.append(
            ((begin + audible[0]) / speech.SPEECH_RATE_HZ, (begin + audible[-1]) / speech.SPEECH_RATE_HZ)
        )
        parts += [pause, sentence]
        length = begin + len(sentence)
    # A microphone is never quite silent.
    sound = np.concatenate([*parts, speech.silence(2.0)])
    noise = generator.standard_normal(len(sound)).astype(np.float32) * 0.0005
    return Talk(sound=sound + noise, spans=spans)


def _measure(stack: LiveStack, count: int, seconds: float, engine: str) -> dict[str, Any]:
    talks = [_talk(seconds, seed) for seed in range(count)]
    # One person: sign-ups are limited, and cost more than a talk.
    person = Person(stack.url)
    clients = [LiveClient(person, talk.sound) for talk in talks]
    before, start = _cpu_s(stack), time.monotonic()
    asyncio.run(_play(clients, seconds))
    length_s = time.monotonic() - start
    cpu_s = sum(after - before[name] for name, after in _cpu_s(stack).items())
    firsts: list[float] = []
    finals: list[float] = []
    lost = changed = shown = 0
    growth: list[float] = []
    for client, talk in zip(clients, talks, strict=True):
        first, final, missing = _delays(client, talk)
        firsts += first
        finals += final
        lost += missing
        flicker, words = _flicker(client)
        changed, shown = changed + flicker, shown + words
        growth.append(_growth(final))
    return {
        "engine": engine,
        "streams": count,
        "first_p50_s": percentile(firsts, 50),
        "first_p95_s": percentile(firsts, 95),
        "final_p50_s": percentile(finals, 50),
        "final_p95_s": percentile(finals, 95),
        "lag_growth_s": float(np.median(growth)),
        "lost_finals": lost,
        "changed_percent": 100.0 * changed / max(1, shown),
        "changed_calm": sum(_calm_changes(client) for client in clients),
        "errors": sum(len(client.of_type("error")) for client in clients),
        "cpu_percent_a_stream": 100.0 * cpu_s / length_s / count,
    }


async def _play(clients: list[LiveClient], seconds: float) -> None:
    async def one(number: int, client: LiveClient) -> None:
        # People do not all begin at the same moment.
        await asyncio.sleep(0.37 * number % 3.0)
        await client.run(seconds * 4 + 240)

    await asyncio.gather(*(one(number, client) for number, client in enumerate(clients)))


def _delays(client: LiveClient, talk: Talk) -> tuple[list[float], list[float], int]:
    """For each sentence: from its beginning to the first text, and from the pause that ends it to the final."""
    captions = [(at - client.began_s, m) for at, m in client.messages if m["type"] == "caption"]
    firsts, finals, missing = [], [], 0
    for begin_s, end_s in talk.spans:
        of_it = [(at, m) for at, m in captions if m["start_s"] <= end_s and m["end_s"] >= begin_s]
        texts = [at for at, m in of_it if m["stable"] or m["unstable"]]
        done = [(at, m) for at, m in of_it if m["final"] and not m["retracted"]]
        if not texts or not done:
            missing += 1
            continue
        firsts.append(min(texts) - begin_s)
        at, final = done[-1]
        # The final's sound goes a little beyond the speech; the pause is counted from there.
        finals.append(at - (final["end_s"] - PADDING_AFTER_S + CutOptions().pause_s))
    return firsts, finals, missing


def _flicker(client: LiveClient) -> tuple[int, int]:
    """Words that were shown at a place and were another word there later, and all words of the finals."""
    changed = total = 0
    for utterance, caption in client.captions.items():
        history = [m for _, m in client.messages if m["type"] == "caption" and m["utterance"] == utterance]
        texts = [f"{m['stable']} {m['unstable']}".split() for m in history]
        total += len(caption["stable"].split())
        for before, after in itertools.pairwise(texts):
            changed += sum(a != b for a, b in zip(before, after, strict=False)) + max(
                0, len(before) - len(after)
            )
    return changed, total


def _calm_changes(client: LiveClient) -> int:
    """Stable words that changed: there must be none."""
    changes = 0
    for utterance in client.captions:
        history = [m for _, m in client.messages if m["type"] == "caption" and m["utterance"] == utterance]
        stable = [m["stable"].split() for m in history]
        changes += sum(after[: len(before)] != before for before, after in itertools.pairwise(stable))
    return changes


def _growth(finals: list[float]) -> float:
    """Median delay of the last third, less that of the first third."""
    third = max(1, len(finals) // 3)
    return float(np.median(finals[-third:]) - np.median(finals[:third])) if finals else 0.0


def _cpu_s(stack: LiveStack) -> dict[str, float]:
    spent = {}
    for name in PROCESSES:
        process = stack.child(name)
        spent[name] = sum(
            times.user + times.system
            for times in (one.cpu_times() for one in [process, *process.children(recursive=True)])
        )
    return spent


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="of each talk")
    parser.add_argument("--streams", type=int, nargs="+", default=list(STREAMS))
    parser.add_argument("--engines", choices=["both", "blocks", "installed"], default="both")
    _options = parser.parse_args()
    main(seconds=_options.seconds, streams=tuple(_options.streams), engines=_options.engines)
