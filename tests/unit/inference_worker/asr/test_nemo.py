"""The real NeMo: a model that was trained for it, and tiny ones of every kind.

Needs the extra `nemo`: everything here is skipped without it.
"""

from __future__ import annotations

import errno
import logging
import shutil
import tarfile
import tempfile
import threading
from pathlib import Path
from typing import Any

import jiwer
import numpy as np
import psutil
import pytest

pytest.importorskip("nemo.collections.asr", reason="NeMo is not installed (extra `nemo`)")

import torch

from inference_worker.asr import device_errors, nemo
from inference_worker.asr.nemo import NemoOptions, collapsed, load
from inference_worker.asr.nemo_engine import NemoTranscriber
from inference_worker.errors import ConfigurationError, DeviceLostError, OutOfMemoryError
from tests import nemo_models
from tests.nemo_fixture import FIXTURE, SENTENCES, UNHEARD_VOICES
from tests.speech import noise, say, silence
from tests.unit.inference_worker.asr import models_once
from tests.unit.inference_worker.asr.models_once import ENGLISH, EXACT, PROMPTS


@pytest.fixture(scope="module")
def engine() -> NemoTranscriber:
    return models_once.trained()


def own_texts(model: Any, clips: list[Any], **options: Any) -> list[str]:
    """What NeMo's own `transcribe()` makes of `clips`."""
    heard = model.transcribe(clips, batch_size=len(clips), verbose=False, num_workers=0, **options)
    model.eval()
    return [hypothesis.text for hypothesis in heard]


@pytest.mark.parametrize("kind", models_once.KINDS)
def test_every_kind_says_what_nemo_itself_says(kind: str) -> None:
    model, engine = models_once.built(kind), models_once.untrained(kind)
    is_prompted = hasattr(model, "prompt_kernel")
    clips = [say(text, pause_s=0.2) for text in SENTENCES[:6]]
    transcripts = engine.transcribe(clips, "en")
    options = {"target_lang": "en-US"} if is_prompted else {}
    texts = [transcript.text for transcript in transcripts]
    assert texts == own_texts(model, clips, **options)
    assert any(texts)
    for clip, transcript in zip(clips, transcripts, strict=True):
        assert " ".join(word.text for word in transcript.words) == " ".join(transcript.text.split())
        times = [word.start_s for word in transcript.words]
        assert times == sorted(times)
        assert all(
            0.0 <= word.start_s <= word.end_s <= len(clip) / 16_000 + 0.001 for word in transcript.words
        )
        assert all(0.0 <= (word.confidence or 0.0) <= 1.0 for word in transcript.words)


def test_the_prompt_changes_what_is_heard(tmp_path: Path) -> None:
    model = nemo_models.prompted(models_once.pieces(), PROMPTS).eval()
    torch.nn.init.normal_(model.prompt_kernel[0].weight, std=3.0)
    model.save_to(str(tmp_path / "prompted.nemo"))
    engine = load(tmp_path / "prompted.nemo", "prompted", frozenset(), EXACT)
    assert engine.languages == {"en", "ko"}
    clip = say(SENTENCES[0], pause_s=0.2)
    for language, prompt in (("en", "en-US"), ("ko", "ko-KR"), (None, "auto")):
        (transcript,) = engine.transcribe([clip], language)
        assert [transcript.text] == own_texts(model, [clip], target_lang=prompt)
        assert transcript.language == language
    # An untrained decoder says the same of everything, but not as surely.
    english, korean = engine.transcribe([clip], "en"), engine.transcribe([clip], "ko")
    assert english[0].confidence != korean[0].confidence
    assert engine.transcribe([clip], "en") == english
    assert engine.transcribe([clip], "fr")[0].text == ""


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_trained_sentences_in_voices_that_it_never_heard(precision: str) -> None:
    engine = load(FIXTURE, "fixture", ENGLISH, NemoOptions(device="cpu", precision=precision))
    said = [(text, voice) for text in SENTENCES for voice in UNHEARD_VOICES]
    heard = engine.transcribe([say(text, voice, pause_s=0.2) for text, voice in said], "en")
    rate = jiwer.wer([text for text, _ in said], [transcript.text or "-" for transcript in heard])
    assert rate <= 0.02
    assert np.mean([transcript.confidence or 0.0 for transcript in heard]) > 0.9


