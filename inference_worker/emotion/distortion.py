"""What rooms, microphones, telephones and codecs do to speech: for training, and to measure robustness."""

from __future__ import annotations

import io
from collections.abc import Sequence

import av
import numpy as np
from scipy.signal import butter, fftconvolve, resample_poly, sosfilt

from inference_worker.emotion.base import SAMPLE_RATE_HZ, Clip
from inference_worker.emotion.features import active_power, frame_powers

TELEPHONE_BAND_HZ = (300.0, 3400.0)
SPEED_RATIOS = ((20, 17), (10, 9), (21, 20), (19, 20), (9, 10), (17, 20))
"""Up and down for resampling: 0.85 to 1.18 times as fast, pitch and formants moving along."""
_CODEC_RATE_HZ = 48_000


def change_gain(clip: Clip, gain_db: float) -> Clip:
    """Louder or softer, without clipping."""
    return np.asarray(clip * np.float32(10.0 ** (gain_db / 20.0)), dtype=np.float32)


def coloured_noise(count: int, slope_db_per_octave: float, rng: np.random.Generator) -> Clip:
    """`(count,)` unit-power noise: 0 is white, -3 pink, -6 brown."""
    size = max(count, 16)
    spectrum = np.fft.rfft(rng.standard_normal(size))
    hz = np.maximum(np.fft.rfftfreq(size, 1.0 / SAMPLE_RATE_HZ), 20.0)
    noise = np.fft.irfft(spectrum * (hz / 1000.0) ** (slope_db_per_octave / 6.02), size)[:count]
    return np.asarray(noise / (np.sqrt((noise**2).mean()) + 1e-12), dtype=np.float32)


def add_noise(clip: Clip, noise: Clip, snr_db: float) -> Clip:
    """`clip` with `noise` (repeated or cut to fit) `snr_db` below its active-speech level."""
    if clip.size == 0 or noise.size == 0:
        return clip
    fitted = np.resize(noise, clip.size)
    speech_power = active_power(frame_powers(clip))
    noise_power = float((fitted.astype(np.float64) ** 2).mean()) + 1e-20
    gain = np.float32(np.sqrt(speech_power / noise_power * 10.0 ** (-snr_db / 10.0)))
    return np.asarray(clip + gain * fitted, dtype=np.float32)


def babble(voices: Sequence[Clip], count: int) -> Clip:
    """`(count,)` sum of other people's speech, each at the same level."""
    mixed = np.zeros(count, dtype=np.float32)
    for voice in voices:
        level = active_power(frame_powers(voice)) ** 0.5
        if level > 0.0:
            mixed += np.resize(voice, count) / np.float32(level)
    return mixed


def band_limit(clip: Clip, low_hz: float, high_hz: float) -> Clip:
    """A fourth-order Butterworth band."""
    sos = butter(4, (low_hz, high_hz), btype="bandpass", fs=SAMPLE_RATE_HZ, output="sos")
    return np.asarray(sosfilt(sos, clip), dtype=np.float32)


def tilt_spectrum(clip: Clip, slope_db_per_octave: float) -> Clip:
    """Brighter or darker, as another microphone or distance would make it; 1 kHz stays."""
    if clip.size == 0:
        return clip
    hz = np.maximum(np.fft.rfftfreq(clip.size, 1.0 / SAMPLE_RATE_HZ), 50.0)
    gain = (hz / 1000.0) ** (slope_db_per_octave / 6.02)
    return np.asarray(np.fft.irfft(np.fft.rfft(clip) * gain, clip.size), dtype=np.float32)


def add_room(clip: Clip, decay_s: float, direct_to_reverberant_db: float, rng: np.random.Generator) -> Clip:
    """A room whose echoes fall by 60 dB in `decay_s`: exponentially decaying noise after the direct sound."""
    if clip.size == 0:
        return clip
    count = int(decay_s * SAMPLE_RATE_HZ)
    decay = 10.0 ** (-3.0 * np.arange(count) / max(count, 1))
    tail = rng.standard_normal(count) * decay
    tail[: int(0.002 * SAMPLE_RATE_HZ)] = 0.0
    tail *= 10.0 ** (-direct_to_reverberant_db / 20.0) / (np.sqrt((tail**2).sum()) + 1e-12)
    tail[0] = 1.0
    return np.asarray(fftconvolve(clip, tail)[: clip.size + count // 4], dtype=np.float32)


def change_speed(clip: Clip, ratio: tuple[int, int]) -> Clip:
    """Played slower (up > down) or faster."""
    return np.asarray(resample_poly(clip, *ratio), dtype=np.float32)


def mu_law(clip: Clip) -> Clip:
    """Through the eight bits of a telephone exchange (ITU-T G.711 mu-law curve)."""
    peak = np.float32(np.abs(clip).max(initial=1e-9))
    scaled = clip / peak
    squeezed = np.sign(scaled) * np.log1p(255.0 * np.abs(scaled)) / np.log(256.0)
    coarse = np.round(squeezed * 127.0) / 127.0
    return np.asarray(
        np.sign(coarse) * np.expm1(np.abs(coarse) * np.log(256.0)) / 255.0 * peak, dtype=np.float32
    )


def clip_peaks(clip: Clip, share: float) -> Clip:
    """Cut off the loudest `share` of the samples, as an overdriven microphone does."""
    if clip.size == 0:
        return clip
    limit = np.quantile(np.abs(clip), 1.0 - share)
    return np.asarray(np.clip(clip, -limit, limit), dtype=np.float32)


def through_opus(clip: Clip, bit_rate: int) -> Clip:
    """Encoded and decoded as Opus at `bit_rate` bits a second."""
    stored = io.BytesIO()
    with av.open(stored, "w", format="ogg") as writer:
        stream = writer.add_stream("libopus", rate=_CODEC_RATE_HZ, layout="mono", bit_rate=bit_rate)
        up = av.AudioResampler(format="flt", layout="mono", rate=_CODEC_RATE_HZ, frame_size=960)
        for frame in [*up.resample(_as_frame(clip)), *up.resample(None)]:
            writer.mux(stream.encode(frame))
        writer.mux(stream.encode(None))
    stored.seek(0)
    with av.open(stored, "r") as reader:
        down = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE_HZ)
        decoded = [block for frame in reader.decode(audio=0) for block in down.resample(frame)]
        decoded += down.resample(None)
    sound = np.concatenate([np.zeros(0), *(block.to_ndarray().reshape(-1) for block in decoded)])
    return np.asarray(sound[: clip.size], dtype=np.float32)


def _as_frame(clip: Clip) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(clip[None, :]), format="flt", layout="mono")
    frame.sample_rate = SAMPLE_RATE_HZ
    return frame
