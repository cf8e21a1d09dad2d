"""Makes `tests/fixtures/nemo_ctc_bpe.nemo`: a real NeMo model that understands thirty spoken sentences.

    OMP_NUM_THREADS=1 python -m tests.nemo_fixture [--epochs 60] [--out FILE]

It is trained from nothing on espeak-ng speech of nine voices, in a few minutes on one thread, and tested with
voices that it never heard. It knows its sentences and nothing else: tests must say one of `SENTENCES`.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tests.speech import SPEECH_RATE_HZ, say

FIXTURE = Path(__file__).resolve().parent / "fixtures" / "nemo_ctc_bpe.nemo"
SENTENCES = (
    "the people of the city went to the house",
    "he said that it was good",
    "turn on the light please",
    "you said it first",
    "what time is it now",
    "i would like a cup of coffee",
    "the train leaves at seven",
    "can you hear me now",
    "please speak more slowly",
    "the weather is nice today",
    "my name is written on the door",
    "we will meet you after lunch",
    "she is waiting at the station",
    "open the window a little",
    "the dog is sleeping in the garden",
    "they are coming home tomorrow",
    "thank you very much for your help",
    "where did you put the keys",
    "i do not understand the question",
    "the doctor will call you back",
    "there is a letter on the table",
    "our teacher told us a story",
    "do you want to go for a walk",
    "the children are playing outside",
    "it is too loud in this room",
    "close your book and listen",
    "he bought bread and milk",
    "the bus stops near the school",
    "i am so happy to see you",
    "leave the box in the kitchen",
)
HEARD_VOICES = (
    "en-us",
    "en-us+m3",
    "en-us+f2",
    "en-gb",
    "en-gb+f3",
    "en-gb-x-rp+m7",
    "en-029+m1",
    "en-gb-scotland+f1",
    "en-gb-scotland+m7",
)
UNHEARD_VOICES = ("en-us+f4", "en-us+m5", "en-gb+m2", "en-gb-scotland")
PIECES = 128
"""Nearly whole words: a model this small does not learn to spell in a few minutes."""
RATES_WPM = (135, 150, 165)
BATCH = 16
PEAK_RATE = 2e-3
LENGTH_STEP = SPEECH_RATE_HZ // 2
"""Batches are padded to multiples of this: few different shapes keep memory small."""

Sound = npt.NDArray[np.float32]


def heard() -> list[tuple[Sound, str]]:
    """What the model is trained on."""
    return [
        (say(text, voice, RATES_WPM[(row + column) % len(RATES_WPM)]), text)
        for row, text in enumerate(SENTENCES)
        for column, voice in enumerate(HEARD_VOICES)
    ]


def distorted(sound: Sound, draw: random.Random) -> Sound:
    """The same words at another speed and level, with pauses around and some noise."""
    if draw.random() < 0.5:
        places = np.arange(0.0, len(sound) - 1, draw.uniform(0.88, 1.12))
        sound = np.interp(places, np.arange(len(sound)), sound).astype(np.float32)
    sound = np.pad(sound, [round(draw.uniform(0.0, 0.4) * SPEECH_RATE_HZ) for _ in range(2)])
    return distorted_level(sound, draw)


def distorted_level(sound: Sound, draw: random.Random) -> Sound:
    """The same at another level, with some noise."""
    hiss = np.random.default_rng(draw.getrandbits(32)).standard_normal(len(sound))
    noisy = sound + hiss * 10.0 ** draw.uniform(-4.0, -2.0)
    return (noisy * 10.0 ** draw.uniform(-0.6, 0.2)).astype(np.float32)


def train(model: Any, epochs: int, seed: int = 0) -> None:
    """A plain loop; everything in memory."""
    import torch  # noqa: PLC0415 - `heard` and `SENTENCES` are used where no torch is

    draw = random.Random(seed)
    torch.manual_seed(seed)
    clips = [(sound, torch.tensor(model.tokenizer.text_to_ids(text))) for sound, text in heard()]
    steps = epochs * -(-len(clips) // BATCH)
    optimiser = torch.optim.AdamW(model.parameters(), lr=PEAK_RATE, betas=(0.9, 0.98), weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, PEAK_RATE, total_steps=steps, pct_start=0.15)
    model.train()
    began = time.monotonic()
    for epoch in range(epochs):
        draw.shuffle(clips)
        losses = []
        for first in range(0, len(clips), BATCH):
            batch = clips[first : first + BATCH]
            sounds = [torch.from_numpy(distorted(sound, draw)) for sound, _ in batch]
            longest = max(len(sound) for sound in sounds)
            signal = torch.zeros(len(batch), -(-longest // LENGTH_STEP) * LENGTH_STEP)
            for row, sound in enumerate(sounds):
                signal[row, : len(sound)] = sound
            log_probs, lengths, _ = model.forward(
                input_signal=signal, input_signal_length=torch.tensor([len(sound) for sound in sounds])
            )
            targets = torch.nn.utils.rnn.pad_sequence([ids for _, ids in batch], batch_first=True)
            target_lengths = torch.tensor([len(ids) for _, ids in batch])
            loss = model.loss(
                log_probs=log_probs, targets=targets, input_lengths=lengths, target_lengths=target_lengths
            )
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            losses.append(float(loss.detach()))
        print(f"epoch {epoch + 1}: {np.mean(losses):.3f}, {time.monotonic() - began:.0f} s", flush=True)
    model.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--out", type=Path, default=FIXTURE)
    options = parser.parse_args()
    from tests import nemo_models  # noqa: PLC0415 - needs NeMo, `--help` and `SENTENCES` do not

    with tempfile.TemporaryDirectory() as folder:
        model = nemo_models.ctc_bpe(nemo_models.tokenizer(Path(folder), SENTENCES, PIECES), layers=4)
        train(model, options.epochs)
        options.out.parent.mkdir(parents=True, exist_ok=True)
        model.save_to(str(options.out))
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
