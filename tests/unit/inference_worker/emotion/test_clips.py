"""Clip lists as people have them: what is read, and what is refused with a sentence that says where."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inference_worker.emotion.clips import (
    UNKNOWN,
    ClipsError,
    described,
    fingerprint,
    read_all,
    read_clip,
    read_clips,
)
from tests.speech import write_audio

HEADER = "path,corpus,language,speaker,emotion\n"


def _listed(folder: Path, text: str | bytes) -> Path:
    path = folder / "clips.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_row_is_read(tmp_path: Path) -> None:
    (clip,) = read_clips(_listed(tmp_path, HEADER + "x/a.wav,made,ko,s1,sad\n"))
    assert (clip.path, clip.corpus, clip.language) == (tmp_path / "x/a.wav", "made", "ko")
    assert (clip.speaker, clip.emotion, clip.gender, clip.text) == ("s1", "sad", "", "")
    assert (clip.start_s, clip.end_s) == (0.0, None)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Angry", "angry"),
        (" happy ", "happy"),
        ("Happiness", "happy"),
        ("SADNESS", "sad"),
        ("calm", "neutral"),
        ("fearful", "fear"),
        ("disgusted", "disgust"),
        ("surprised", "surprise"),
    ],
)
def test_labels_as_others_write_them(tmp_path: Path, written: str, read: str) -> None:
    (clip,) = read_clips(_listed(tmp_path, f"{HEADER}a.wav,c,en,s,{written}\n"))
    assert clip.emotion == read


def test_what_a_spreadsheet_saves_is_read(tmp_path: Path) -> None:
    """A byte order mark, line ends of two characters, a column more, a line that ends early."""
    text = "path,corpus,language,speaker,emotion,text\r\na.wav,말뭉치,ko,민지,sad\r\n"
    (clip,) = read_clips(_listed(tmp_path, text.encode("utf-8-sig")))
    assert (clip.corpus, clip.speaker, clip.text) == ("말뭉치", "민지", "")


def test_a_speaker_without_a_name_may_be_anybody(tmp_path: Path) -> None:
    (clip,) = read_clips(_listed(tmp_path, HEADER + "a.wav,c,en,,sad\n"))
    assert clip.speaker == UNKNOWN


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("path,corpus\n", "columns are missing: language, speaker, emotion"),
        ("path;corpus;language;speaker;emotion\na.wav;c;en;s;sad\n", "separated by commas"),
        ("", "columns are missing"),
        (HEADER, "has no rows"),
        (HEADER + "a.wav,c,en,s,bored\n", "line 2: unknown emotion 'bored'"),
        (HEADER + "a.wav,c,en,s,sad\nb.wav\n", "line 3: unknown emotion ''"),
        (HEADER + ",c,en,s,sad\n", "line 2: the path is missing"),
        (HEADER + "a\0.wav,c,en,s,sad\n", "no path|is not a list of clips"),
        ((HEADER + "a.wav,c,ko,민지,sad\n").encode("cp949"), "is not UTF-8; save it as CSV in UTF-8"),
        (HEADER + "a.wav,c,en,s," + "x" * 200_000, "is not a list of clips"),
    ],
)
def test_a_wrong_clip_list_is_refused(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(ClipsError, match=message):
        read_clips(_listed(tmp_path, text))


@pytest.mark.parametrize("part", ["nan,1", "0,inf", "-1,1", "2,1", "one,2", "1,1"])
def test_a_part_must_be_seconds_in_order(tmp_path: Path, part: str) -> None:
    text = f"path,corpus,language,speaker,emotion,start_s,end_s\na.wav,c,en,s,sad,{part}\n"
    with pytest.raises(ClipsError, match="line 2"):
        read_clips(_listed(tmp_path, text))


def test_a_missing_clip_list_is_named(tmp_path: Path) -> None:
    with pytest.raises(ClipsError, match=r"nothing\.csv: cannot be read"):
        read_clips(tmp_path / "nothing.csv")


def test_parts_of_one_recording_are_different_sounds(tmp_path: Path) -> None:
    sound = np.concatenate([np.full(16_000, 0.25), np.full(8_000, -0.25)]).astype(np.float32)
    write_audio(tmp_path / "a.wav", sound)
    rows = "a.wav,c,en,s,sad,0,1\na.wav,c,en,s,sad,1,1.5\na.wav,c,en,s,sad,,\n"
    clips = read_clips(_listed(tmp_path, "path,corpus,language,speaker,emotion,start_s,end_s\n" + rows))
    assert [len(read_clip(clip)) for clip in clips] == [16_000, 8_000, 24_000]
    assert len({described(clip) for clip in clips}) == len({fingerprint([clip]) for clip in clips}) == 3


def test_a_fingerprint_is_of_the_clips_and_not_of_where_they_lie(tmp_path: Path) -> None:
    found = []
    for name, emotion in (("one", "sad"), ("two", "sad"), ("three", "happy")):
        (tmp_path / name).mkdir()
        path = _listed(tmp_path / name, f"{HEADER}a.wav,c,en,s,{emotion}\n")
        found.append(fingerprint(read_all([path])))
    assert found[0] == found[1] != found[2]
