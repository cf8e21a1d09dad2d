"""Checkpoints that change while the worker runs: loaded beside the old ones, which go on until they are there."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from inference_worker import registry as registry_module
from inference_worker.config import WorkerConfig, load
from inference_worker.errors import ConfigurationError
from inference_worker.registry import Engines, Registry, files_in_use
from tests.unit.inference_worker.engine_doubles import CountingTranscriber

Rewrite = Callable[[str], None]


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    path = tmp_path / "words.nemo"
    path.write_text("first")
    return path


@pytest.fixture
def config(checkpoint: Path, tmp_path: Path) -> WorkerConfig:
    return load({"ASR_CHECKPOINTS": f"en={checkpoint}", "MODELS_DIR": str(tmp_path / "models")})


@pytest.fixture
def registry(config: WorkerConfig, checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """Its engine is called as the checkpoint's content says; `broken` cannot be loaded."""

    def load_named(_: WorkerConfig) -> CountingTranscriber:
        name = checkpoint.read_text()
        if name == "broken":
            raise ConfigurationError("this file is damaged")
        transcriber = CountingTranscriber()
        transcriber.name = name
        return transcriber

    monkeypatch.setattr(registry_module, "load_transcriber", load_named)
    monkeypatch.setattr(registry_module, "LOOK_EVERY_S", 0.0)
    return Registry(config, with_emotion=False)


def settled(registry: Registry, checkpoint: Path, content: str) -> str:
    """The name of the engine after `checkpoint` has been replaced by `content` and looked at."""
    replacement = checkpoint.with_suffix(".part")
    replacement.write_text(content)
    replacement.replace(checkpoint)
    registry.engines()
    for _ in range(500):
        if not registry._is_loading:
            break
        time.sleep(0.01)
    return registry.engines().transcriber.name


def test_a_new_file_is_used_and_told(registry: Registry, checkpoint: Path) -> None:
    told: list[Engines] = []
    registry.on_swap = told.append
    before = registry.engines()
    assert before.transcriber.name == "first"
    assert settled(registry, checkpoint, "second") == "second"
    assert [engines.transcriber.name for engines in told] == ["second"]
    # Whoever has the old ones keeps them, and the new ones were run before anybody got them.
    assert before.transcriber.name == "first"
    transcriber = registry.engines().transcriber
    assert isinstance(transcriber, CountingTranscriber)
    assert len(transcriber.clips) == 1


def test_a_file_that_cannot_be_used_changes_nothing(
    registry: Registry, checkpoint: Path, caplog: pytest.LogCaptureFixture
) -> None:
    registry.engines()
    assert settled(registry, checkpoint, "broken") == "first"
    assert "goes on with the old ones" in caplog.text
    caplog.clear()
    # The same file is not tried again, the next one is.
    registry.engines()
    assert caplog.text == ""
    assert settled(registry, checkpoint, "mended") == "mended"


def test_nothing_is_loaded_again_while_nothing_changes(registry: Registry) -> None:
    first = registry.engines()
    assert registry.engines() is first
    assert registry.engines() is first


def test_files_are_looked_at_now_and_then_only(
    registry: Registry, checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry_module, "LOOK_EVERY_S", 3600.0)
    registry.engines()
    assert settled(registry, checkpoint, "second") == "first"


def test_what_counts_as_in_use(config: WorkerConfig, checkpoint: Path) -> None:
    ((name, _, size),) = files_in_use(config)
    assert (name, size) == (str(checkpoint), 5)
    checkpoint.unlink()
    assert files_in_use(config) == frozenset()
    assert files_in_use(load({"ASR_ENGINE": "pocketsphinx"})) == frozenset()
