"""Sounds that are no speech give no words, and speech passes, however short, loud or noisy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from inference_worker.asr.base import Clip, Transcript
from inference_worker.asr.pocketsphinx import PocketSphinxTranscriber
from inference_worker.contract import UnitResult
from inference_worker.emotion.nonspeech import make_nonspeech
from inference_worker.pipeline import analyze_unit
from inference_worker.registry import Engines
from inference_worker.segmentation import Segment, Segmenter
from inference_worker.speech_guard import Evidence, evidence_of, reason_after, reason_against
from inference_worker.voice_activity import WINDOW
from tests.speech import noise, say, silence, tone, write_audio
from tests.unit.inference_worker.engine_doubles import CountingTranscriber, engine_doubles
from tests.unit.inference_worker.requests_for_tests import request_for

SOUNDS = 200
AT_ONCE = 40


def random_sound(seed: int) -> np.ndarray:
    """Noise, gusts, tones, hum, engines, sirens, chirps, clicks, music, beeps; alone or two at once, at any level."""
    draw = np.random.default_rng(seed)
    return (make_nonspeech(draw)[:20_000] * 10.0 ** (draw.uniform(-30.0, 6.0) / 20.0)).astype(np.float32)


@pytest.fixture(scope="module")
def racket(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Recordings of forty sounds each."""
    folder = tmp_path_factory.mktemp("racket")
    return [
        write_audio(
            folder / f"{first}.flac",
            np.concatenate([np.pad(random_sound(first + n), (0, 12_000)) for n in range(AT_ONCE)]),
        )
        for first in range(0, SOUNDS, AT_ONCE)
    ]


def analysed(path: Path, engines: Engines) -> UnitResult:
    return analyze_unit(request_for(path, language="en", max_audio_s=600.0), engines, path)


def segments_of(sound: np.ndarray) -> list[Segment]:
    segmenter = Segmenter()
    return segmenter.push(sound) + segmenter.finish()


class Watched(PocketSphinxTranscriber):
    """The offline engine, which counts what it is asked."""

    asked = 0

    def transcribe(
        self, clips: Sequence[Clip], language: str | None, phrases: tuple[str, ...] = ()
    ) -> list[Transcript]:
        self.asked += len(clips)
        return super().transcribe(clips, language, phrases)


def test_hundreds_of_sounds_give_no_words(racket: list[Path]) -> None:
    transcriber = Watched()
    results = [analysed(path, Engines(transcriber, None)) for path in racket]
    transcriber.close()
    assert [utterance.text for result in results for utterance in result.utterances] == []
    assert transcriber.asked <= SOUNDS // 50
    for result in results:
        times = [time for entry in result.no_speech for time in (entry.start_s, entry.end_s)]
        assert times == sorted(times)
        assert result.is_last


@pytest.mark.parametrize(
    "sound",
    [
        silence(3.0),
        noise(3.0, -60.0),
        noise(3.0, -10.0),
        tone(50.0, 3.0, amplitude=0.9),
        tone(440.0, 3.0),
        np.full(48_000, 0.2, np.float32),
        np.repeat(tone(1000.0, 0.02), 1),
        np.tile(np.pad(np.ones(16, np.float32), (0, 7984)), 6),
    ],
    ids=["silence", "hiss", "roar", "hum", "beep", "direct current", "20 ms", "clicks"],
)
def test_plain_sounds_are_not_even_taken_for_speech(sound: np.ndarray, tmp_path: Path) -> None:
    engines, transcriber, emotion = engine_doubles()
    result = analysed(write_audio(tmp_path / "sound.wav", sound), engines)
    assert (result.utterances, transcriber.clips, emotion.asked) == ((), [], 0)


@pytest.mark.parametrize("word", ["no", "yes", "stop", "help me"])
@pytest.mark.parametrize("voice", ["en-us", "en-gb+f3"])
def test_short_words_pass(word: str, voice: str) -> None:
    for sound in (say(word, voice, pause_s=1.2), say(word, voice, gain_db=-25.0, pause_s=1.2)):
        (segment,) = segments_of(sound)
        assert reason_against(evidence_of(segment)) is None


@pytest.mark.parametrize("text", ["네", "아니요", "지금 몇 시예요?"])
def test_short_korean_words_pass(text: str) -> None:
    (segment,) = segments_of(say(text, "ko", pause_s=1.2))
    assert reason_against(evidence_of(segment)) is None


@pytest.mark.parametrize("level_db", [-50.0, -35.0, -25.0])
def test_speech_in_noise_passes(level_db: float) -> None:
    sound = say("Nobody told me about it, not a single word.", pause_s=1.0)
    segments = segments_of(sound + noise(len(sound) / 16_000, level_db))
    assert segments
    assert [reason_against(evidence_of(segment)) for segment in segments] == [None] * len(segments)


