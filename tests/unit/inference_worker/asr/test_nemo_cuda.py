"""What only a GPU has, as far as it can be seen without one: the order of its calls, and that text stays the same."""

from __future__ import annotations

import threading
from typing import Any

import pytest

pytest.importorskip("nemo.collections.asr", reason="NeMo is not installed (extra `nemo`)")

import torch

from inference_worker.asr import nemo
from inference_worker.asr.device_errors import within_memory
from inference_worker.asr.nemo import NemoOptions, load
from inference_worker.asr.nemo_cuda import GraphDecoder, SideStream
from tests import nemo_models
from tests.nemo_fixture import FIXTURE, SENTENCES
from tests.speech import say
from tests.unit.inference_worker.asr import models_once

EXACT = NemoOptions(device="cpu", precision="float32", batch_s=4.0)
ENGLISH = frozenset({"en"})
CPU = torch.device("cpu")


class Stream:
    """A stream that writes down what is done with it."""

    def __init__(self, log: list[str], name: str) -> None:
        self.log, self.name = log, name

    def record_event(self) -> str:
        self.log.append(f"{self.name} records")
        return f"event of {self.name}"

    def wait_event(self, event: str) -> None:
        self.log.append(f"{self.name} waits for {event}")

    def __enter__(self) -> None:
        self.log.append(f"{self.name} begins")

    def __exit__(self, *_: object) -> None:
        self.log.append(f"{self.name} ends")


class Kept:
    """A tensor as far as streams are concerned."""

    def __init__(self, log: list[str]) -> None:
        self.log = log

    def record_stream(self, stream: Stream) -> None:
        self.log.append(f"kept for {stream.name}")


def test_on_a_gpu_features_are_made_on_a_stream_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    log: list[str] = []
    monkeypatch.setattr(torch.cuda, "Stream", lambda device: Stream(log, "side"))
    monkeypatch.setattr(torch.cuda, "stream", lambda stream: stream)
    monkeypatch.setattr(torch.cuda, "current_stream", lambda device: Stream(log, "main"))
    side = SideStream(torch.device("cuda"))
    assert side.is_real
    with side.beside():
        log.append("features")
        mark = side.mark()
    tensor: Any = Kept(log)
    side.join(mark, [tensor])
    assert log == [
        "side begins",
        "features",
        "side records",
        "side ends",
        "main waits for event of side",
        "kept for main",
    ]


def test_on_a_cpu_there_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    side = SideStream(CPU)
    assert not side.is_real
    with side.beside():
        assert side.mark() is None
    side.join(None, [torch.zeros(1)])
    assert load(FIXTURE, "fixture", ENGLISH, EXACT)._model.prepares_ahead is False


def test_features_of_the_next_batch_are_made_while_the_encoder_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = load(FIXTURE, "fixture", ENGLISH, EXACT)
    clips = [say(text, pause_s=0.2) for text in SENTENCES[:6]]
    alone = engine.transcribe(clips, "en")
    model: Any = engine._model
    model.prepares_ahead = True
    events: list[tuple[str, int]] = []
    encoded, prepared = model._encoded, model._prepared
    may_end = threading.Event()

    def slow(batch: Any) -> Any:
        number = sum(name == "encoder begins" for name, _ in events)
        events.append(("encoder begins", number))
        if number == 0:
            assert may_end.wait(20)
        result = encoded(batch)
        events.append(("encoder ends", number))
        return result

    def counted(*given: Any) -> Any:
        result = prepared(*given)
        number = sum(name == "features" for name, _ in events)
        events.append(("features", number))
        if number == 1:
            may_end.set()
        return result

    monkeypatch.setattr(model, "_encoded", slow)
    monkeypatch.setattr(model, "_prepared", counted)
    together = engine.transcribe(clips, "en")
    assert together == alone
    assert [transcript.text for transcript in together] == list(SENTENCES[:6])
    batches = sum(name == "features" for name, _ in events)
    assert batches >= 3
    for number in range(batches - 1):
        assert events.index(("features", number + 1)) < events.index(("encoder begins", number + 1))
    assert events.index(("features", 1)) < events.index(("encoder ends", 0))


@pytest.mark.parametrize("kind", ["ctc-bpe", "tdt", "prompted"])
def test_text_and_times_are_the_same_with_and_without(kind: str) -> None:
    engine = load(models_once.archive(kind), "tiny", ENGLISH, EXACT)
    clips = [say(text, pause_s=0.2) for text in SENTENCES[:8]]
    plain = engine.transcribe(clips, "en")
    engine._model.prepares_ahead = True
    assert engine.transcribe(clips, "en") == plain
    assert any(transcript.text for transcript in plain)


