"""Speech and audio files for tests: espeak-ng says a sentence, PyAV writes it in any container.

The `espeak-ng` binary speaks where it is installed; otherwise the library of the `espeakng-loader`
wheel does.
"""

from __future__ import annotations

import ctypes
import functools
import io
import shutil
import subprocess
import threading
import wave
from dataclasses import dataclass
from pathlib import Path

import av
import espeakng_loader
import numpy as np
import numpy.typing as npt
from scipy.signal import resample_poly

SPEECH_RATE_HZ = 16_000
DEFAULT_CODECS = {
    ".wav": "pcm_s16le",
    ".flac": "flac",
    ".mp3": "libmp3lame",
    ".ogg": "libopus",
    ".webm": "libopus",
    ".mkv": "libopus",
    ".m4a": "aac",
    ".mp4": "aac",
    ".mov": "aac",
}


def say(
    text: str, voice: str = "en-us", rate_wpm: int = 150, gain_db: float = 0.0, pause_s: float = 0.0
) -> npt.NDArray[np.float32]:
    """Speak `text`.

    `voice` is an espeak-ng voice (`en-us`, `en-gb`, `ko`); `gain_db` changes the level; `pause_s` of digital
    silence is put before and after. Returns (time,) float32 in [-1, 1] at 16 kHz, a fresh copy.
    """
    speech = _speak(text, voice, rate_wpm)
    loud = np.clip(speech * 10.0 ** (gain_db / 20.0), -1.0, 1.0)
    return np.pad(loud, int(pause_s * SPEECH_RATE_HZ)).astype(np.float32)


def silence(seconds: float, rate_hz: int = SPEECH_RATE_HZ) -> npt.NDArray[np.float32]:
    """(time,) float32 zeros."""
    return np.zeros(round(seconds * rate_hz), np.float32)


def noise(seconds: float, level_db: float = -30.0, seed: int = 0) -> npt.NDArray[np.float32]:
    """White noise of `level_db` dBFS RMS: (time,) float32 at 16 kHz."""
    generator = np.random.default_rng(seed)
    samples = generator.standard_normal(round(seconds * SPEECH_RATE_HZ)) * 10.0 ** (level_db / 20.0)
    return np.clip(samples, -1.0, 1.0).astype(np.float32)


