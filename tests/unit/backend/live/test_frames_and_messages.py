"""What clients send: frames and messages, good and bad."""

from __future__ import annotations

import contextlib
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.live.errors import LiveProblem, MalformedFrameError, MalformedMessageError, UnsupportedSoundError
from backend.live.frames import FORM_OPUS, Frame, FrameReader, pack
from backend.live.parsing import parse_message, parse_samples, parse_start

STREAM = "6f1c1f0e-3f0e-4a52-8d0f-3f7f8e0d1a01"
START: dict[str, Any] = {"type": "start", "stream_id": STREAM, "sample_rate_hz": 16000, "language": "ko"}


@given(
    first=st.integers(0, 2**32 - 1),
    pcm=st.binary(min_size=2, max_size=3200).filter(lambda b: len(b) % 2 == 0),
)
def test_a_frame_comes_back(first: int, pcm: bytes) -> None:
    assert FrameReader().read(pack(first, pcm)) == Frame(first, pcm)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", MalformedFrameError),
        (pack(0, b""), MalformedFrameError),
        (pack(0, b"abc"), MalformedFrameError),
        (pack(0, bytes(32_002)), MalformedFrameError),
        (b"\x02" + pack(0, b"ab")[1:], UnsupportedSoundError),
        (b"\x01\x02" + pack(0, b"ab")[2:], UnsupportedSoundError),
        (pack(0, b"", FORM_OPUS), MalformedFrameError),
        (pack(0, bytes(4001), FORM_OPUS), MalformedFrameError),
        (pack(0, b"\xff\x3f", FORM_OPUS), MalformedFrameError),
        (b"\x01\x00\x01" + pack(0, b"ab")[3:], UnsupportedSoundError),
    ],
)
def test_a_bad_frame_is_named(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        FrameReader().read(data)


@given(st.binary(max_size=40))
def test_any_bytes_are_a_frame_or_a_problem(data: bytes) -> None:
    with contextlib.suppress(MalformedFrameError, UnsupportedSoundError):
        assert len(FrameReader().read(data).pcm) % 2 == 0


def test_a_start_is_read() -> None:
    start = parse_start({**START, "pause_s": 1, "finals_from": 3, "conversation_id": STREAM})
    assert start.new.stream_id == start.new.conversation_id == uuid.UUID(STREAM)
    assert (start.new.language, start.new.pause_s, start.finals_from) == ("ko", 1.0, 3)
    least = parse_start({**START, "language": None})
    assert (least.new.language, least.new.pause_s, least.finals_from) == (None, 0.6, None)
    assert least.new.conversation_id is None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"type": "stop"}, "malformed_message"),
        ({"sample_rate_hz": 48000}, "unsupported_sound"),
        ({"sample_rate_hz": None}, "unsupported_sound"),
        ({"language": "xx"}, "malformed_message"),
        ({"stream_id": "x"}, "malformed_message"),
        ({"stream_id": None}, "malformed_message"),
        ({"conversation_id": 5}, "malformed_message"),
        ({"pause_s": 0.1}, "malformed_message"),
        ({"pause_s": float("nan")}, "malformed_message"),
        ({"pause_s": "1"}, "malformed_message"),
        ({"finals_from": -1}, "malformed_message"),
        ({"finals_from": 1.5}, "malformed_message"),
    ],
)
def test_a_bad_start_is_named(change: dict[str, Any], code: str) -> None:
    with pytest.raises(LiveProblem) as raised:
        parse_start({**START, **change})
    assert raised.value.code == code


@pytest.mark.parametrize("text", ["", "[]", "1", "{", '{"type": 1}', '"x"', "[" * 4000, "x" * 5000])
def test_what_is_no_message(text: str) -> None:
    with pytest.raises(MalformedMessageError):
        parse_message(text)


@pytest.mark.parametrize("value", [None, -1, 2**32, 1.0, "1", True])
def test_what_is_no_number_of_samples(value: object) -> None:
    with pytest.raises(MalformedMessageError):
        parse_samples({"samples": value}, "samples")
