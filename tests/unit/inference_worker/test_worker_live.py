"""Live requests: what is done first, what is left out, and what comes back."""

from __future__ import annotations

import base64
import contextlib
import threading
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from celery import Celery

from inference_worker.contract import LIVE_MAX_AUDIO_S, CueBaseline, EmotionAdaptation, LiveRequest
from inference_worker.errors import InferenceFailedError
from inference_worker.live import decode_audio, listen
from inference_worker.live_lane import LiveLane, Waiting, choose, expiry
from inference_worker.registry import Engines
from tests.unit.inference_worker.engine_doubles import (
    AngryClassifier,
    Clip,
    CountingTranscriber,
    engine_doubles,
)


def live_request(**changes: Any) -> LiveRequest:
    given: dict[str, Any] = {
        "stream_id": "s",
        "utterance": 0,
        "revision": 1,
        "final": True,
        "language": "en",
        "start_s": 2.0,
        "audio": base64.b64encode(np.full(16000, 1000, "<i2").tobytes()).decode(),
    }
    return LiveRequest(**{**given, **changes})


def waiting(expires_at: float | None = None, **changes: Any) -> Waiting:
    return Waiting(live_request(**changes), expires_at, None)


def test_audio_becomes_samples() -> None:
    audio = base64.b64encode(np.array([0, 16384, -32768], "<i2").tobytes()).decode()
    assert decode_audio(live_request(audio=audio)).tolist() == [0.0, 0.5, -1.0]


@pytest.mark.parametrize(
    ("audio", "code"),
    [
        ("no base64!", "audio_unreadable"),
        (base64.b64encode(b"abc").decode(), "audio_unreadable"),
        (base64.b64encode(bytes(int(LIVE_MAX_AUDIO_S * 32000) + 2)).decode(), "audio_too_long"),
    ],
)
def test_audio_that_is_none_fails_for_good(audio: str, code: str) -> None:
    (result,) = listen([live_request(audio=audio)], engine_doubles()[0])
    assert (result.heard, result.failure, result.retryable) == (None, code, False)


def test_times_count_from_the_start_of_the_stream() -> None:
    (result,) = listen([live_request(revision=7)], engine_doubles()[0])
    assert result.heard is not None
    assert (result.heard.start_s, result.heard.end_s, result.heard.words[0].start_s) == (2.0, 3.0, 2.1)
    assert (result.utterance, result.revision, result.final, result.failure) == (0, 7, True, None)


def test_emotion_is_asked_only_for_those_that_want_it() -> None:
    engines, _, emotion = engine_doubles(batch_size=2)
    first, second = listen([live_request(want_emotion=False), live_request()], engines)
    assert emotion.asked == 1
    assert first.heard is not None
    assert second.heard is not None
    assert (first.heard.emotion, first.emotion_engine) == (None, None)
    assert getattr(second.heard.emotion, "label", None) == "angry"


class LoudClipsFail(CountingTranscriber):
    def transcribe(self, clips: Any, language: str | None, phrases: Any = ()) -> Any:
        if any(np.abs(clip).max() > 0.5 for clip in clips):
            raise InferenceFailedError("too loud")
        return super().transcribe(clips, language, phrases)


def test_nobody_fails_for_another_ones_sound() -> None:
    engines = Engines(LoudClipsFail(batch_size=4), AngryClassifier())
    loud: Clip = np.full(1600, 32000, "<i2")
    results = listen([live_request(), live_request(audio=base64.b64encode(loud.tobytes()).decode())], engines)
    assert [(r.failure, r.retryable) for r in results] == [(None, False), ("inference_failed", True)]


def test_an_unforeseen_error_is_a_failure_that_may_pass() -> None:
    engines = engine_doubles(error=RuntimeError("boom"))[0]
    (result,) = listen([live_request()], engines)
    assert (result.failure, result.retryable) == ("inference_failed", True)


def test_finals_come_first_and_the_newest_interim_next() -> None:
    first, second = waiting(stream_id="a", final=False), waiting(stream_id="b", final=False)
    old, new = waiting(stream_id="c"), waiting(stream_id="d")
    assert choose([first, old, second, new], 3, 0.0) == ([old, new, second], [])


def test_an_interim_gives_way_to_a_newer_one_and_to_its_final() -> None:
    stale, newer = waiting(final=False, revision=1), waiting(final=False, revision=2)
    assert choose([stale, newer], 4, 0.0) == ([newer], [stale])
    final = waiting(final=True, revision=3)
    assert choose([newer, final], 4, 0.0) == ([final], [newer])


def test_an_interim_expires_and_a_final_never_does() -> None:
    interim, final = waiting(100.0, final=False, stream_id="a"), waiting(100.0, stream_id="b")
    assert choose([interim, final], 4, 100.5) == ([final], [interim])
    assert choose([interim, final], 4, 99.5) == ([final, interim], [])


