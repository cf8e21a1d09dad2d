"""What a talk over `/ws/live` shows of itself: delays, growth, changed words; and what the processes take."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import psutil

from backend.live.cutting import CutOptions
from tests import speech
from tests.live_client import LiveClient
from tests.live_stack import LiveStack

PROCESSES = ("web", "results", "redis")
AUDIBLE = 0.01
MIB = 1024 * 1024
SAMPLE_EVERY_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """Speech with what is in it: seconds at which sentences begin and end."""

    sound: np.ndarray
    spans: list[tuple[float, float]]


def make_talk(sentences: Sequence[str], seconds: float, seed: int) -> Talk:
    """Sentences with pauses of 1 to 2.5 s, and the noise that no microphone is without."""
    generator = np.random.default_rng(seed)
    spoken = [speech.say(text) for text in sentences]
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
    sound = np.concatenate([*parts, speech.silence(2.0)])
    noise = generator.standard_normal(len(sound)).astype(np.float32) * 0.0005
    return Talk(sound=sound + noise, spans=spans)


@dataclass(slots=True)
class Delays:
    """Of the sentences of a talk, in seconds."""

    first_s: list[float] = field(default_factory=list)
    """From the beginning of a sentence to the first text."""
    final_s: list[float] = field(default_factory=list)
    """From the pause that ends it to the final."""
    final_at_s: list[float] = field(default_factory=list)
    """When each of those came, from the beginning of the talk."""
    lost: int = 0


def delays(client: LiveClient, spans: Sequence[tuple[float, float]]) -> Delays:
    """What each sentence of a talk in real time took."""
    captions = [(at - client.began_s, m) for at, m in client.messages if m["type"] == "caption"]
    found = Delays()
    for begin_s, end_s in spans:
        of_it = [(at, m) for at, m in captions if m["start_s"] <= end_s and m["end_s"] >= begin_s]
        texts = [at for at, m in of_it if m["stable"] or m["unstable"]]
        done = [(at, m) for at, m in of_it if m["final"] and not m["retracted"]]
        if not texts or not done:
            found.lost += 1
            continue
        at, final = done[-1]
        found.first_s.append(min(texts) - begin_s)
        # The final's sound goes a little beyond the speech; the pause is counted from there.
        pause_from_s = final["end_s"] - CutOptions().padding_after_s
        found.final_s.append(at - (pause_from_s + CutOptions().pause_s))
        found.final_at_s.append(at)
    return found


def growth_ms_a_minute(talks: Sequence[Delays]) -> float:
    """Slope of the delay of finals over the time of the talks, by least squares over all of them."""
    at_s = [at for talk in talks for at in talk.final_at_s]
    final_s = [delay for talk in talks for delay in talk.final_s]
    if len(at_s) < 2:
        return 0.0
    return float(np.polyfit(np.array(at_s) / 60.0, np.array(final_s) * 1000.0, 1)[0])


def flicker(client: LiveClient) -> tuple[int, int]:
    """Words that were shown at a place and were another word there later, and all words of the finals."""
    changed = total = 0
    for utterance, caption in client.captions.items():
        texts = [f"{m['stable']} {m['unstable']}".split() for m in _history(client, utterance)]
        total += len(caption["stable"].split())
        for before, after in itertools.pairwise(texts):
            changed += sum(a != b for a, b in zip(before, after, strict=False)) + max(
                0, len(before) - len(after)
            )
    return changed, total


def calm_changes(client: LiveClient) -> int:
    """Stable words that changed: there must be none."""
    changes = 0
    for utterance in client.captions:
        stable = [m["stable"].split() for m in _history(client, utterance)]
        changes += sum(after[: len(before)] != before for before, after in itertools.pairwise(stable))
    return changes


def _history(client: LiveClient, utterance: str) -> list[dict[str, object]]:
    return [m for _, m in client.messages if m["type"] == "caption" and m["utterance"] == utterance]


def cpu_s(stack: LiveStack) -> float:
    """Seconds of CPU that web (with its ears), results and Redis have taken so far."""
    return sum(
        times.user + times.system
        for name in PROCESSES
        for times in (process.cpu_times() for process in _with_children(stack, name))
    )


@dataclass(slots=True)
class Memory:
    """MiB of the web process and its ears."""

    before: float = 0.0
    peak: float = 0.0
    after: float = 0.0


@contextmanager
def memory_of_web(stack: LiveStack) -> Iterator[Memory]:
    """Filled when the block ends."""
    memory, done = Memory(before=_web_mib(stack)), threading.Event()

    def watch() -> None:
        while not done.wait(SAMPLE_EVERY_S):
            memory.peak = max(memory.peak, _web_mib(stack))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield memory
    finally:
        done.set()
        watcher.join()
        memory.after = _web_mib(stack)
        memory.peak = max(memory.peak, memory.before, memory.after)


def _web_mib(stack: LiveStack) -> float:
    return sum(process.memory_info().rss for process in _with_children(stack, "web")) / MIB


def _with_children(stack: LiveStack, name: str) -> list[psutil.Process]:
    process = stack.child(name)
    return [process, *process.children(recursive=True)]
