"""The engine around a model that only counts: guards, batches, pieces, languages, lack of memory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from inference_worker.asr.base import SAMPLE_RATE_HZ, Clip
from inference_worker.asr.nemo_clips import pieces, prepared
from inference_worker.asr.nemo_engine import Abilities, NemoTranscriber, Phrases
from inference_worker.asr.nemo_words import Decoded, Token
from inference_worker.batching import BatchBudget
from inference_worker.errors import OutOfMemoryError
from tests.speech import noise, silence, tone


class LengthModel:
    """Says how many tenths of a second a clip has."""

    frame_s = 0.08
    prepares_ahead = False

    def __init__(self, fits: int = 100, tag: str = "") -> None:
        self.fits, self.tag = fits, tag
        self.batches: list[list[int]] = []
        self.languages: list[str | None] = []
        self.phrases: list[list[Phrases]] = []

    def prepare(self, clips: Sequence[Clip], language: str | None) -> tuple[Sequence[Clip], str | None]:
        return clips, language

    def decode(
        self, prepared: tuple[Sequence[Clip], str | None], phrases: Sequence[Phrases]
    ) -> list[Decoded] | None:
        clips, language = prepared
        self.phrases.append(list(phrases))
        if len(clips) > self.fits:
            return None
        assert all(clip.dtype == np.float32 and np.isfinite(clip).all() for clip in clips)
        self.batches.append([round(len(clip) / SAMPLE_RATE_HZ * 10) for clip in clips])
        self.languages.append(language)
        return [
            Decoded(f"{tenths}{self.tag}", (Token(f"▁{tenths}", 1, 3, 0.9), Token(self.tag, 3, 4, 0.2)))
            for tenths in self.batches[-1]
        ]


def engine(model: LengthModel, **changes: object) -> NemoTranscriber:
    abilities = {
        "name": "nemo/length",
        "languages": frozenset({"en"}),
        "takes_language": False,
    }
    budget = BatchBudget(padded=10 * SAMPLE_RATE_HZ, largest=8)
    return NemoTranscriber(model, Abilities(**(abilities | changes)), budget)  # type: ignore[arg-type]


def test_order_is_kept_and_batches_are_sorted_by_length() -> None:
    model = LengthModel()
    lengths_s = [1.0, 4.0, 2.0, 3.0, 1.5]
    transcripts = engine(model).transcribe([noise(length_s) for length_s in lengths_s], "en")
    assert [transcript.text for transcript in transcripts] == ["10", "40", "20", "30", "15"]
    assert model.batches == [[40, 30], [20, 15, 10]]
    (word,) = transcripts[0].words
    assert (word.text, word.start_s, word.end_s, word.confidence) == ("10", 0.08, 0.24, 0.9)
    assert (transcripts[0].language, transcripts[0].confidence) == ("en", 0.9)


def test_what_holds_no_word_does_not_reach_the_model() -> None:
    model = LengthModel()
    clips = [
        silence(2.0),
        np.zeros(0, np.float32),
        noise(0.09),
        np.full(16_000, np.nan, np.float32),
        np.full(16_000, 0.3, np.float32),
    ]
    assert [transcript.text for transcript in engine(model).transcribe(clips, None)] == [""] * 5
    assert model.batches == []
    assert engine(model).transcribe([], "en") == []


def test_samples_are_made_safe() -> None:
    holed = tone(440.0, 1.0)
    holed[100:200] = np.nan
    holed[300] = np.inf
    cleaned = prepared(holed)
    assert cleaned is not None
    assert np.isfinite(cleaned).all()
    assert np.array_equal(cleaned[400:], tone(440.0, 1.0)[400:])
    loud = prepared((tone(440.0, 1.0) * 1e30).astype(np.float32))
    assert loud is not None
    assert np.abs(loud).max() == pytest.approx(1.0)
    whole = prepared((tone(440.0, 1.0, amplitude=1.0) * 32767).astype(np.int16))  # type: ignore[arg-type]
    assert whole is not None
    assert np.allclose(whole, tone(440.0, 1.0, amplitude=1.0), atol=1e-4)
    ordinary = tone(440.0, 1.0)
    assert prepared(ordinary) is ordinary
    with pytest.raises(ValueError, match="one dimension"):
        prepared(np.zeros((2, 16_000), np.float32))


def test_a_language_that_the_checkpoint_lacks_gives_no_words() -> None:
    model = LengthModel()
    (transcript,) = engine(model).transcribe([noise(1.0)], "ko")
    assert (transcript.text, transcript.words, transcript.confidence, transcript.language) == (
        "",
        (),
        None,
        "ko",
    )
    assert model.batches == []


def test_a_multilingual_model_is_told_the_language_or_finds_it() -> None:
    model = LengthModel(tag=" <ko-KR>")
    multilingual = engine(model, languages=frozenset({"en", "ko"}), takes_language=True)
    (asked,) = multilingual.transcribe([noise(1.0)], "en")
    (found,) = multilingual.transcribe([noise(1.0)], None)
    assert model.languages == ["en", None]
    assert (asked.language, asked.text) == ("en", "10")
    assert (found.language, found.text) == ("ko", "10")


def test_memory_that_runs_out_halves_the_batch() -> None:
    model = LengthModel(fits=1)
    transcripts = engine(model).transcribe([noise(1.0), noise(2.0), noise(3.0)], "en")
    assert [transcript.text for transcript in transcripts] == ["10", "20", "30"]
    assert model.batches == [[30], [20], [10]]
    with pytest.raises(OutOfMemoryError):
        engine(LengthModel(fits=0)).transcribe([noise(1.0)], "en")


def test_a_long_monologue_is_cut_at_its_quietest_places() -> None:
    sound = noise(100.0)
    sound[37 * 16_000 : 37 * 16_000 + 3200] = 0.0
    cut = list(pieces(sound))
    assert np.array_equal(np.concatenate([piece for _, piece in cut]), sound)
    assert all(len(piece) <= 40 * 16_000 for _, piece in cut)
    assert 37.0 <= cut[1][0] <= 37.2
    (transcript,) = engine(LengthModel()).transcribe([sound], "en")
    assert len(transcript.text.split()) == len(cut) == len(transcript.words)
    assert transcript.words[1].start_s == pytest.approx(cut[1][0] + 0.08, abs=0.001)


def test_forty_minutes_without_a_pause() -> None:
    """Every second of it is heard once, in order, in pieces and batches within their limits."""
    quarter = noise(10.0)
    sound = np.tile(quarter, 240)
    model = LengthModel()
    (transcript,) = engine(model).transcribe([sound], "en")
    tenths = [length for batch in model.batches for length in batch]
    assert sum(tenths) == pytest.approx(24_000, abs=len(tenths))
    assert all(length <= 400 for length in tenths)
    assert all(len(batch) == 1 or max(batch) * len(batch) <= 100 for batch in model.batches)
    starts = [word.start_s for word in transcript.words]
    assert starts == sorted(starts)
    assert len(starts) == len(tenths)
    assert starts[-1] > 2400 - 41
