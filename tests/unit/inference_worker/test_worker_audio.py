"""Decoding: every container, rate and channel count comes out as the same mono 16 kHz sound."""

from __future__ import annotations

import itertools
import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from inference_worker.audio import decode, probe, read_blocks
from inference_worker.audio_mono import LOUDEST, SAMPLE_RATE_HZ, DcBlocker, Downmix
from inference_worker.errors import (
    AudioEmptyError,
    AudioNoSoundTrackError,
    AudioUnavailableError,
    AudioUnreadableError,
    InferenceError,
)
from tests.speech import Encoding, noise, say, silence, tone, write_audio

Samples = npt.NDArray[np.float32]

LOSSLESS = [".wav", ".flac"]
LOSSY = [".mp3", ".ogg", ".webm", ".mkv", ".m4a", ".mp4", ".mov"]
RATES_HZ = [8_000, 44_100, 48_000, 192_000]
CHANNELS = [1, 2, 6, 8]


def peak_frequency_hz(samples: Samples) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum)) * SAMPLE_RATE_HZ / len(samples)


@pytest.mark.parametrize("suffix", LOSSLESS)
@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("channels", CHANNELS)
def test_lossless_sound_is_kept_sample_by_sample(
    tmp_path: Path, suffix: str, rate_hz: int, channels: int
) -> None:
    sine = tone(440, 1.3, rate_hz)
    path = write_audio(tmp_path / f"tone{suffix}", sine, rate_hz, Encoding(channels=channels))
    info = probe(path)
    assert (info.rate_hz, info.channels, info.duration_s) == (rate_hz, channels, 1.3)
    decoded = decode(path)
    assert decoded.dtype == np.float32
    assert len(decoded) == 20_800
    settled = slice(3200, -320)
    # The high-pass against constant offsets turns 440 Hz by 1.6 degrees.
    np.testing.assert_allclose(decoded[settled], tone(440, 1.3)[settled], atol=0.02)


@pytest.mark.parametrize(
    ("suffix", "rate_hz", "channels"),
    [
        case
        for case in itertools.product(LOSSY, RATES_HZ, CHANNELS)
        if not (case[0] == ".mp3" and case[2] > 2)
    ],
)
def test_lossy_sound_keeps_frequency_level_and_length(
    tmp_path: Path, suffix: str, rate_hz: int, channels: int
) -> None:
    sine = tone(440, 1.3, rate_hz)
    encoding = Encoding(channels=channels, bit_rate=64_000 * channels if suffix != ".mp3" else None)
    path = write_audio(tmp_path / f"tone{suffix}", sine, rate_hz, encoding)
    assert probe(path).duration_s == pytest.approx(1.3, abs=0.04 if suffix != ".mp3" else 0.1)
    decoded = decode(path)
    assert len(decoded) / SAMPLE_RATE_HZ == pytest.approx(1.3, abs=0.13)
    middle = decoded[4000:16_000]
    assert peak_frequency_hz(middle) == pytest.approx(440, abs=2)
    # Most lossy codecs take 440 Hz out of the bass channel of 5.1 and 7.1, and with it its share of the mean.
    lost = 0.0 if channels < 6 else 1.0 / channels
    assert (1.0 - lost) * 0.32 < np.sqrt(np.mean(middle**2)) < 0.38


@pytest.mark.parametrize("codec", ["pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_f32le", "pcm_f64le"])
def test_every_sample_format_of_wav(tmp_path: Path, codec: str) -> None:
    path = write_audio(tmp_path / "tone.wav", tone(300, 0.5), encoding=Encoding(codec=codec))
    decoded = decode(path)
    assert len(decoded) == 8000
    np.testing.assert_allclose(decoded[3200:], tone(300, 0.5)[3200:], atol=0.03)


def live_webm(path: Path, samples: Samples) -> Path:
    return write_audio(path, samples, encoding=Encoding(live=True))