def taken_for_speech(sound: np.ndarray, probability: float) -> Segment:
    count = len(sound) // WINDOW
    return Segment(0.0, len(sound) / 16_000, sound.astype(np.float32), (probability,) * count)


def test_tones_and_notes_that_the_detector_takes_for_speech() -> None:
    time_s = np.arange(24_000) / 16_000
    siren = sum(
        np.sin(number * 2 * np.pi * (600 * time_s + 90 * np.sin(9 * time_s))) for number in range(1, 6)
    )
    assert reason_against(evidence_of(taken_for_speech(0.1 * siren, 0.99))) == "steady"
    fading = sum(np.sin(2 * np.pi * pitch * time_s) for pitch in (220.0, 277.2, 329.6)) * np.exp(
        -0.6 * time_s
    )
    assert reason_against(evidence_of(taken_for_speech(0.1 * fading, 0.8))) == "tonal"
    assert reason_against(evidence_of(taken_for_speech(say("Nobody told me about it."), 0.8))) is None


def test_a_siren_beside_speech_takes_no_words_away(tmp_path: Path) -> None:
    swing = 700.0 * 2.0 ** (0.5 * np.sin(2 * np.pi * 2.0 * np.arange(48_000) / 16_000))
    phase = 2 * np.pi * np.cumsum(swing) / 16_000
    siren = sum(0.1 / number * np.sin(number * phase) for number in range(1, 9))
    spoken = say("I was at home.", pause_s=1.2)
    sound = np.concatenate([spoken, np.asarray(siren, np.float32), spoken]).astype(np.float32)
    engines, transcriber, _ = engine_doubles()
    result = analysed(write_audio(tmp_path / "street.flac", sound), engines)
    assert [utterance.text for utterance in result.utterances] == ["word", "word"]
    assert len(transcriber.clips) == 2
    assert all(utterance.end_s <= 4.0 or utterance.start_s >= 5.0 for utterance in result.utterances)


def test_reasons() -> None:
    speech = Evidence(windows=40, probability=0.97, level_deviation_db=6.0, flatness_db=-20.0)
    assert reason_against(speech) is None
    assert reason_against(Evidence(40, 0.99, 1.0, -20.0)) == "steady"
    assert reason_against(Evidence(2, 0.99, 0.1, -50.0)) is None
    assert reason_against(Evidence(9, 0.85, 2.5, -40.0)) == "tonal"
    assert reason_against(Evidence(9, 0.95, 2.5, -40.0)) is None
    assert reason_against(Evidence(5, 0.7, 5.0, -10.0)) == "short"
    assert reason_against(Evidence(5, 0.95, 5.0, -10.0)) is None


def test_who_is_unsure_needs_the_engine() -> None:
    doubtful = Evidence(windows=20, probability=0.7, level_deviation_db=6.0, flatness_db=-10.0)
    sure = Evidence(windows=20, probability=0.95, level_deviation_db=6.0, flatness_db=-10.0)

    def said(text: str, confidence: float | None) -> Transcript:
        return Transcript(text=text, words=(), confidence=confidence, language="en")

    assert reason_after(doubtful, said("to", 0.3)) == "unsure"
    assert reason_after(doubtful, said("", None)) == "unsure"
    assert reason_after(doubtful, said("stop", 0.9)) is None
    assert reason_after(doubtful, said("stop", None)) is None
    assert reason_after(sure, said("to", 0.3)) is None
    assert reason_after(sure, said("", None)) is None


def test_evidence_counts_windows_of_speech_only() -> None:
    segment = Segment(0.0, 0.128, np.zeros(4 * WINDOW, np.float32), (0.0, 0.6, 0.8, 0.4))
    assert evidence_of(segment).windows == 2
    assert evidence_of(segment).probability == pytest.approx(0.7)
    assert evidence_of(Segment(0.0, 0.0, np.zeros(0, np.float32), ())) == Evidence(0, 0.0, 0.0, 0.0)


def test_an_unknown_language_keeps_its_utterances_without_words(tmp_path: Path) -> None:
    class Silent(CountingTranscriber):
        def transcribe(self, clips, language, phrases=()):  # type: ignore[no-untyped-def]
            return [Transcript(text="", words=(), confidence=None, language=language) for _ in clips]

    path = write_audio(tmp_path / "talk.wav", say("Nobody told me about it.", pause_s=0.7))
    result = analyze_unit(request_for(path, language="fr"), Engines(Silent(), None), path)
    assert [(utterance.text, utterance.language) for utterance in result.utterances] == [("", "fr")]
    assert result.no_speech == ()