def tone(
    frequency_hz: float, seconds: float, rate_hz: int = SPEECH_RATE_HZ, amplitude: float = 0.5
) -> npt.NDArray[np.float32]:
    """A sine: (time,) float32."""
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    return (amplitude * np.sin(2.0 * np.pi * frequency_hz * time_s)).astype(np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """How `write_audio` writes. None: what suits the file name."""

    codec: str | None = None
    format: str | None = None
    channels: int = 1
    """One-dimensional samples are copied to so many channels."""
    bit_rate: int | None = None
    live: bool = False
    """webm without duration and index, as a browser's MediaRecorder writes it."""
    fragmented: bool = False
    """mp4 in fragments without an index, as Safari's MediaRecorder writes it."""
    video: bool = False
    """Adds a moving picture track."""
    sound_delay_s: float = 0.0
    """The sound track begins so much after the pictures."""


def write_audio(
    path: Path | str,
    samples: npt.NDArray[np.float32] | None,
    rate_hz: int = SPEECH_RATE_HZ,
    encoding: Encoding | None = None,
) -> Path:
    """Write `samples`, (time,) or (channels, time) float at `rate_hz`, to `path` and return it.

    None for `samples` leaves out the sound track (with `video`). Codecs that cannot do `rate_hz`
    (opus: 44.1 kHz) get the samples at the next rate that they can do.
    """
    path, encoding = Path(path), encoding or Encoding()
    codec = encoding.codec or DEFAULT_CODECS[path.suffix.lower()]
    options = {"live": "1"} if encoding.live else {}
    if encoding.fragmented:
        options["movflags"] = "frag_every_frame+empty_moov+default_base_moof"
    with av.open(str(path), "w", format=encoding.format, options=options) as container:
        picture = _add_picture(container, path) if encoding.video else None
        sound = None
        if samples is not None:
            planes = np.atleast_2d(samples)
            if planes.shape[0] == 1:
                planes = np.repeat(planes, encoding.channels, axis=0)
            sound = _add_sound(container, codec, planes.shape[0], rate_hz, encoding.bit_rate)
        seconds = 1.0 if samples is None else planes.shape[1] / rate_hz
        if picture is not None:
            for frame_index in range(max(1, int(seconds * 10))):
                pixels = np.full((48, 64, 3), frame_index % 255, np.uint8)
                frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
                frame.pts = frame_index
                container.mux(picture.encode(frame))
            container.mux(picture.encode(None))
        if sound is not None:
            _encode_sound(container, sound, planes, rate_hz, encoding.sound_delay_s)
    return path


def audio_bytes(
    name: str,
    samples: npt.NDArray[np.float32],
    rate_hz: int = SPEECH_RATE_HZ,
    encoding: Encoding | None = None,
) -> bytes:
    """What `write_audio` would put into a file called `name`."""
    codec = (encoding or Encoding()).codec or DEFAULT_CODECS[Path(name).suffix.lower()]
    formats = {".m4a": "mp4", ".mov": "mov", ".mkv": "matroska"}
    suffix = Path(name).suffix.lower()
    buffer = io.BytesIO()
    planes = np.atleast_2d(samples)
    with av.open(buffer, "w", format=formats.get(suffix, suffix[1:])) as container:
        _encode_sound(
            container, _add_sound(container, codec, planes.shape[0], rate_hz, None), planes, rate_hz
        )
    return buffer.getvalue()


def _add_picture(container: av.container.OutputContainer, path: Path) -> av.VideoStream:
    stream = container.add_stream("libvpx" if path.suffix == ".webm" else "mpeg4", rate=10)
    stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
    return stream


def _add_sound(
    container: av.container.OutputContainer, codec: str, channels: int, rate_hz: int, bit_rate: int | None
) -> av.AudioStream:
    capabilities = av.Codec(codec, "w")
    rates = sorted(capabilities.audio_rates or [rate_hz])
    encoded_rate_hz = next((rate for rate in rates if rate >= rate_hz), rates[-1])
    stream = container.add_stream(codec, rate=encoded_rate_hz)
    stream.layout = _layout(channels)
    stream.format = capabilities.audio_formats[0]
    if bit_rate is not None:
        stream.bit_rate = bit_rate
    if channels > 2 and codec == "libopus":
        stream.options = {"mapping_family": "1"}
    return stream


def _encode_sound(
    container: av.container.OutputContainer,
    stream: av.AudioStream,
    planes: npt.NDArray[np.float32],
    rate_hz: int,
    delay_s: float = 0.0,
) -> None:
    resampler = av.AudioResampler(format=stream.format, layout=stream.layout, rate=stream.rate)
    for start in range(0, planes.shape[1], rate_hz):
        interleaved = np.ascontiguousarray(planes[:, start : start + rate_hz].T, dtype=np.float32)
        frame = av.AudioFrame.from_ndarray(
            interleaved.reshape(1, -1), format="flt", layout=_layout(planes.shape[0])
        )
        frame.sample_rate = rate_hz
        frame.pts = start + round(delay_s * rate_hz)
        for resampled in resampler.resample(frame):
            container.mux(stream.encode(resampled))
    for resampled in resampler.resample(None):
        container.mux(stream.encode(resampled))
    container.mux(stream.encode(None))


def _layout(channels: int) -> str:
    return {1: "mono", 2: "stereo", 3: "2.1", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}[channels]


@functools.lru_cache(maxsize=64)
def _speak(text: str, voice: str, rate_wpm: int) -> npt.NDArray[np.float32]:
    if shutil.which("espeak-ng"):
        command = ["espeak-ng", "-v", voice, "-s", str(rate_wpm), "--stdout", text]
        spoken = subprocess.run(command, check=True, capture_output=True).stdout
        with wave.open(io.BytesIO(spoken)) as reader:
            rate_hz, pcm = reader.getframerate(), reader.readframes(10**9)
    else:
        rate_hz, pcm = _library().speak(text, voice, rate_wpm)
    samples = np.frombuffer(pcm, "<i2").astype(np.float64) / 32768.0
    divisor = int(np.gcd(rate_hz, SPEECH_RATE_HZ))
    speech = resample_poly(samples, SPEECH_RATE_HZ // divisor, rate_hz // divisor).astype(np.float32)
    speech.setflags(write=False)
    return speech


class _Library:
    """The espeak-ng library of the wheel, driven through its C interface (speak_lib.h)."""

    _OUTPUT_SYNCHRONOUS, _CHARS_UTF8, _RATE, _OK = 2, 1, 1, 0

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._chunks: list[bytes] = []
        self._espeak = ctypes.CDLL(espeakng_loader.get_library_path())
        data = espeakng_loader.get_data_path().encode()
        self.rate_hz = self._espeak.espeak_Initialize(self._OUTPUT_SYNCHRONOUS, 0, data, 0)
        if self.rate_hz <= 0:
            raise RuntimeError("the espeak-ng library does not start; install Debian's espeak-ng")
        callback_type = ctypes.CFUNCTYPE(
            ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
        )
        self._callback = callback_type(self._collect)
        self._espeak.espeak_SetSynthCallback(self._callback)

    def _collect(self, samples: ctypes.Array[ctypes.c_short], count: int, _events: int) -> int:
        if samples and count > 0:
            self._chunks.append(ctypes.string_at(samples, count * 2))
        return 0

    def speak(self, text: str, voice: str, rate_wpm: int) -> tuple[int, bytes]:
        """Sample rate in hertz and 16-bit little-endian mono PCM."""
        encoded = text.encode()
        with self._lock:
            self._chunks.clear()
            if self._espeak.espeak_SetVoiceByName(voice.encode()) != self._OK:
                raise ValueError(f"espeak-ng has no voice {voice!r}")
            self._espeak.espeak_SetParameter(self._RATE, rate_wpm, 0)
            self._espeak.espeak_Synth(encoded, len(encoded) + 1, 0, 0, 0, self._CHARS_UTF8, None, None)
            self._espeak.espeak_Synchronize()
            return self.rate_hz, b"".join(self._chunks)


@functools.lru_cache(maxsize=1)
def _library() -> _Library:
    return _Library()
