"""Models of a worker without work are freed, and loaded again for the next request."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from pathlib import Path
from types import SimpleNamespace

import pytest

from inference_worker import registry as registry_module
from inference_worker import usage
from inference_worker.config import WorkerConfig, load
from inference_worker.idle import IdleWatch
from inference_worker.registry import Engines, Registry
from inference_worker.running import Pulse, PulseOptions, RunningUnits
from tests.unit.inference_worker.engine_doubles import CountingTranscriber

LIMIT_S = 60.0


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Registry:
    """Its engines are called `first`, `second`, …"""
    names = iter(("first", "second", "third"))

    def load_next(_: WorkerConfig) -> CountingTranscriber:
        transcriber = CountingTranscriber()
        transcriber.name = next(names)
        return transcriber

    monkeypatch.setattr(registry_module, "load_transcriber", load_next)
    return Registry(load({"ASR_ENGINE": "pocketsphinx"}), with_emotion=False)


def test_what_nobody_uses_is_freed_and_loaded_again(registry: Registry) -> None:
    told: list[str] = []
    registry.on_swap = lambda engines: told.append(engines.transcriber.name)
    with registry.using() as engines:
        transcriber = weakref.ref(engines.transcriber)
    del engines
    assert registry.let_go(0.0)
    assert transcriber() is None
    assert told == []
    assert registry.engines().transcriber.name == "second"
    assert told == ["second"]


def test_engines_in_use_or_used_lately_stay(registry: Registry) -> None:
    with registry.using() as engines:
        assert not registry.let_go(0.0)
        assert registry.engines() is engines
    assert not registry.let_go(60.0)
    with registry.using_live() as live:
        assert not registry.let_go(0.0)
        assert live.transcriber is engines.transcriber
    assert registry.let_go(0.0)
    assert not registry.let_go(0.0)


def test_a_unit_that_fails_is_no_user_any_more(registry: Registry) -> None:
    def fail() -> None:
        with registry.using():
            raise ValueError("a recording")

    with pytest.raises(ValueError, match="a recording"):
        fail()
    assert registry.let_go(0.0)


def test_idle_counts_from_the_end_of_the_last_use(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = [1000.0]
    monkeypatch.setattr(usage, "time", SimpleNamespace(monotonic=lambda: now_s[0]))
    with registry.using():
        now_s[0] += 60.0
    now_s[0] += 19.0
    assert not registry.let_go(20.0)
    now_s[0] += 1.0
    assert registry.let_go(20.0)


def test_the_watch_frees_what_rests_and_ends_with_the_worker(registry: Registry) -> None:
    stopping = threading.Event()
    transcriber = weakref.ref(registry.engines().transcriber)
    watch = IdleWatch(registry, 0.2, stopping)
    watch.start()
    until = time.monotonic() + LIMIT_S
    while transcriber() is not None and time.monotonic() < until:
        time.sleep(0.01)
    assert transcriber() is None
    stopping.set()
    watch._thread.join(LIMIT_S)
    assert not watch._thread.is_alive()


def test_zero_means_never(registry: Registry) -> None:
    watch = IdleWatch(registry, 0.0, threading.Event())
    watch.start()
    assert not watch._thread.is_alive()


def test_heartbeats_go_on_with_the_name_and_hold_no_model(registry: Registry, tmp_path: Path) -> None:
    options = PulseOptions(worker_name="w", heartbeat_s=1.0, heartbeat_file=tmp_path / "heartbeat")
    pulse = Pulse(options, RunningUnits(), lambda heartbeat: None)
    registry.on_swap = pulse.use
    pulse.use(registry.warm_up())
    transcriber = weakref.ref(registry.engines().transcriber)
    assert registry.let_go(0.0)
    gc.collect()
    assert transcriber() is None
    assert pulse.heartbeat().asr_engine == "first"
    registry.engines()
    assert pulse.heartbeat().asr_engine == "second"


def test_many_threads_that_come_back_load_once(registry: Registry) -> None:
    registry.engines()
    assert registry.let_go(0.0)
    found: list[Engines] = []
    threads = [threading.Thread(target=lambda: found.append(registry.engines())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT_S)
    assert {engines.transcriber.name for engines in found} == {"second"}