def test_text_does_not_depend_on_the_batch(engine: NemoTranscriber) -> None:
    clips = [say(text, pause_s=0.1) for text in SENTENCES[:8]]
    together = [transcript.text for transcript in engine.transcribe(clips, "en")]
    alone = [engine.transcribe([clip], "en")[0].text for clip in clips]
    own = own_texts(engine._model._model, clips)  # type: ignore[attr-defined]
    assert together == alone == own == list(SENTENCES[:8])


def test_no_words_in_silence_and_odd_clips(engine: NemoTranscriber) -> None:
    odd = [silence(2.0), silence(0.01), np.zeros(0, np.float32), np.full(16_000, np.nan, np.float32)]
    assert [transcript.text for transcript in engine.transcribe(odd, "en")] == [""] * 4


def test_nan_samples_and_integers_are_heard(engine: NemoTranscriber) -> None:
    clip = say(SENTENCES[2], pause_s=0.2)
    holed = clip.copy()
    holed[1000] = np.nan
    integers: Any = np.round(clip * 32767).astype(np.int16)
    assert [t.text for t in engine.transcribe([holed, integers, clip * 1e6], "en")] == [SENTENCES[2]] * 3


def test_the_shortest_clip_has_an_answer(engine: NemoTranscriber) -> None:
    assert len(engine.transcribe([noise(length_s) for length_s in (0.1, 0.15, 0.3)], "en")) == 3


def test_threads_share_the_model(engine: NemoTranscriber) -> None:
    answers: dict[int, str] = {}

    def ask(number: int) -> None:
        answers[number] = engine.transcribe([say(SENTENCES[number], pause_s=0.2)], "en")[0].text

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert answers == dict(enumerate(SENTENCES[:12]))


def test_a_gpu_without_memory_for_the_batch(engine: NemoTranscriber, monkeypatch: pytest.MonkeyPatch) -> None:
    model: Any = engine._model
    encoded = model._encoded

    def small(prepared: Any) -> Any:
        if len(prepared.lengths) > 1:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return encoded(prepared)

    monkeypatch.setattr(model, "_encoded", small)
    clips = [say(text, pause_s=0.2) for text in SENTENCES[:3]]
    texts = [transcript.text for transcript in load(FIXTURE, "f", ENGLISH, EXACT).transcribe(clips, "en")]
    assert texts == [transcript.text for transcript in engine.transcribe(clips, "en")] == list(SENTENCES[:3])

    def full(clips: Any, language: str | None) -> Any:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(model, "_prepared", full)
    with pytest.raises(OutOfMemoryError):
        engine.transcribe(clips[:1], "en")


