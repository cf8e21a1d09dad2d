"""Languages go to their checkpoints, and what is missing is said or left out by rule."""

from __future__ import annotations

import hashlib
import importlib.util
import types
from pathlib import Path
from typing import Any

import pytest
import torch

from inference_worker import registry
from inference_worker.asr import devices
from inference_worker.asr.checkpoints import CheckpointStore, Manifest
from inference_worker.asr.routes import Route
from inference_worker.asr.routing import RoutedTranscriber
from inference_worker.config import load
from inference_worker.errors import ConfigurationError
from inference_worker.registry import asr_engine, load_transcriber
from tests.speech import noise
from tests.unit.inference_worker.engine_doubles import CountingTranscriber


class Named(CountingTranscriber):
    def __init__(self, name: str, languages: frozenset[str], batch_size: int = 4) -> None:
        super().__init__(batch_size=batch_size)
        self.name, self.languages = name, languages


def test_each_language_has_its_engine() -> None:
    english = Named("nemo/a/english", frozenset({"en"}), batch_size=2)
    rest = Named("nemo/b/rest", frozenset({"en", "ko", "fr"}))
    routed = RoutedTranscriber({"en": english, "*": rest})
    assert (routed.name, routed.batch_size) == ("nemo/a/english+b/rest", 2)
    assert routed.languages == {"en", "ko", "fr"}
    assert [routed.serving(language) for language in ("en", "ko", None)] == [
        "nemo/a/english",
        "nemo/b/rest",
        "nemo/b/rest",
    ]
    for language in ("en", "ko", None):
        routed.transcribe([noise(1.0)], language)
    assert (english.languages_asked, rest.languages_asked) == (["en"], ["ko", None])


def test_without_an_engine_for_the_rest() -> None:
    korean = Named("nemo/ko", frozenset({"ko"}))
    routed = RoutedTranscriber({"ko": korean})
    (transcript,) = routed.transcribe([noise(1.0)], "de")
    assert (transcript.text, transcript.words, transcript.language) == ("", (), "de")
    assert routed.serving("de") == "nemo/ko"
    routed.transcribe([noise(1.0)], None)
    assert korean.languages_asked == [None]


def test_a_long_table_has_a_name_that_the_backend_can_keep() -> None:
    names = [
        f"nemo/somebody/stt_{tag}_conformer_transducer_large@0123abcd"
        for tag in ("ko", "en", "de", "fr", "es")
    ]
    routed = RoutedTranscriber({name[18:20]: Named(name, frozenset({name[18:20]})) for name in names})
    assert len(routed.name) <= 200
    assert routed.name == "+".join([names[0], *(name[5:] for name in names[1:3]), "2 more"])
    assert Route("ko", f"/models/{'k' * 250}.nemo").name == "k" * 100


