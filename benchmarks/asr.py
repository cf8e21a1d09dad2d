"""What our NeMo engine adds to, or takes from, NeMo itself. Needs the extra `nemo`.

    OMP_NUM_THREADS=1 python -m benchmarks.asr [--size tiny|large|xl] [--device cpu|cuda] [--clips 48]

Models have random weights: they are as fast as trained ones, and what they say is compared letter by letter. Both
sides recognise the same clips from memory in the same process, one after the other, the better of two rounds. On a
CPU seconds of this process count, so that other processes disturb less.

On a GPU two things are asked for: at least NeMo's own throughput at the same batch (`of NeMo`), and at least five times
that of one request at a time (`of one at a time`). On a CPU, which one clip keeps busy, batches bring next to nothing.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import torch

from benchmarks.report import report
from inference_worker.asr.base import SAMPLE_RATE_HZ, Clip
from inference_worker.asr.nemo import NemoOptions, load
from inference_worker.asr.nemo_engine import NemoTranscriber
from tests import nemo_models
from tests.nemo_fixture import FIXTURE, SENTENCES
from tests.speech import say

ENGLISH = frozenset({"en"})
ROUNDS = 2


@dataclass(frozen=True, slots=True)
class Size:
    """A model to build."""

    layers: int
    width: int
    is_tdt: bool


SIZES = {
    "tiny": Size(4, 96, is_tdt=False),
    "large": Size(17, 512, is_tdt=False),
    "xl": Size(24, 1024, is_tdt=True),
}
"""`large` has the size of FastConformer-CTC large (0.11 B parameters), `xl` that of Parakeet-TDT 0.6 B."""


def spoken(lengths_s: list[float]) -> list[Clip]:
    """Speech of these lengths."""
    speech = np.concatenate([say(text, pause_s=0.1) for text in SENTENCES])
    draw = np.random.default_rng(1)
    clips = []
    for length_s in lengths_s:
        length = round(length_s * SAMPLE_RATE_HZ)
        start = int(draw.integers(0, len(speech) - length))
        clips.append(speech[start : start + length].copy())
    return clips


def mixes(count: int) -> dict[str, list[float]]:
    """Lengths of clips in seconds. At least 1 s: NeMo pads shorter ones, we do not."""
    draw = np.random.default_rng(0)
    talk = np.clip(draw.lognormal(np.log(3.2), 0.6, count), 1.0, 15.0)
    halves = [1.2 if index % 2 else 12.0 for index in range(count)]
    return {"all 5 s": [5.0] * count, "as people talk": talk.tolist(), "short and long": halves}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--size", choices=SIZES, default="large")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--clips", type=int, default=24)
    parser.add_argument("--utterances", type=int, default=3000, help="for the memory of the worker")
    options = parser.parse_args()
    torch.set_num_threads(1)
    throughput(options.size, options.device, options.clips)
    memory(options.utterances)


def throughput(size: str, device: str, count: int) -> None:
    """Our engine against `transcribe()`: same model, same clips, batches of the same size."""
    with tempfile.TemporaryDirectory() as folder:
        own = model_of(SIZES[size], Path(folder)).to(device).eval()
        own.save_to(str(Path(folder) / "model.nemo"))
        ours = {
            name: load(Path(folder) / "model.nemo", size, ENGLISH, NemoOptions(device=device, precision=name))
            for name in ("float32", "bfloat16")
        }
    rows = []
    for mix, lengths_s in mixes(count).items():
        clips = spoken(lengths_s)
        for batch in (1, ours["float32"].batch_size):
            rows += _compared(mix, clips, batch, own, ours)
    alone = {(row["clips"], row["engine"]): row["x real time"] for row in rows if row["batch"] == 1}
    for row in rows:
        row["of one at a time"] = row["x real time"] / alone[row["clips"], row["engine"]]
    parameters = sum(parameter.numel() for parameter in own.parameters()) / 1e6
    question = f"How many times faster than real time on {device}, {size} ({parameters:.0f} M parameters)?"
    report(f"asr_{size}_{device}", question, rows)


def _compared(
    mix: str, clips: list[Clip], batch: int, own: Any, ours: dict[str, NemoTranscriber]
) -> list[dict[str, Any]]:
    length_s = sum(len(clip) for clip in clips) / SAMPLE_RATE_HZ

    def nemo_itself() -> list[str]:
        heard = own.transcribe(clips, batch_size=batch, verbose=False, num_workers=0)
        own.eval()
        return [hypothesis.text for hypothesis in heard]

    def engine(transcriber: NemoTranscriber) -> Callable[[], list[str]]:
        transcriber._budget.largest = batch
        return lambda: [transcript.text for transcript in transcriber.transcribe(clips, "en")]

    expected, took_s = _best(nemo_itself, own.device.type)
    row = {"clips": mix, "batch": batch, "engine": "NeMo transcribe()", "x real time": length_s / took_s}
    rows = [row | {"of NeMo": 1.0, "same text": f"{len(clips)}/{len(clips)}"}]
    for precision, transcriber in ours.items():
        heard, ours_s = _best(engine(transcriber), own.device.type)
        same = sum(a == b for a, b in zip(heard, expected, strict=True))
        rows.append(
            row
            | {
                "engine": f"ours, {precision}",
                "x real time": length_s / ours_s,
                "of NeMo": took_s / ours_s,
                "same text": f"{same}/{len(clips)}",
            }
        )
    return rows


def memory(utterances: int) -> None:
    """Resident memory while the trained fixture recognises utterances of ever changing lengths."""
    engine = load(FIXTURE, "fixture", ENGLISH, NemoOptions(device="cpu", precision="float32"))
    draw = np.random.default_rng(2)
    process = psutil.Process()
    rows = []
    done = 0
    for share in (0.02, 0.1, 0.25, 0.5, 0.75, 1.0):
        while done < utterances * share:
            lengths_s = np.clip(draw.lognormal(np.log(2.5), 0.6, 20), 0.3, 15.0)
            engine.transcribe(spoken(lengths_s.tolist()), "en")
            done += len(lengths_s)
        rows.append({"utterances": done, "resident MB": process.memory_info().rss / 1e6})
    report("asr_memory", "Does memory grow with the number of utterances?", rows)


def _best(run: Callable[[], list[str]], device: str) -> tuple[list[str], float]:
    clock = time.process_time if device == "cpu" else time.monotonic
    run_s = []
    for _ in range(ROUNDS):
        began = clock()
        texts = run()
        run_s.append(clock() - began)
    return texts, min(run_s)


def model_of(size: Size, folder: Path) -> Any:
    """A model of that size with random weights."""
    pieces = nemo_models.tokenizer(folder / "pieces", SENTENCES, 128)
    if size.is_tdt:
        return nemo_models.rnnt(pieces, size.layers, size.width, is_tdt=True, hidden=640)
    return nemo_models.ctc_bpe(pieces, size.layers, size.width)


if __name__ == "__main__":
    main()