def test_memory_that_runs_out_while_a_batch_is_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = load(FIXTURE, "fixture", ENGLISH, NemoOptions(device="cpu", precision="float32", batch_s=12.0))
    model: Any = engine._model
    model.prepares_ahead = True
    encoded = model._encoded

    def small(prepared: Any) -> Any:
        if len(prepared.lengths) > 1:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return encoded(prepared)

    monkeypatch.setattr(model, "_encoded", small)
    texts = [
        said.text for said in engine.transcribe([say(text, pause_s=0.2) for text in SENTENCES[:7]], "en")
    ]
    assert texts == list(SENTENCES[:7])


class Decoding:
    """NeMo's decoding object as far as graphs are concerned: the first `errors` calls fail."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.log: list[str] = []
        self.decoding = self
        self.decoding_computer = self

    def rnnt_decoder_predictions_tensor(self, **given: Any) -> list[str]:
        assert given["return_hypotheses"]
        if self.errors:
            raise self.errors.pop(0)
        return ["heard"]

    def disable_cuda_graphs(self) -> None:
        self.log.append("disabled")

    def reset_cuda_graphs_state(self) -> None:
        self.log.append("reset")


def test_a_graph_that_cannot_be_recorded_is_done_without(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("WARNING")
    frames = (torch.zeros(1, 2, 3), torch.tensor([3]))
    decoding = Decoding(torch.AcceleratorError("operation not permitted when stream is capturing"))
    decoder = GraphDecoder(decoding, is_graph=True)
    assert decoder(*frames) == ["heard"]
    assert (decoding.log, decoder.is_graph) == (["disabled"], False)
    assert "without them" in caplog.text
    assert decoder(*frames) == ["heard"]
    assert decoding.log == ["disabled"]


def test_a_gpu_that_is_lost_is_not_taken_for_a_bad_graph() -> None:
    error = torch.AcceleratorError("an illegal memory access was encountered")
    with pytest.raises(torch.AcceleratorError):
        GraphDecoder(Decoding(error, error), is_graph=True)(torch.zeros(1, 2, 3), torch.tensor([3]))
    with pytest.raises(torch.AcceleratorError):
        GraphDecoder(Decoding(error), is_graph=False)(torch.zeros(1, 2, 3), torch.tensor([3]))


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory"),
        torch.AcceleratorError("CUDA error: out of memory"),
        RuntimeError("CUDA_ERROR_OUT_OF_MEMORY(out of memory)"),
    ],
)
def test_no_memory_for_a_graph_forgets_the_half_recorded_one(error: Exception) -> None:
    decoding = Decoding(error)
    decoder = GraphDecoder(decoding, is_graph=True)
    assert within_memory(lambda: decoder(torch.zeros(1, 2, 3), torch.tensor([3])), "clips", CPU) is None
    assert (decoding.log, decoder.is_graph) == (["reset"], True)
    assert decoder(torch.zeros(1, 2, 3), torch.tensor([3])) == ["heard"]


@pytest.mark.parametrize("kind", ["rnnt", "tdt", "hybrid-tdt", "prompted"])
def test_graphs_are_asked_of_nemo_on_a_gpu_only(kind: str) -> None:
    model = models_once.KINDS[kind]()
    with_graphs = nemo._decode_greedily(model, is_graph=True).decoding.decoding_computer
    assert with_graphs.allow_cuda_graphs
    assert with_graphs.cuda_graphs_mode is not None
    decoder = GraphDecoder(model.decoding, is_graph=True)
    decoder.decoding.decoding.disable_cuda_graphs()
    assert with_graphs.cuda_graphs_mode is None
    without = nemo._decode_greedily(model, is_graph=False).decoding.decoding_computer
    assert without.cuda_graphs_mode is None
    loaded: Any = models_once.untrained(kind)._model
    assert loaded._greedy.is_graph is False
    assert loaded._greedy.decoding.decoding.decoding_computer.cuda_graphs_mode is None


def test_what_nemo_records_says_the_same() -> None:
    """The loop that NeMo records, run without recording it, against the one that we use on a CPU."""
    frames, lengths = torch.randn(3, nemo_models.WIDTH, 40), torch.tensor([40, 31, 7])
    for is_tdt in (False, True):
        model = nemo_models.rnnt(models_once.pieces(), is_tdt=is_tdt).eval()
        computer = nemo._decode_greedily(model, is_graph=True).decoding.decoding_computer
        computer.force_cuda_graphs_mode("no_graphs")
        with torch.inference_mode():
            plain = computer.torch_impl(frames.transpose(1, 2), lengths)[0]
            recorded = computer.cuda_graphs_impl(frames.transpose(1, 2), lengths)[0]
        for row, count in enumerate(plain.current_lengths.tolist()):
            assert recorded.current_lengths[row] == count
            assert torch.equal(recorded.transcript[row, :count], plain.transcript[row, :count])
