"""Makes `tests/fixtures/nemo_timed_ctc.nemo`: a NeMo model whose word times are right.

    OMP_NUM_THREADS=1 python -m tests.nemo_timed_fixture [--epochs 24] [--out FILE]

A CTC model that is trained with the CTC loss alone may put its tokens anywhere; this one is taught where they are.
Words are spoken one by one and joined with silences of known lengths, and every frame of the encoder (80 ms, as in
the published checkpoints) is trained to say the word in whose sound its middle lies, or blank. It knows its words and
nothing else, in any order; `joined` makes what it understands, with the true times.

Korean words, written in syllables, have a frame or two for each of their pieces. English ones fall into more letters
than they have frames, so that it spells them badly: times are measured in Korean.
"""

from __future__ import annotations

import argparse
import functools
import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tests.nemo_fixture import LENGTH_STEP, Sound, distorted_level
from tests.speech import SPEECH_RATE_HZ, say

FIXTURE = Path(__file__).resolve().parent / "fixtures" / "nemo_timed_ctc.nemo"
WORDS = {
    "en": ("house", "coffee", "window", "doctor", "kitchen", "tomorrow"),
    "ko": ("나무", "사람", "친구", "선생님", "고양이", "감사합니다"),
}
HEARD_VOICES = {
    "en": ("en-us", "en-us+m3", "en-us+f2", "en-gb", "en-gb+f3"),
    "ko": ("ko", "ko+m3", "ko+f2", "ko+m7", "ko+f3"),
}
UNHEARD_VOICES = {"en": ("en-us+f4", "en-us+m5", "en-gb+m2"), "ko": ("ko+f4", "ko+m5", "ko+m2")}
RATES_WPM = (135, 150, 165)
PIECES = 60
LAYERS, WIDTH = 2, 64
BATCH, PEAK_RATE = 8, 3e-3
CLIPS_AN_EPOCH = 80
SHORTEST_GAP_S, LONGEST_GAP_S = 0.12, 0.6
AUDIBLE = 0.02
"""Of the peak: what is quieter at the ends of a spoken word is none of it."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Words with known places in a sound."""

    sound: Sound
    words: tuple[tuple[str, float, float], ...]
    """Word, and where it begins and ends, in seconds."""


def joined(said: Sequence[tuple[str, str, int]], gaps_s: Sequence[float]) -> Spoken:
    """`said` (word, espeak-ng voice, words a minute), with so much silence before each word and after the last."""
    parts: list[Sound] = []
    words = []
    at = 0
    for (word, voice, rate_wpm), gap_s in zip(said, gaps_s, strict=False):
        gap, sound = round(gap_s * SPEECH_RATE_HZ), _alone(word, voice, rate_wpm)
        parts += [np.zeros(gap, np.float32), sound]
        words.append((word, (at + gap) / SPEECH_RATE_HZ, (at + gap + len(sound)) / SPEECH_RATE_HZ))
        at += gap + len(sound)
    parts.append(np.zeros(round(gaps_s[-1] * SPEECH_RATE_HZ), np.float32))
    return Spoken(np.concatenate(parts), tuple(words))


def drawn(draw: random.Random, voices: dict[str, tuple[str, ...]], language: str, count: int) -> Spoken:
    """`count` words of `language` in one voice, with random silences."""
    voice = draw.choice(voices[language])
    said = [(draw.choice(WORDS[language]), voice, draw.choice(RATES_WPM)) for _ in range(count)]
    gaps_s = [draw.uniform(SHORTEST_GAP_S, LONGEST_GAP_S) for _ in range(count + 1)]
    return joined(said, gaps_s)


def frame_targets(spoken: Spoken, pieces: Any, frames: int, frame_s: float) -> list[int]:
    """The token of every frame, -1 for blank. A word of several pieces is divided among them evenly."""
    targets = [-1] * frames
    for word, start_s, end_s in spoken.words:
        ids = pieces.text_to_ids(word)
        for frame in range(frames):
            share = ((frame + 0.5) * frame_s - start_s) / (end_s - start_s)
            if 0.0 <= share < 1.0:
                targets[frame] = ids[int(share * len(ids))]
    return targets


def train(model: Any, epochs: int, seed: int = 0) -> None:
    """A plain loop over sounds that are made anew for every batch."""
    import torch  # noqa: PLC0415 - `joined` and the words are used where no torch is

    draw = random.Random(seed)
    torch.manual_seed(seed)
    frame_s = float(model.cfg.preprocessor.window_stride) * int(model.encoder.subsampling_factor)
    blank = len(model.decoder.vocabulary)
    steps = CLIPS_AN_EPOCH // BATCH
    optimiser = torch.optim.AdamW(model.parameters(), lr=PEAK_RATE, betas=(0.9, 0.98), weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, PEAK_RATE, total_steps=epochs * steps, pct_start=0.15
    )
    model.train()
    began = time.monotonic()
    for epoch in range(epochs):
        losses = []
        for _ in range(steps):
            batch = [
                drawn(draw, HEARD_VOICES, draw.choice(tuple(WORDS)), draw.randint(2, 4)) for _ in range(BATCH)
            ]
            longest = max(len(spoken.sound) for spoken in batch)
            signal = torch.zeros(BATCH, -(-longest // LENGTH_STEP) * LENGTH_STEP)
            for row, spoken in enumerate(batch):
                signal[row, : len(spoken.sound)] = torch.from_numpy(distorted_level(spoken.sound, draw))
            lengths = torch.tensor([len(spoken.sound) for spoken in batch])
            log_probs, frame_counts, _ = model.forward(input_signal=signal, input_signal_length=lengths)
            targets = torch.full(log_probs.shape[:2], -100)
            for row, (spoken, count) in enumerate(zip(batch, frame_counts.tolist(), strict=True)):
                wanted = torch.tensor(frame_targets(spoken, model.tokenizer, count, frame_s))
                targets[row, :count] = torch.where(wanted < 0, blank, wanted)
            loss = torch.nn.functional.nll_loss(log_probs.flatten(0, 1), targets.flatten(), ignore_index=-100)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            losses.append(float(loss.detach()))
        print(f"epoch {epoch + 1}: {np.mean(losses):.4f}, {time.monotonic() - began:.0f} s", flush=True)
    model.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--epochs", type=int, default=24)
    parser.add_argument("--out", type=Path, default=FIXTURE)
    options = parser.parse_args()
    from tests import nemo_models  # noqa: PLC0415 - needs NeMo, the words do not

    with tempfile.TemporaryDirectory() as folder:
        words = [word for language in WORDS.values() for word in language]
        pieces = nemo_models.tokenizer(Path(folder), words, PIECES)
        model = nemo_models.ctc_bpe(pieces, LAYERS, WIDTH)
        options.out.parent.mkdir(parents=True, exist_ok=True)
        train(model, options.epochs)
        model.save_to(str(options.out))
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.2f} MB")


@functools.cache
def _alone(word: str, voice: str, rate_wpm: int) -> Sound:
    """The word without the silence around it."""
    sound = say(word, voice, rate_wpm)
    loud = np.flatnonzero(np.abs(sound) >= AUDIBLE * np.abs(sound).max())
    return sound[loud[0] : loud[-1] + 1]


if __name__ == "__main__":
    main()
