"""The program that hears for live captions: its questions, in pieces and together."""

from __future__ import annotations

import io

import numpy as np
import pytest

from inference_worker.voice_detector.detector import Ear, hear
from inference_worker.voice_detector.protocol import ANSWER, HEADER, WINDOW, WINDOW_BYTES, farewell, question
from inference_worker.voice_detector.service import serve, take_batch
from tests import speech

PCM = np.round(speech.say("turn on the light please")[: 40 * WINDOW] * 32767.0).astype("<i2").tobytes()


class InPieces(io.BytesIO):
    """A pipe that gives a little at a time."""

    def read1(self, size: int | None = -1, /) -> bytes:
        return super().read1(700)


def heard_of(requests: io.BytesIO) -> list[tuple[float, float]]:
    answers = io.BytesIO()
    serve(requests, answers)
    return [(probability, power) for probability, power in ANSWER.iter_unpack(answers.getvalue())]


def expected_of(pcm: bytes) -> list[float]:
    sound = np.frombuffer(pcm, "<i2").astype(np.float32).reshape(-1, WINDOW) / 32768.0
    return hear([Ear()], [sound])[0][0]


def test_a_question_is_at_most_a_second() -> None:
    asked = question(7, PCM)
    assert HEADER.unpack_from(asked) == (7, 31)
    assert HEADER.unpack_from(asked, HEADER.size + 31 * WINDOW_BYTES) == (7, 9)
    assert len(asked) == 2 * HEADER.size + len(PCM)
    assert question(7, b"") == b""


def test_a_batch_holds_each_stream_once_and_nothing_unfinished() -> None:
    one = bytes(WINDOW_BYTES)
    waiting = bytearray(question(1, one) + farewell(2) + question(1, one) + question(3, one)[:-1])
    assert take_batch(waiting) == [(1, one), (2, b"")]
    assert take_batch(waiting) == [(1, one)]
    assert take_batch(waiting) == []
    assert take_batch(bytearray(waiting + b"\0")) == [(3, one)]


@pytest.mark.parametrize("pipe", [io.BytesIO, InPieces])
def test_answers_come_in_the_order_of_the_questions(pipe: type[io.BytesIO]) -> None:
    silence = bytes(2 * WINDOW_BYTES)
    found = heard_of(pipe(question(1, PCM) + question(2, silence) + farewell(1) + question(1, PCM)))
    once = expected_of(PCM)
    assert max(once) > 0.9
    assert [probability for probability, _ in found[:40]] == pytest.approx(once, abs=1e-4)
    assert found[40:42] == [(0.0, 0.0)] * 2
    # Forgotten, so heard anew.
    assert [probability for probability, _ in found[42:]] == pytest.approx(once, abs=1e-4)
