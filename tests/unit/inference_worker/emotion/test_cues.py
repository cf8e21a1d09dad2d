"""Measured cues on voices made by arithmetic, and the words they earn beside others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inference_worker.contract import CUE_WORDS, CueBaseline, Cues
from inference_worker.emotion.cue_words import add_words, extended
from inference_worker.emotion.cues import measure
from tests.speech import say

RATE_HZ = 16_000
PLAIN = Cues(
    loudness_dbfs=-25.0,
    pitch_hz=200.0,
    pitch_range_semitones=6.0,
    final_semitones=-1.0,
    syllables_per_s=4.0,
    whispered=False,
    words=(),
)


def voice(
    pitch_hz: tuple[float, float] = (150.0, 150.0), syllables: int = 6, seconds: float = 2.0
) -> np.ndarray:
    """`(time,)` so many syllables of a buzz that glides from one pitch to another."""
    time = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    phase = 2 * np.pi * np.cumsum(np.geomspace(*pitch_hz, time.size)) / RATE_HZ
    buzz = np.sum([np.sin(n * phase) / n for n in range(1, 20)], axis=0)
    loud = np.abs(np.sin(np.pi * syllables * time / seconds)) ** 0.7 + 0.03
    return np.asarray(0.1 * buzz * loud, dtype=np.float32)


def measured(sound: np.ndarray) -> Cues:
    cues = measure(sound)
    assert cues is not None
    return cues


@pytest.mark.parametrize("pitch_hz", [90.0, 150.0, 260.0])
def test_pitch_is_in_hertz(pitch_hz: float) -> None:
    cues = measured(voice((pitch_hz, pitch_hz)))
    assert cues.pitch_hz == pytest.approx(pitch_hz, rel=0.02)
    assert cues.pitch_range_semitones == pytest.approx(0.0, abs=0.3)
    assert cues.final_semitones == pytest.approx(0.0, abs=0.2)


def test_the_end_of_a_question_rises() -> None:
    rising = voice((150.0, 150.0), seconds=1.5)
    end = voice((150.0, 260.0), syllables=1, seconds=0.5)
    cues = measured(np.concatenate([rising, end]))
    assert cues.final_semitones is not None
    assert cues.final_semitones > 2.5
    fall = measured(np.concatenate([rising, voice((150.0, 90.0), syllables=1, seconds=0.5)]))
    assert fall.final_semitones is not None
    assert fall.final_semitones < -2.5


@pytest.mark.parametrize("syllables", [4, 8, 12])
def test_syllables_are_counted(syllables: int) -> None:
    cues = measured(voice(syllables=syllables))
    assert cues.syllables_per_s == pytest.approx(syllables / 2.0, rel=0.2)


def test_fast_speech_has_more_syllables_a_second() -> None:
    text = "The kettle is on the table beside the open window."
    slow, fast = (measured(say(text, rate_wpm=rate)).syllables_per_s for rate in (110, 220))
    assert slow is not None
    assert fast is not None
    assert fast > 1.25 * slow


def test_only_loudness_follows_the_gain() -> None:
    sound = voice((120.0, 170.0))
    loud, soft = measured(sound), measured(sound * np.float32(0.1))
    assert loud.loudness_dbfs - soft.loudness_dbfs == pytest.approx(20.0, abs=0.1)
    assert replace(loud, loudness_dbfs=0.0) == replace(soft, loudness_dbfs=0.0)


def test_breath_without_a_voice_is_whispered() -> None:
    rng = np.random.default_rng(0)
    breath = np.diff(rng.standard_normal(2 * RATE_HZ + 1)).astype(np.float32)
    envelope = np.abs(np.sin(np.pi * 6 * np.arange(breath.size) / breath.size)) + 0.05
    cues = measured(np.asarray(0.02 * breath * envelope, dtype=np.float32))
    assert cues.whispered
    assert cues.pitch_hz is None
    assert not measured(voice()).whispered


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros(0, np.float32),
        np.zeros(RATE_HZ, np.float32),
        np.full(RATE_HZ, np.nan, np.float32),
    ],
    ids=["empty", "silence", "nan"],
)
def test_silence_has_no_cues(sound: np.ndarray) -> None:
    assert measure(sound) is None


def words(cues: Cues, others: list[Cues]) -> tuple[str, ...]:
    return add_words(cues, extended(None, [*others, cues])).words


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, ()),
        ({"loudness_dbfs": -18.0}, ("loud",)),
        ({"loudness_dbfs": -33.0}, ("quiet",)),
        ({"syllables_per_s": 6.0}, ("fast",)),
        ({"syllables_per_s": 2.0}, ("slow",)),
        ({"pitch_hz": 280.0}, ("high",)),
        ({"pitch_hz": 140.0}, ("low",)),
        ({"pitch_range_semitones": 12.0}, ("lively",)),
        ({"pitch_range_semitones": 1.5}, ("flat",)),
        ({"final_semitones": 4.0}, ("rising",)),
        ({"whispered": True, "loudness_dbfs": -40.0, "pitch_hz": None}, ("whispered",)),
        ({"loudness_dbfs": -15.0, "syllables_per_s": 6.5}, ("loud", "fast")),
    ],
)
def test_words_set_an_utterance_apart(change: dict[str, float | None], expected: tuple[str, ...]) -> None:
    assert words(replace(PLAIN, **change), [PLAIN] * 4) == expected
    assert set(expected) <= set(CUE_WORDS)


def test_nothing_is_usual_yet_in_the_first_three_utterances() -> None:
    loud = replace(PLAIN, loudness_dbfs=-10.0)
    assert words(loud, [PLAIN] * 2) == ()
    assert words(loud, [PLAIN] * 3) == ("loud",)


def test_high_says_nothing_where_several_people_speak() -> None:
    people = [replace(PLAIN, pitch_hz=hz) for hz in (100.0, 220.0, 110.0, 230.0)]
    assert words(replace(PLAIN, pitch_hz=300.0), people) == ()


def test_an_utterance_is_not_compared_with_itself() -> None:
    """Beside three others the mean moves by a quarter; +5 dB must still be +5 dB."""
    assert words(replace(PLAIN, loudness_dbfs=-19.9), [PLAIN] * 3) == ("loud",)
    assert words(replace(PLAIN, loudness_dbfs=-20.1), [PLAIN] * 3) == ()


def test_a_baseline_in_two_parts_is_the_baseline_of_the_whole() -> None:
    rng = np.random.default_rng(4)
    spoken = [replace(PLAIN, loudness_dbfs=float(level)) for level in rng.normal(-25.0, 4.0, 12)]
    whole = extended(None, spoken)
    parts = extended(CueBaseline.from_json(extended(None, spoken[:5]).to_json()), spoken[5:])
    levels = np.array([cues.loudness_dbfs for cues in spoken])
    assert whole.loudness_db.count == 12
    assert whole.loudness_db.mean == pytest.approx(levels.mean())
    assert whole.loudness_db.squares == pytest.approx(((levels - levels.mean()) ** 2).sum())
    assert parts.loudness_db.mean == pytest.approx(whole.loudness_db.mean)
    assert parts.loudness_db.squares == pytest.approx(whole.loudness_db.squares)