def test_browser_recording_without_duration_is_measured_by_its_packets(tmp_path: Path) -> None:
    path = live_webm(tmp_path / "browser.webm", tone(440, 12.0))
    assert probe(path).duration_s == pytest.approx(12.0, abs=0.03)


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("a.wav", Encoding(channels=2)),
        ("a.flac", Encoding()),
        ("a.mp3", Encoding(bit_rate=64_000)),
        ("a.ogg", Encoding()),
        ("a.webm", Encoding()),
        ("live.webm", Encoding(live=True)),
        ("a.m4a", Encoding()),
        ("video.mp4", Encoding(video=True)),
        ("video.webm", Encoding(video=True)),
        ("a.aac", Encoding(codec="aac", format="adts")),
        ("a.mkv", Encoding(codec="aac")),
    ],
)
@pytest.mark.parametrize("rate_hz", [16_000, 44_100])
def test_decoding_from_a_time_gives_what_decoding_all_gives(
    tmp_path: Path, name: str, encoding: Encoding, rate_hz: int
) -> None:
    generator = np.random.default_rng(7)
    sound = np.cumsum(generator.standard_normal(rate_hz * 20)).astype(np.float32)
    sound = (0.3 * np.sin(sound / np.abs(sound).max() * 400)).astype(np.float32)
    path = write_audio(tmp_path / name, sound, rate_hz, encoding)
    whole = decode(path)
    for start_s in (0.0, 0.01, 0.7, 3.14159, 12.5, 19.6):
        begin = round(start_s * SAMPLE_RATE_HZ)
        part = np.concatenate(list(read_blocks(path, start_s)))
        expected = whole[begin:]
        assert abs(len(part) - len(expected)) <= 16  # time stamps of webm are whole milliseconds
        length = min(len(part), len(expected), 8000)
        assert best_shift(part[:length], expected[:length]) <= 16
        if name in {"a.wav", "a.flac"}:
            np.testing.assert_allclose(part[:length], expected[:length], atol=2e-3)


def best_shift(part: Samples, expected: Samples) -> int:
    """By how many samples `part` must be moved to fit `expected` best."""
    products = np.correlate(np.pad(part, 400), expected, "valid")
    return abs(int(np.argmax(products)) - 400)


def test_nothing_comes_after_the_end(tmp_path: Path) -> None:
    path = write_audio(tmp_path / "short.wav", tone(440, 0.2))
    assert list(read_blocks(path, 0.2)) == []
    assert list(read_blocks(path, 99.0)) == []


def test_blocks_are_even_and_join_to_the_whole(tmp_path: Path) -> None:
    path = write_audio(tmp_path / "a.flac", noise(3.21))
    blocks = list(read_blocks(path, block_s=0.5))
    assert [len(block) for block in blocks] == [8000] * 6 + [3360]
    np.testing.assert_array_equal(np.concatenate(blocks), decode(path))


def test_not_a_number_and_infinity_count_as_silence(tmp_path: Path) -> None:
    sound = tone(440, 1.0, 48_000)
    sound[1000:1010], sound[30_000], sound[40_000] = np.nan, np.inf, -np.inf
    path = write_audio(tmp_path / "nan.wav", sound, 48_000, Encoding(codec="pcm_f32le"))
    decoded = decode(path)
    assert len(decoded) == 16_000
    assert np.isfinite(decoded).all()
    assert np.abs(decoded).max() < 0.7


def test_what_is_louder_than_sound_can_be_is_cut_off(tmp_path: Path) -> None:
    sound = tone(440, 1.0, 48_000)
    sound[20_000:20_010] = 3e38
    path = write_audio(tmp_path / "loud.wav", sound, 48_000, Encoding(codec="pcm_f32le"))
    decoded = decode(path)
    assert 1.0 < np.abs(decoded).max() < 4 * LOUDEST
    assert np.abs(decoded[:6000]).max() < 0.7


@pytest.mark.parametrize("channels", [65, 255])
def test_more_channels_than_can_be_mixed_are_unreadable(tmp_path: Path, channels: int) -> None:
    path = tmp_path / "many.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, 2, 16_000, 0, "NONE", ""))
        file.writeframes(bytes(channels * 2 * 1600))
    with pytest.raises(AudioUnreadableError):
        decode(path)


def test_constant_offset_is_taken_away(tmp_path: Path) -> None:
    path = write_audio(tmp_path / "dc.wav", tone(440, 2.0, amplitude=0.1) + np.float32(0.5))
    decoded = decode(path)
    assert abs(float(decoded[8000:].mean())) < 1e-3
    assert np.abs(decoded).max() < 0.12


