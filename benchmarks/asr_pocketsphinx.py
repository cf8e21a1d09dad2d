"""Word error rate and speed of the offline English engine under several settings.

    python benchmarks/asr_pocketsphinx.py CLIPS_CSV [--count 80] [--json FILE]

CLIPS_CSV has the columns path (relative to the file), corpus and text; the rows of the corpus `ravdess` are used:
acted English, eight emotions, two sentences. Takes about half a minute a setting for 80 clips.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
import time
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import jiwer
import numpy as np

from inference_worker.asr.base import Clip
from inference_worker.asr.pocketsphinx import level_pcm
from inference_worker.asr.pocketsphinx_decoder import DecoderSettings, EnglishDecoder
from inference_worker.audio import SAMPLE_RATE_HZ, decode
from inference_worker.segmentation import Segmenter

NARROW = DecoderSettings(beam=1e-48, word_beam=7e-29, phone_beam=1e-48, max_active_phones=30_000)
"""The decoder's own defaults."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One row of the table."""

    name: str
    settings: DecoderSettings = field(default_factory=DecoderSettings)
    cut_silence: bool = True


WIDE = DecoderSettings()
TRIALS = [
    Trial("narrow (the decoder's defaults), whole file", NARROW, cut_silence=False),
    Trial("narrow, silence cut", NARROW),
    Trial("wide, silence cut", replace(WIDE, max_active_phones=-1)),
    Trial("wide, 10000 phones", WIDE),
    Trial(
        "middle (1e-54, 1e-34)",
        replace(WIDE, max_active_phones=-1, beam=1e-54, phone_beam=1e-54, word_beam=1e-34),
    ),
    Trial("wide, no noise removal", replace(WIDE, remove_noise=False)),
    Trial("wide, language weight 5", replace(WIDE, language_weight=5.0)),
    Trial("wide, language weight 9", replace(WIDE, language_weight=9.0)),
]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one trial brought."""

    name: str
    word_error_rate: float
    times_real_time: float
    clips: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("clips_csv", type=Path)
    parser.add_argument("--count", type=int, default=80, help="clips to try (default 80)")
    parser.add_argument("--only", default="", help="run only the settings whose name holds this")
    parser.add_argument("--json", type=Path, help="write the table here as well")
    arguments = parser.parse_args()
    with arguments.clips_csv.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["corpus"] == "ravdess"]
    random.Random(0).shuffle(rows)
    rows = rows[: arguments.count]
    sounds = [decode(arguments.clips_csv.parent / row["path"]) for row in rows]
    speech = [spoken_parts(sound) for sound in sounds]
    texts = [plain(row["text"]) for row in rows]
    outcomes = []
    for trial in TRIALS:
        if arguments.only in trial.name:
            outcomes.append(
                run(trial, speech if trial.cut_silence else [[sound] for sound in sounds], sounds, texts)
            )
            latest = outcomes[-1]
            print(
                f"{latest.word_error_rate:6.1%}  {latest.times_real_time:5.2f} x  {latest.name}", flush=True
            )
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(outcome) for outcome in outcomes], indent=2))


def spoken_parts(sound: Clip) -> list[Clip]:
    """The utterances that the worker would find."""
    segmenter = Segmenter()
    return [segment.samples for segment in segmenter.push(sound) + segmenter.finish()]


def run(trial: Trial, clips: list[list[Clip]], sounds: list[Clip], texts: list[str]) -> Outcome:
    """Transcribe `clips` (the parts of each recording); speed counts the whole recordings' length."""
    decoder = EnglishDecoder(trial.settings)
    began = time.process_time()
    said = []
    for parts in clips:
        levelled = [pcm for pcm in map(level_pcm, parts) if pcm is not None]
        said.append(" ".join(word.text for pcm in levelled for word in decoder.words(pcm)))
    took_s = time.process_time() - began
    length_s = sum(len(sound) for sound in sounds) / SAMPLE_RATE_HZ
    error_rate = jiwer.wer(texts, [plain(text) or "-" for text in said])
    return Outcome(trial.name, float(error_rate), float(np.round(length_s / took_s, 2)), len(texts))


def plain(text: str) -> str:
    """Lower case letters and apostrophes only."""
    return " ".join(re.findall(r"[a-z']+", text.lower()))


if __name__ == "__main__":
    main()