def test_a_gpu_that_nothing_runs_on_is_told_of_while_checkpoints_are_loaded(
    nemo_calls: list[tuple[Any, ...]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    fetched(tmp_path, "a/b", "c/d")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    caplog.set_level("WARNING")
    devices._say_once.cache_clear()
    settings = {"MODELS_DIR": str(tmp_path), "ASR_CHECKPOINTS": "ko=a/b,en=c/d", "CUDA_VISIBLE_DEVICES": "0"}
    for _ in range(2):
        assert load_transcriber(load(settings)).device == "cpu"
    assert caplog.text.count("there are signs of an NVIDIA GPU") == 1
    assert "CUDA_VISIBLE_DEVICES=0)" in caplog.text


@pytest.fixture
def nemo_calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """NeMo seems to be installed; what would be loaded is written down."""
    calls: list[tuple[Any, ...]] = []

    def load_double(path: Path, name: str, languages: frozenset[str], options: Any) -> Named:
        calls.append((path, name, languages, options.device))
        return Named(f"nemo/{name}", languages or frozenset({"en", "ko"}))

    module = types.SimpleNamespace(
        load=load_double, NemoOptions=lambda **given: types.SimpleNamespace(**given)
    )
    original = registry._module
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: True if name == "nemo" else find_spec(name))
    monkeypatch.setattr(
        registry, "_module", lambda name: module if name == registry.NEMO_MODULE else original(name)
    )
    return calls


def fetched(folder: Path, *names: str) -> None:
    store = CheckpointStore(folder)
    for name in names:
        store.folder_of(name).mkdir(parents=True)
        (store.folder_of(name) / "m.nemo").write_bytes(b"x")
        store.keep(
            Manifest(name=name, file="m.nemo", size_bytes=1, sha256="0123abcd" * 8, licence="", source="")
        )


def test_files_by_path(nemo_calls: list[tuple[Any, ...]], tmp_path: Path) -> None:
    path = tmp_path / "both.nemo"
    path.touch()
    settings = {"ASR_CHECKPOINTS": f"ko={path},en={path}", "ASR_DEVICE": "cpu", "MODELS_DIR": str(tmp_path)}
    engine = load_transcriber(load(settings))
    assert nemo_calls == [(path, "both@e3b0c442", frozenset({"ko", "en"}), "cpu")]
    assert (engine.name, engine.languages) == ("nemo/both@e3b0c442", frozenset({"ko", "en"}))


def test_two_versions_under_one_name_are_told_apart(
    nemo_calls: list[tuple[Any, ...]], tmp_path: Path
) -> None:
    path = tmp_path / "words.nemo"
    names = []
    for content in (b"one", b"two"):
        path.write_bytes(content)
        names.append(load_transcriber(load({"ASR_CHECKPOINTS": f"en={path}"})).name)
    expected = [f"nemo/words@{hashlib.sha256(content).hexdigest()[:8]}" for content in (b"one", b"two")]
    assert names == expected
    assert len(set(names)) == 2


def test_fetched_checkpoints_by_name(nemo_calls: list[tuple[Any, ...]], tmp_path: Path) -> None:
    english, rest = "nvidia/parakeet-tdt-0.6b-v2", "nvidia/nemotron-3.5-asr-streaming-0.6b"
    fetched(tmp_path, english, rest)
    engine = load_transcriber(load({"MODELS_DIR": str(tmp_path)}))
    # The manifest says which bytes: a file of gigabytes is not read once more.
    assert [(call[1], call[2]) for call in nemo_calls] == [
        (f"{english}@0123abcd", frozenset({"en"})),
        (f"{rest}@0123abcd", frozenset()),
    ]
    assert engine.languages == {"en", "ko"}


def test_default_checkpoints_that_are_not_here_are_left_out(
    nemo_calls: list[tuple[Any, ...]], tmp_path: Path
) -> None:
    fetched(tmp_path, "nvidia/nemotron-3.5-asr-streaming-0.6b")
    for wanted in ("auto", "nemo"):
        config = load({"MODELS_DIR": str(tmp_path), "ASR_ENGINE": wanted})
        assert asr_engine(config) == "nemo"
    assert load_transcriber(config).languages == {"en", "ko"}


def test_checkpoints_that_were_asked_for_must_be_here(
    nemo_calls: list[tuple[Any, ...]], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fetched(tmp_path, "a/b")
    settings = {"MODELS_DIR": str(tmp_path), "ASR_CHECKPOINTS": "ko=a/b,en=c/d"}
    assert asr_engine(load(settings)) == "nemo"
    with pytest.raises(ConfigurationError, match=r"not on this machine: c/d; fetch it with .*models pull"):
        asr_engine(load(settings | {"ASR_ENGINE": "nemo"}))
    caplog.set_level("INFO")
    assert asr_engine(load(settings | {"MODELS_DIR": str(tmp_path / "empty")})) == "pocketsphinx"
    assert "speech recognition is the offline English fallback: not on this machine: a/b c/d" in caplog.text


def test_a_checkpoint_that_does_not_know_its_language(
    nemo_calls: list[tuple[Any, ...]], tmp_path: Path
) -> None:
    fetched(tmp_path, "nvidia/parakeet-tdt-0.6b-v2")
    settings = {"MODELS_DIR": str(tmp_path), "ASR_CHECKPOINTS": "ko=nvidia/parakeet-tdt-0.6b-v2"}
    with pytest.raises(ConfigurationError, match="does not know the language ko; it knows en"):
        load_transcriber(load(settings))