def test_channels_in_opposite_phase_do_not_cancel(tmp_path: Path) -> None:
    sine = tone(440, 1.0)
    path = write_audio(tmp_path / "phase.wav", np.stack([sine, -0.9 * sine]).astype(np.float32))
    assert np.sqrt(np.mean(decode(path)[8000:] ** 2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.02)


def test_one_speaking_channel_of_eight_is_heard() -> None:
    frames = np.zeros((1600, 8), np.float32)
    frames[:, 5] = tone(440, 0.1)
    np.testing.assert_allclose(Downmix()(frames, SAMPLE_RATE_HZ), frames[:, 5] / 8, atol=1e-6)


def test_offset_filter_gives_the_same_in_pieces() -> None:
    sound = noise(1.0) + np.float32(0.2)
    whole, blocker = DcBlocker()(sound), DcBlocker()
    pieces = np.concatenate([blocker(piece) for piece in np.array_split(sound, 7)])
    np.testing.assert_allclose(pieces, whole, atol=1e-6)


def test_sound_that_starts_late_in_a_video_keeps_its_time(tmp_path: Path) -> None:
    path = write_audio(tmp_path / "v.mp4", tone(440, 1.0), encoding=Encoding(video=True, sound_delay_s=2.0))
    decoded = decode(path)
    assert np.abs(decoded[:30_000]).max() < 0.01
    assert np.sqrt(np.mean(decoded[36_000:44_000] ** 2)) > 0.3
    later = np.concatenate(list(read_blocks(path, 1.0)))
    assert best_shift(later[12_000:28_000], decode(path)[28_000:44_000]) <= 16


# What is not a recording, or a broken one


def damaged(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("empty.wav", b"", AudioEmptyError),
        ("document.wav", b"%PDF-1.7\n1 0 obj\nstream\n" + bytes(range(256)) * 400, AudioUnreadableError),
        ("document.mp3", b"%PDF-1.7\n1 0 obj\nstream\n" + bytes(range(256)) * 400, AudioUnreadableError),
        ("text.webm", b"These are words, not sounds.\n" * 1000, AudioUnreadableError),
        ("zeros.m4a", bytes(50_000), AudioUnreadableError),
        ("random.mp3", np.random.default_rng(1).bytes(200_000), AudioUnreadableError),
        ("list.wav", b"#EXTM3U\n#EXTINF:10,\nfile:///etc/hostname\n", AudioUnreadableError),
        ("list", b"ffconcat version 1.0\nfile '/etc/hostname'\n", AudioUnreadableError),
    ],
)
def test_what_is_not_audio_is_refused(
    tmp_path: Path, name: str, content: bytes, error: type[InferenceError]
) -> None:
    path = damaged(tmp_path / name, content)
    with pytest.raises(error) as failure:
        decode(path)
    assert failure.value.retryable is False
    assert str(failure.value).endswith(".")


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(AudioUnavailableError, match="cannot be opened"):
        probe(tmp_path / "none.wav")


def test_header_without_samples_is_empty(tmp_path: Path) -> None:
    path = write_audio(tmp_path / "header.wav", silence(1.0))
    header_only = damaged(tmp_path / "empty.wav", path.read_bytes()[:78])
    with pytest.raises(AudioEmptyError):
        decode(header_only)


@pytest.mark.parametrize("suffix", [".mp4", ".webm", ".mov"])
def test_video_without_sound(tmp_path: Path, suffix: str) -> None:
    path = write_audio(tmp_path / f"mute{suffix}", None, encoding=Encoding(video=True))
    with pytest.raises(AudioNoSoundTrackError):
        probe(path)


@pytest.mark.parametrize("suffix", [".mp4", ".webm", ".mov"])
def test_video_with_sound(tmp_path: Path, suffix: str) -> None:
    path = write_audio(tmp_path / f"talk{suffix}", tone(440, 2.0), encoding=Encoding(video=True))
    assert peak_frequency_hz(decode(path)[4000:28_000]) == pytest.approx(440, abs=2)


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".mp3", ".ogg", ".webm"])
@pytest.mark.parametrize("kept", [0.5, 0.77])
def test_a_file_cut_off_gives_what_is_there(tmp_path: Path, suffix: str, kept: float) -> None:
    path = write_audio(
        tmp_path / f"whole{suffix}", say("one two three four five six seven eight nine ten", pause_s=2.0)
    )
    whole, content = decode(path), path.read_bytes()
    cut = damaged(tmp_path / f"cut{suffix}", content[: int(len(content) * kept)])
    part = decode(cut)
    assert len(whole) * 0.3 < len(part) < len(whole)
    length = int(len(part) * 0.8)
    np.testing.assert_allclose(part[3200:length], whole[3200:length], atol=0.02)


@pytest.mark.parametrize("suffix", [".flac", ".mp3", ".ogg", ".webm", ".m4a"])
def test_damage_in_the_middle_is_stepped_over(tmp_path: Path, suffix: str) -> None:
    path = write_audio(tmp_path / f"whole{suffix}", tone(440, 18.0))
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 300] = np.random.default_rng(3).bytes(300)
    decoded = decode(damaged(tmp_path / f"damaged{suffix}", bytes(content)))
    assert len(decoded) / SAMPLE_RATE_HZ == pytest.approx(18.0, abs=0.5)
    assert peak_frequency_hz(decoded[:64_000]) == pytest.approx(440, abs=1)
    # webm is read again from its next cluster on (5 s here); until there it is silent.
    assert peak_frequency_hz(decoded[-48_000:]) == pytest.approx(440, abs=1)


def test_a_fifth_of_a_second(tmp_path: Path) -> None:
    for suffix in (*LOSSLESS, *LOSSY):
        path = write_audio(tmp_path / f"blip{suffix}", tone(440, 0.2))
        assert 0.19 <= len(decode(path)) / SAMPLE_RATE_HZ <= 0.35