def test_an_older_final_is_not_dropped_for_a_newer_utterance() -> None:
    old, new = waiting(utterance=0), waiting(utterance=1)
    assert choose([old, new], 4, 0.0) == ([old, new], [])


def test_a_batch_is_of_one_language() -> None:
    korean, english = waiting(language="ko"), waiting(language="en", stream_id="b")
    assert choose([korean, english], 4, 0.0) == ([korean], [])


def test_celerys_expiry_is_read() -> None:
    assert expiry(None) is None
    assert expiry(12) == 12.0
    assert expiry("1970-01-01T00:01:00+00:00") == 60.0
    assert expiry("1970-01-01T00:01:00") == 60.0


def sample(level: float, seconds: float = 1.0) -> str:
    """A voice-like sound at a level, as a request carries it."""
    time_s = np.arange(round(16000 * seconds)) / 16000
    tone = sum(np.sin(2 * np.pi * 120 * k * time_s) / k for k in range(1, 20))
    return base64.b64encode(np.round(tone / np.abs(tone).max() * level * 32767).astype("<i2")).decode()


def test_what_sets_a_final_apart_is_measured_beside_its_talk() -> None:
    engines = engine_doubles()[0]
    usual = None
    for _ in range(4):
        (calm,) = listen([live_request(audio=sample(0.1), cue_baseline=usual)], engines)
        assert calm.heard is not None
        assert calm.heard.cues is not None
        assert "loud" not in calm.heard.cues.words
        assert calm.cue_step is not None
        usual = (usual or CueBaseline()).joined(calm.cue_step)
    assert usual is not None
    assert usual.loudness_db.count == 4
    (loud,) = listen([live_request(audio=sample(0.9), cue_baseline=usual)], engines)
    assert loud.heard is not None
    assert loud.heard.cues is not None
    assert "loud" in loud.heard.cues.words


def test_an_interim_and_who_wants_no_emotion_get_no_cues() -> None:
    engines = engine_doubles(batch_size=2)[0]
    for result in listen([live_request(final=False), live_request(want_emotion=False)], engines):
        assert result.heard is not None
        assert (result.heard.cues, result.cue_step) == (None, None)


class NotingClassifier(AngryClassifier):
    def __init__(self) -> None:
        super().__init__()
        self.adaptations: list[EmotionAdaptation | None] = []

    def classify(self, clips: Any, adaptation: EmotionAdaptation | None = None) -> Any:
        self.adaptations += [adaptation] * len(clips)
        return super().classify(clips, adaptation)


def test_each_stream_is_heard_with_the_adaptation_of_its_own_person() -> None:
    classifier = NotingClassifier()
    mine = EmotionAdaptation(engine="angry/1", width=0, table="AAA=", samples=9)
    requests = [
        live_request(emotion_adaptation=mine),
        live_request(stream_id="t"),
        live_request(stream_id="u"),
    ]
    listen(requests, Engines(CountingTranscriber(batch_size=4), classifier))
    assert classifier.adaptations == [mine, None, None]


class HangingTranscriber(CountingTranscriber):
    def __init__(self) -> None:
        super().__init__(batch_size=4)
        self.entered, self.go_on = threading.Event(), threading.Event()

    def transcribe(self, clips: Any, language: str | None, phrases: Any = ()) -> Any:
        self.entered.set()
        assert self.go_on.wait(20)
        return super().transcribe(clips, language, phrases)


def test_the_lane_says_for_how_long_it_has_been_decoding() -> None:
    transcriber = HangingTranscriber()
    registry: Any = SimpleNamespace(using_live=lambda: contextlib.nullcontext(Engines(transcriber, None)))
    sent: list[Any] = []
    lane = LiveLane(Celery("unused", set_as_current=False), registry, sent.append, threading.Event())
    acknowledged = threading.Event()
    lane._waiting = [Waiting(live_request(), None, SimpleNamespace(ack=acknowledged.set))]
    assert lane.working_s() == 0.0
    work = threading.Thread(target=lane._work)
    work.start()
    assert transcriber.entered.wait(20)
    first_s = lane.working_s()
    assert 0.0 < first_s <= lane.working_s()
    transcriber.go_on.set()
    work.join(20)
    assert lane.working_s() == 0.0
    assert acknowledged.is_set()
    assert len(sent) == 1


def test_each_stream_has_the_vocabulary_of_its_own_person() -> None:
    engines, transcriber, _ = engine_doubles(batch_size=4)
    listen([live_request(vocabulary=("Minji",)), live_request(stream_id="t")], engines)
    assert transcriber.phrases_asked == [("Minji",), ()]
