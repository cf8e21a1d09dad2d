"""Whatever people upload: a clear end, the row and the audio kept, nothing stuck, no invented words."""

from __future__ import annotations

import uuid
import wave
from collections.abc import Callable
from pathlib import Path

import httpx
import numpy as np
import pytest
from scipy.signal import resample_poly

from tests import speech
from tests.live_stack import LiveStack, Person
from tests.speech import Encoding

pytestmark = pytest.mark.stack

Maker = Callable[[Path], Path]


def _bytes(name: str, content: bytes) -> Maker:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return make


def _sound(name: str, samples: np.ndarray | None, rate_hz: int = 16_000, **encoding: object) -> Maker:
    return lambda folder: speech.write_audio(
        folder / name,
        samples,
        rate_hz,
        Encoding(**encoding),  # type: ignore[arg-type]
    )


def _header_only(folder: Path) -> Path:
    with wave.open(str(folder / "header.wav"), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
    return folder / "header.wav"


def _truncated(folder: Path) -> Path:
    path = speech.write_audio(folder / "cut.m4a", np.tile(speech.say("you said it first", pause_s=0.5), 4))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path


_PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<<>>\n%%EOF\n" * 20
_NAN = np.full(16_000 * 2, np.nan, np.float32)

FAILING: dict[str, tuple[Maker, str]] = {
    "a PDF called .wav": (_bytes("talk.wav", _PDF), "audio_unreadable"),
    "random bytes": (_bytes("noise.mp3", bytes(range(256)) * 64), "audio_unreadable"),
    "a header without samples": (_header_only, "audio_empty"),
    "pictures without sound": (_sound("silent.mp4", None, video=True), "audio_no_sound_track"),
    "an m4a without its end": (_truncated, "audio_unreadable"),
}
WITHOUT_WORDS: dict[str, Maker] = {
    "silence": _sound("silence.wav", speech.silence(3.0)),
    "a fifth of a second": _sound("short.wav", speech.tone(440, 0.2)),
    "not-a-number samples": _sound("nan.wav", _NAN, codec="pcm_f32le"),
    "noise": _sound("noise.wav", speech.noise(4.0, level_db=-25)),
}
_SENTENCE = "he said that there was nothing new"
_SPOKEN = speech.say(_SENTENCE, pause_s=0.6)


def _at(rate_hz: int) -> np.ndarray:
    return np.asarray(resample_poly(_SPOKEN, rate_hz, speech.SPEECH_RATE_HZ), np.float32)


WITH_WORDS: dict[str, Maker] = {
    "8 kHz": _sound("8k.wav", _at(8_000), 8_000),
    "192 kHz": _sound("192k.wav", _at(192_000), 192_000),
    "8 channels": _sound("eight.wav", _SPOKEN, channels=8),
    "video with sound": _sound("clip.mp4", _SPOKEN, video=True),
    "a browser's webm": _sound("recorder.webm", _SPOKEN, live=True),
    "ogg": _sound("phone.ogg", _SPOKEN),
    "m4a": _sound("phone.m4a", _SPOKEN),
    "mp3": _sound("phone.mp3", _SPOKEN),
    "flac": _sound("studio.flac", _SPOKEN),
}

_LOSSLESS = ("192 kHz", "8 channels", "flac")


@pytest.fixture(scope="module")
def person(stack: LiveStack) -> Person:
    """One for all: sign-ups are limited to some a minute."""
    return Person(stack.url)


@pytest.mark.parametrize("case", FAILING)
def test_fails_with_a_code_and_keeps_the_audio(person: Person, tmp_path: Path, case: str) -> None:
    make, code = FAILING[case]
    path = make(tmp_path)
    recording = person.finished(person.upload(path)["id"])
    assert recording["analysis"]["state"] == "failed"
    assert recording["analysis"]["error"]["code"] == code
    assert recording["analysis"]["error"]["detail"].endswith(".")
    assert recording["analysis"]["error"]["can_pass"] is False
    assert person.http.get(recording["audio_url"]).content == path.read_bytes()


@pytest.mark.parametrize("case", WITHOUT_WORDS)
def test_what_holds_no_speech_is_done_without_words(person: Person, tmp_path: Path, case: str) -> None:
    recording = person.finished(person.upload(WITHOUT_WORDS[case](tmp_path), language="en")["id"])
    assert (recording["analysis"]["state"], recording["analysis"]["error"]) == ("done", None)
    assert person.utterances(recording["id"]) == []


@pytest.mark.parametrize("case", WITH_WORDS)
def test_every_format_gives_the_sentence(person: Person, tmp_path: Path, case: str) -> None:
    recording = person.finished(person.upload(WITH_WORDS[case](tmp_path), language="en")["id"])
    assert recording["analysis"]["state"] == "done", recording["analysis"]["error"]
    text = " ".join(u["text"] for u in person.utterances(recording["id"])).lower()
    # The small offline engine guesses at what a codec or 8 kHz left of a synthetic voice; that the sound itself is
    # right is shown by the tests of the decoder.
    assert len(set(text.split()) & set(_SENTENCE.split())) >= (2 if case in _LOSSLESS else 0)
    assert text


def test_an_empty_file_is_refused(person: Person, tmp_path: Path) -> None:
    recording_id = str(uuid.uuid4())
    with pytest.raises(httpx.HTTPStatusError) as caught:
        person.upload(_bytes("empty.wav", b"")(tmp_path), recording_id=recording_id)
    assert (caught.value.response.status_code, caught.value.response.json()["code"]) == (400, "audio_empty")
    assert person.http.get(f"/api/v1/recordings/{recording_id}").status_code == 404


def test_a_failed_analysis_can_be_tried_again(person: Person, tmp_path: Path) -> None:
    recording = person.finished(person.upload(_bytes("talk.wav", _PDF)(tmp_path))["id"])
    again = person.http.post(f"/api/v1/recordings/{recording['id']}/retry")
    assert (again.status_code, again.json()["analysis"]["state"]) == (202, "queued")
    assert person.finished(recording["id"])["analysis"]["attempt"] == 2
