"""The offline English engine: honest text, times, confidences, and a decoder that may die."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from inference_worker.asr.pocketsphinx import PocketSphinxTranscriber, level_pcm, spelled
from inference_worker.asr.pocketsphinx_decoder import ALTERNATIVE, FILLER
from inference_worker.errors import InferenceFailedError
from tests.speech import noise, say, silence


@pytest.fixture(scope="module")
def engine() -> Iterator[PocketSphinxTranscriber]:
    engine = PocketSphinxTranscriber()
    yield engine
    engine.close()


def test_english_words_with_times_and_confidences(engine: PocketSphinxTranscriber) -> None:
    clip = say("The dog is in the house and the cat is in the garden.", rate_wpm=140)
    (transcript,) = engine.transcribe([clip], "en")
    assert transcript.language == "en"
    assert transcript.text == " ".join(word.text for word in transcript.words)
    assert transcript.text[0].isupper()
    assert "the" in transcript.text.lower().split()
    assert len(transcript.words) >= 5
    times = [time_s for word in transcript.words for time_s in (word.start_s, word.end_s)]
    assert times == sorted(times)
    assert 0.0 <= times[0] < times[-1] <= len(clip) / 16_000 + 0.03
    assert all(0.0 <= (word.confidence or 0.0) <= 1.0 for word in transcript.words)
    assert transcript.confidence is not None
    assert not any(mark in transcript.text for mark in "<>[]+()")


def test_the_same_clip_gives_the_same_text_whatever_came_before(engine: PocketSphinxTranscriber) -> None:
    clip, other = say("one two three four"), say("something else entirely")
    first = engine.transcribe([clip], "en")
    engine.transcribe([other], "en")
    assert engine.transcribe([clip], "en") == first


def test_a_quiet_clip_reads_as_a_loud_one(engine: PocketSphinxTranscriber) -> None:
    clip = say("one two three four", gain_db=-6)
    loud, quiet = engine.transcribe([clip, (clip / 16).astype(np.float32)], "en")
    assert quiet.text == loud.text


def test_korean_is_not_turned_into_english_words(engine: PocketSphinxTranscriber) -> None:
    (transcript,) = engine.transcribe([say("안녕하세요 반갑습니다", "ko")], "ko")
    assert (transcript.text, transcript.words, transcript.confidence) == ("", (), None)
    assert transcript.language == "ko"


def test_no_words_in_silence_and_odd_clips(engine: PocketSphinxTranscriber) -> None:
    not_a_number = np.full(16_000, np.nan, np.float32)
    clips = [silence(2.0), noise(2.0, -50.0), np.zeros(0, np.float32), silence(0.01), not_a_number]
    assert [transcript.text for transcript in engine.transcribe(clips, "en")] == [""] * 5


def test_a_decoder_that_dies_fails_one_unit_only(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = PocketSphinxTranscriber()
    clip = say("one two three")
    with monkeypatch.context() as broken:
        broken.setattr("inference_worker.asr.pocketsphinx.DECODER_PROGRAM", "no_such_program")
        with pytest.raises(InferenceFailedError):
            engine.transcribe([clip], "en")
    assert engine.transcribe([clip], "en")[0].text
    child = engine._child
    assert child is not None
    child.kill()
    child.wait()
    with pytest.raises(InferenceFailedError):
        engine.transcribe([clip], "en")
    assert engine.transcribe([clip], "en")[0].text
    engine.close()


def test_clips_are_brought_to_one_level() -> None:
    level = np.frombuffer(level_pcm(say("hello", gain_db=-30)) or b"", "<i2") / 32768.0
    assert np.sqrt(np.mean(level**2)) == pytest.approx(0.1, rel=0.05)


@pytest.mark.parametrize(
    ("word", "is_first", "expected"),
    [
        ("the", False, "the"),
        ("the", True, "The"),
        ("i", False, "I"),
        ("i'm", False, "I'm"),
        ("it's", True, "It's"),
    ],
)
def test_spelling(word: str, is_first: bool, expected: str) -> None:
    assert spelled(word, is_first) == expected


def test_fillers_and_pronunciation_numbers() -> None:
    assert [bool(FILLER.match(word)) for word in ("<sil>", "[NOISE]", "++UH++", "uh", "a")] == [True] * 3 + [
        False
    ] * 2
    assert ALTERNATIVE.sub("", "the(2)") == "the"
