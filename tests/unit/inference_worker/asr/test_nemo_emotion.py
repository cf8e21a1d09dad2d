"""An emotion head on the encoder that recognises the words: one pass for both."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inference_worker.asr.encoded import Encoded, FrameSums, fingerprint, joined
from inference_worker.command_line import main
from inference_worker.config import load as load_config
from inference_worker.errors import ConfigurationError
from inference_worker.registry import Engines, Registry
from inference_worker.sounding import how_they_sound
from tests.nemo_fixture import FIXTURE, SENTENCES
from tests.speech import say, write_audio

pytest.importorskip("nemo", reason="NeMo is not installed (extra `nemo`)")

from inference_worker.asr import nemo

CLIPS = [say(SENTENCES[3], pause_s=0.2), say(SENTENCES[11], "en-us+f2", pause_s=0.2)]


@pytest.fixture(scope="module")
def head(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a head that tells slow from fast."""
    folder = tmp_path_factory.mktemp("head")
    with (folder / "clips.csv").open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("path", "corpus", "language", "speaker", "emotion"))
        for number in range(12):
            rate_wpm, emotion = ((110, "sad"), (220, "angry"))[number % 2]
            write_audio(folder / f"{number}.wav", say(SENTENCES[number], rate_wpm=rate_wpm))
            writer.writerow((f"{number}.wav", "c", "en", f"s{number}", emotion))
    words = ["emotion", "train", str(folder / "clips.csv"), "--encoder", str(FIXTURE)]
    words += ["--run", str(folder / "run"), "--cache", str(folder / "cache")]
    assert main(words, {}) == 0
    return folder / "run"


@pytest.fixture(scope="module")
def engines(head: Path) -> Engines:
    given = {
        "ASR_ENGINE": "nemo",
        "ASR_CHECKPOINTS": f"en={FIXTURE}",
        "ASR_DEVICE": "cpu",
        "ASR_PRECISION": "float32",
        "EMOTION_MODEL": str(head),
    }
    return Registry(load_config(given)).engines()


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many clips went through an encoder, pass by pass."""
    counted: list[int] = []
    encode = nemo.NemoModel._encoded

    def counting(model: nemo.NemoModel, prepared: nemo.Prepared) -> object:
        counted.append(len(prepared.features))
        return encode(model, prepared)

    monkeypatch.setattr(nemo.NemoModel, "_encoded", counting)
    return counted


def test_words_and_sound_come_from_one_pass(
    engines: Engines, passes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert engines.emotion is not None
    transcripts = engines.transcriber.transcribe(CLIPS, "en")
    assert [transcript.text for transcript in transcripts] == [SENTENCES[3], SENTENCES[11]]
    recognised = list(passes)
    assert sum(recognised) == len(CLIPS)
    shared = how_they_sound(engines.emotion, CLIPS, transcripts)
    assert passes == recognised
    loaded: list[Path] = []
    monkeypatch.setattr(nemo, "load", lambda path, *rest: loaded.append(path))
    alone = engines.emotion.classify(CLIPS)
    assert sum(passes[len(recognised) :]) == len(CLIPS)
    assert loaded == []
    for one, other in zip(shared, alone, strict=True):
        assert one.label == other.label
        assert one.probabilities == pytest.approx(other.probabilities, abs=1e-3)


def test_what_another_encoder_heard_is_not_taken_for_its_own(engines: Engines, passes: list[int]) -> None:
    assert engines.emotion is not None
    transcripts = [
        replace(transcript, encoded=Encoded("0" * 16, transcript.encoded.vector * 0.0))
        for transcript in engines.transcriber.transcribe(CLIPS, "en")
        if transcript.encoded is not None
    ]
    before = len(passes)
    estimates = how_they_sound(engines.emotion, CLIPS, transcripts)
    assert len(passes) > before
    assert [one.label for one in estimates] == [one.label for one in engines.emotion.classify(CLIPS)]


def test_silence_and_a_moment_of_sound_are_answered(engines: Engines) -> None:
    assert engines.emotion is not None
    odd = [np.zeros(16_000, np.float32), np.zeros(0, np.float32), CLIPS[0][4_000:4_300], CLIPS[0] * 1e-4]
    estimates = how_they_sound(engines.emotion, odd, engines.transcriber.transcribe(odd, "en"))
    assert [one.confident for one in estimates[:3]] == [False, False, False]


def test_where_recognition_runs_another_engine_the_head_loads_its_encoder(
    head: Path, engines: Engines
) -> None:
    alone = Registry(load_config({"ASR_ENGINE": "pocketsphinx", "EMOTION_MODEL": str(head)})).engines()
    assert alone.emotion is not None
    assert engines.emotion is not None
    labels = [one.label for one in alone.emotion.classify(CLIPS)]
    assert labels == [one.label for one in engines.emotion.classify(CLIPS)]


def test_without_a_head_recognition_keeps_nothing() -> None:
    plain = nemo.load(FIXTURE, "plain", frozenset({"en"}), nemo.NemoOptions(device="cpu"))
    assert [transcript.encoded for transcript in plain.transcribe(CLIPS, "en")] == [None, None]


def test_a_changed_encoder_is_refused(head: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stored = json.loads((head / "config.json").read_text())
    assert stored["checkpoint"] == fingerprint(FIXTURE)
    (tmp_path / "head.safetensors").write_bytes((head / "head.safetensors").read_bytes())
    (tmp_path / "config.json").write_text(json.dumps(stored | {"checkpoint": "0" * 16}))
    given = {"ASR_ENGINE": "pocketsphinx", "EMOTION_MODEL": str(tmp_path)}
    with pytest.raises(ConfigurationError, match="not the encoder that the head was trained on"):
        Registry(load_config(given)).engines()


def test_pieces_of_a_clip_count_by_their_frames() -> None:
    frames = np.random.default_rng(0).standard_normal((30, 4))
    parts = [FrameSums(len(p), p.sum(axis=0), (p**2).sum(axis=0)) for p in (frames[:10], frames[10:])]
    found = joined("c", parts)
    assert found.vector == pytest.approx(np.concatenate([frames.mean(axis=0), frames.std(axis=0)]))