@pytest.mark.parametrize("step", ["_prepared", "_encoded"])
def test_a_gpu_that_is_lost_ends_the_worker(
    engine: NemoTranscriber, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    asked: list[bool] = []

    def lost(*_: Any) -> Any:
        asked.append(True)
        raise torch.AcceleratorError("CUDA error: an illegal memory access was encountered")

    ended: list[bool] = []
    monkeypatch.setattr(engine._model, step, lost)
    monkeypatch.setattr(device_errors, "is_lost", lambda device: True)
    monkeypatch.setattr(device_errors, "end_process", lambda: ended.append(True))
    with pytest.raises(DeviceLostError, match="does not answer"):
        engine.transcribe([say(SENTENCES[0])], "en")
    assert (asked, ended) == ([True], [True])


def test_a_checkpoint_that_is_too_large_is_not_called_damaged(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> Any:
        raise torch.OutOfMemoryError("CUDA out of memory")

    with monkeypatch.context() as patch:
        patch.setattr(torch, "load", full)
        with pytest.raises(ConfigurationError, match="does not fit into the memory of cpu; use a smaller"):
            load(FIXTURE, "f", ENGLISH, EXACT)
    monkeypatch.setattr(nemo.NemoModel, "_decoded", full)
    with pytest.raises(ConfigurationError, match="does not fit into the memory of cpu; use a smaller"):
        load(FIXTURE, "f", ENGLISH, EXACT)


def test_weights_are_not_written_to_the_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    written: list[str] = []
    plain = nemo.load_weights

    def looking(*given: Any) -> Any:
        written.extend(file.name for file in tmp_path.rglob("*") if file.is_file())
        return plain(*given)

    monkeypatch.setattr(nemo, "load_weights", looking)
    engine = load(FIXTURE, "f", ENGLISH, EXACT)
    assert engine.transcribe([say(SENTENCES[2], pause_s=0.2)], "en")[0].text == SENTENCES[2]
    assert "model_config.yaml" in written
    assert "model_weights.ckpt" not in written


def test_a_full_temporary_folder_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(nemo.SaveRestoreConnector, "_unpack_nemo_file", staticmethod(full))
    with pytest.raises(ConfigurationError, match="is full; make room or set TMPDIR"):
        load(FIXTURE, "f", ENGLISH, EXACT)


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    cut = tmp_path / "cut.nemo"
    cut.write_bytes(FIXTURE.read_bytes()[:2_000_000])
    with pytest.raises(ConfigurationError, match="damaged or incomplete"):
        load(cut, "cut", ENGLISH, EXACT)
    slow = tmp_path / "slow.nemo"
    nemo_models.ctc_char(rate_hz=8000).save_to(str(slow))
    with pytest.raises(ConfigurationError, match="made for 8000 Hz"):
        load(slow, "slow", ENGLISH, EXACT)
    with pytest.raises(ConfigurationError, match="does not say which languages"):
        load(FIXTURE, "fixture", frozenset(), EXACT)
    mixed = tmp_path / "mixed.nemo"
    nemo_models.ctc_bpe(models_once.pieces(), layers=2).save_to(str(mixed))
    _replace_member(mixed, "model_weights.ckpt", _member(FIXTURE, "model_weights.ckpt"))
    with pytest.raises(ConfigurationError, match="cannot be loaded"):
        load(mixed, "mixed", ENGLISH, EXACT)


def test_a_pickle_with_code_does_not_run_even_if_torch_is_told_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Trap:
        def __reduce__(self) -> Any:
            return Path.mkdir, (tmp_path / "trapped",)

    monkeypatch.setenv("TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD", "1")
    path = tmp_path / "bad.nemo"
    shutil.copy(FIXTURE, path)
    torch.save({"a": Trap()}, tmp_path / "weights")
    _replace_member(path, "model_weights.ckpt", (tmp_path / "weights").read_bytes())
    with pytest.raises(ConfigurationError, match="more than numbers"):
        load(path, "bad", ENGLISH, EXACT)
    assert not (tmp_path / "trapped").exists()


def test_nothing_is_printed_and_no_record_is_kept(
    engine: NemoTranscriber, capfd: pytest.CaptureFixture[str]
) -> None:
    load(FIXTURE, "again", ENGLISH, EXACT).transcribe([say(SENTENCES[0])], "en")
    printed = capfd.readouterr()
    assert (printed.out, printed.err) == ("", "")
    kept = [
        handler
        for handler in nemo.nemo_log._logger.handlers
        if isinstance(handler, logging.handlers.MemoryHandler)
    ]
    assert kept == []


def test_memory_stays_flat(engine: NemoTranscriber) -> None:
    clips = [say(text)[: 16_000 + 400 * index] for index, text in enumerate(SENTENCES)]
    process = psutil.Process()
    for _ in range(8):
        engine.transcribe(clips, "en")
    before = process.memory_info().rss
    for _ in range(20):
        engine.transcribe(clips, "en")
    assert process.memory_info().rss - before < 30_000_000


def test_collapsing() -> None:
    assert collapsed([], 9) == []
    assert collapsed([9, 9], 9) == []
    assert collapsed([1, 1, 9, 1, 2, 2, 9], 9) == [(0, 2), (3, 4), (4, 6)]


def _member(path: Path, name: str) -> bytes:
    with tarfile.open(path) as tar:
        file = tar.extractfile(f"./{name}")
        assert file is not None
        return file.read()


def _replace_member(path: Path, name: str, content: bytes) -> None:
    with tarfile.open(path) as tar:
        members = {entry.name: tar.extractfile(entry) for entry in tar.getmembers() if entry.isfile()}
        contents = {key: file.read() for key, file in members.items() if file is not None}
    contents[f"./{name}"] = content
    folder = path.parent / f"{path.stem}-content"
    for key, value in contents.items():
        (folder / key).parent.mkdir(parents=True, exist_ok=True)
        (folder / key).write_bytes(value)
    with tarfile.open(path, "w:") as tar:
        tar.add(folder, arcname=".")
