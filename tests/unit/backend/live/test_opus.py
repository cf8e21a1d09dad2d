"""Opus over `/ws/live`: every packet is as many samples as its first byte says, and sounds like what was said."""

from __future__ import annotations

import contextlib
import importlib.util

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.live import opus
from backend.live.errors import MalformedFrameError, UnsupportedSoundError
from backend.live.frames import FORM_OPUS, SAMPLE_RATE_HZ, FrameReader, pack
from tests import speech

LEAD_IN = 104
"""6.5 ms at 16 kHz: what libopus puts before the sound."""


def packets_of(sound: np.ndarray, frame_ms: float, bit_rate: int = 24_000) -> list[bytes]:
    """Packets of libopus for (time,) float32 `sound` at 16 kHz; the last one is filled up with silence."""
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = SAMPLE_RATE_HZ, "mono", "flt"
    encoder.bit_rate = bit_rate
    encoder.options = {"application": "voip", "frame_duration": f"{frame_ms:g}", "vbr": "on"}
    samples = round(frame_ms * SAMPLE_RATE_HZ / 1000)
    found = []
    for begin in range(0, len(sound), samples):
        piece = np.zeros(samples, np.float32)
        piece[: len(sound) - begin] = sound[begin : begin + samples]
        frame = av.AudioFrame.from_ndarray(piece.reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate, frame.pts = SAMPLE_RATE_HZ, begin
        found += [bytes(packet) for packet in encoder.encode(frame)]
    return found


@pytest.mark.parametrize("frame_ms", [2.5, 5, 10, 20, 40, 60, 100, 120])
def test_every_length_of_packets(frame_ms: float) -> None:
    samples = round(frame_ms * SAMPLE_RATE_HZ / 1000)
    sound = speech.say("turn on the light please")
    packets = packets_of(sound, frame_ms)
    reader, position = FrameReader(), 0
    for packet in packets:
        frame = reader.read(pack(position, packet, FORM_OPUS))
        assert (frame.first_sample, frame.samples) == (position, samples)
        position += samples
    assert position == -(-len(sound) // samples) * samples


def test_what_is_heard_is_what_was_said() -> None:
    sound = speech.say("you said it first")
    packets = packets_of(sound, 60)
    reader = FrameReader()
    heard = b"".join(reader.read(pack(960 * i, one, FORM_OPUS)).pcm for i, one in enumerate(packets))
    pcm = np.frombuffer(heard, "<i2").astype(np.float32) / 32768.0
    delayed, said = pcm[LEAD_IN : len(sound)], sound[: len(sound) - LEAD_IN]
    assert np.corrcoef(delayed, said)[0, 1] > 0.9
    assert sum(map(len, packets)) * 8 / (len(sound) / SAMPLE_RATE_HZ) < 30_000, "a tenth of the PCM"


def test_after_a_lost_connection_the_counts_go_on() -> None:
    packets = packets_of(speech.say("turn on the light please"), 20)
    whole, resumed = FrameReader(), FrameReader()
    expected = [whole.read(pack(320 * i, one, FORM_OPUS)) for i, one in enumerate(packets)]
    found = [resumed.read(pack(320 * i, one, FORM_OPUS)) for i, one in enumerate(packets) if i >= 7]
    assert [(one.first_sample, one.samples) for one in found] == [
        (one.first_sample, one.samples) for one in expected[7:]
    ]


def test_a_packet_that_does_not_continue_begins_anew() -> None:
    packets = packets_of(speech.say("you said it first"), 20)
    reader = FrameReader()
    for index in range(20):
        reader.read(pack(320 * index, packets[index], FORM_OPUS))
    again = reader.read(pack(0, packets[0], FORM_OPUS))
    assert again == FrameReader().read(pack(0, packets[0], FORM_OPUS))


def test_forms_may_be_mixed() -> None:
    packets = packets_of(speech.say("you said it first"), 20)
    reader = FrameReader()
    assert reader.read(pack(0, packets[0], FORM_OPUS)).samples == 320
    assert reader.read(pack(320, b"\x01\x00" * 7)).pcm == b"\x01\x00" * 7
    assert reader.read(pack(327, packets[1], FORM_OPUS)).samples == 320


@given(st.binary(min_size=1, max_size=400))
def test_any_bytes_are_sound_of_bounded_length_or_a_problem(packet: bytes) -> None:
    with contextlib.suppress(MalformedFrameError):
        assert 40 <= FrameReader().read(pack(0, packet, FORM_OPUS)).samples <= 1920


def test_a_machine_without_libopus_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opus, "_places", lambda: iter(["libnothing.so.0"]))
    opus._library.cache_clear()
    try:
        assert not opus.is_available()
        with pytest.raises(UnsupportedSoundError):
            FrameReader().read(pack(0, b"\x08\x00", FORM_OPUS))
    finally:
        opus._library.cache_clear()


def test_the_library_that_the_worker_brings_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert importlib.util.find_spec("av") is not None
    monkeypatch.setattr("ctypes.util.find_library", lambda name: None)
    assert any("av.libs" in place for place in opus._places())
