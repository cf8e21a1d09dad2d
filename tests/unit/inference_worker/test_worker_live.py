"""Live requests: what is done first, what is left out, and what comes back."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest

from inference_worker.contract import LIVE_MAX_AUDIO_S, LiveRequest
from inference_worker.errors import InferenceFailedError
from inference_worker.live import decode_audio, listen
from inference_worker.live_lane import Waiting, choose, expiry
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


def test_each_stream_has_the_vocabulary_of_its_own_person() -> None:
    engines, transcriber, _ = engine_doubles(batch_size=4)
    listen([live_request(vocabulary=("Minji",)), live_request(stream_id="t")], engines)
    assert transcriber.phrases_asked == [("Minji",), ()]
