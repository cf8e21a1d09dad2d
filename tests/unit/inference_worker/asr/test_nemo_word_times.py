"""Times of words against speech in which every word's place is known."""

from __future__ import annotations

import random

import numpy as np
import pytest

pytest.importorskip("nemo.collections.asr", reason="NeMo is not installed (extra `nemo`)")

from inference_worker.asr.nemo import NemoOptions, load
from inference_worker.asr.nemo_engine import NemoTranscriber
from tests.nemo_fixture import SENTENCES
from tests.nemo_timed_fixture import FIXTURE, UNHEARD_VOICES, WORDS, Spoken, drawn
from tests.speech import say
from tests.unit.inference_worker.asr import models_once

EXACT = NemoOptions(device="cpu", precision="float32")
CLIPS = 24
MEDIAN_S = 0.08
"""The goal: half of the words begin and end this close to where they do."""


@pytest.fixture(scope="module")
def engine() -> NemoTranscriber:
    return load(FIXTURE, "timed", frozenset(WORDS), EXACT)


def said(language: str, count: int = CLIPS) -> list[Spoken]:
    draw = random.Random(7)
    return [drawn(draw, UNHEARD_VOICES, language, draw.randint(2, 6)) for _ in range(count)]


@pytest.mark.parametrize(("language", "is_exact"), [("ko", True), ("en", False)])
def test_words_are_where_they_were_said(engine: NemoTranscriber, language: str, is_exact: bool) -> None:
    """In voices that the model never heard, with silences of its own choice between the words.

    English it spells badly (`kithen`, see the fixture): there clips count in which it heard as many words as were said.
    """
    clips = said(language)
    heard = engine.transcribe([spoken.sound for spoken in clips], language)
    starts, ends, right = [], [], 0
    for spoken, transcript in zip(clips, heard, strict=True):
        if len(transcript.words) != len(spoken.words):
            continue
        if is_exact and [word.text for word in transcript.words] != [word for word, _, _ in spoken.words]:
            continue
        right += 1
        for word, (_, start_s, end_s) in zip(transcript.words, spoken.words, strict=True):
            starts.append(abs(word.start_s - start_s))
            ends.append(abs(word.end_s - end_s))
    print(
        f"{language}: {right}/{len(clips)} clips, {len(starts)} words; median error "
        f"{1000 * np.median(starts):.0f} ms at the start, {1000 * np.median(ends):.0f} ms at the end, "
        f"95 % of starts within {1000 * np.percentile(starts, 95):.0f} ms"
    )
    assert right >= 0.7 * len(clips)
    assert np.median(starts) < MEDIAN_S
    assert np.median(ends) < MEDIAN_S
    assert np.percentile(starts, 95) < 0.3


def test_times_move_with_the_sound(engine: NemoTranscriber) -> None:
    """Nothing shifts them: neither silence before the words, nor the batch, nor its padding."""
    (spoken,) = said("ko", 1)
    (plain,) = engine.transcribe([spoken.sound], "ko")
    late = np.pad(spoken.sound, (round(0.8 * 16_000), 0))
    moved, alone = engine.transcribe([late, spoken.sound], "ko")
    assert [word.text for word in moved.words] == [word.text for word in plain.words]
    for before, after in zip(plain.words, moved.words, strict=True):
        assert after.start_s - before.start_s == pytest.approx(0.8, abs=0.081)
    assert alone.words == plain.words


@pytest.mark.parametrize("kind", ["rnnt", "tdt", "hybrid-tdt"])
def test_transducers_have_the_frames_that_nemo_gives(kind: str) -> None:
    """Where a transducer puts a token is NeMo's word; ours must be the same to the frame."""
    model = models_once.built(kind)
    clips = [say(text, pause_s=0.3) for text in SENTENCES[:4]]
    heard = model.transcribe(clips, batch_size=4, timestamps=True, verbose=False, num_workers=0)
    model.eval()
    ours = models_once.untrained(kind).transcribe(clips, "en")
    for hypothesis, transcript in zip(heard, ours, strict=True):
        expected = [(word["word"], round(word["start"], 3)) for word in hypothesis.timestamp["word"]]
        assert [(word.text, word.start_s) for word in transcript.words] == expected
    assert any(transcript.words for transcript in ours)
