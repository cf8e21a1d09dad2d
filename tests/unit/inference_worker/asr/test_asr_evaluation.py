"""`asr evaluate`: rates by language, corpus and speaker, on the worker's own road."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from inference_worker import asr_evaluation
from inference_worker.asr.base import Clip, Transcript
from inference_worker.command_line import main
from inference_worker.registry import Engines
from tests.speech import say, write_audio


class Parrot:
    """Says by length of the clip what the test told it."""

    name, languages, batch_size = "parrot/1", frozenset({"en", "ko"}), 1
    said: list[str]

    def __init__(self, said: list[str]) -> None:
        self.said = said
        self.asked: list[str | None] = []

    def serving(self, language: str | None) -> str:
        return str(self.name)

    def transcribe(
        self, clips: list[Clip], language: str | None, phrases: tuple[str, ...] = ()
    ) -> list[Transcript]:
        self.asked += [language] * len(clips)
        return [
            Transcript(text=self.said.pop(0), words=(), confidence=None, language=language) for _ in clips
        ]


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    for name in ("a", "b", "c"):
        write_audio(tmp_path / f"{name}.wav", np.asarray(say("one two three four", pause_s=0.4)))
    (tmp_path / "bad.wav").write_bytes(b"%PDF")
    listed = tmp_path / "clips.csv"
    listed.write_text(
        "path,language,corpus,speaker,text\n"
        "a.wav,en,read,anna,One two three four.\n"
        "b.wav,en-IN,read,ben,one two three four\n"
        "c.wav,ko,call,cho,나는 학교에 간다\n"
        "bad.wav,en,call,cho,nothing\n"
        "b.wav,en,call,cho,\n"
    )
    return listed


def test_rates(clips: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    parrot = Parrot(["one two three four", "one two tree", "나는 학교에간다"])
    monkeypatch.setattr(asr_evaluation.Registry, "warm_up", lambda self: Engines(parrot, None))  # type: ignore[arg-type]
    assert main(["asr", "evaluate", str(clips), "--json", "--worst", "1"], {}) == 2
    document = json.loads(capsys.readouterr().out)
    assert parrot.asked == ["en", "en", "ko"]
    assert document["asr_engine"] == "parrot/1"
    assert document["all"] == {"clips": 3, "words": 11, "wer": round(4 / 11, 4), "cer": round(5 / 37, 4)}
    assert document["by_language"]["ko"] == {"clips": 1, "words": 3, "wer": 0.6667, "cer": 0.0}
    assert set(document["by_language"]) == {"en", "ko"}, "en-IN is English"
    assert set(document["by_speaker"]) == {"anna", "ben", "cho"}
    assert document["by_corpus"]["read"]["wer"] == 0.25
    assert [row["heard"] for row in document["worst"]] == ["one two tree"]
    assert document["unreadable"] == [{"path": str(clips.parent / "bad.wav"), "code": "audio_unreadable"}]
    assert "NFKC" in document["normalisation"]
    assert (document["incomplete_lines"], document["unknown_languages"]) == ([6], [])


def test_as_text_and_spread(
    clips: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    parrot = Parrot(["one two three four"])
    monkeypatch.setattr(asr_evaluation.Registry, "warm_up", lambda self: Engines(parrot, None))  # type: ignore[arg-type]
    whole = clips.with_name("whole.csv")
    whole.write_text("".join(clips.read_text().splitlines(keepends=True)[:4]))
    assert main(["asr", "evaluate", str(whole), "--limit", "1"], {}) == 0
    printed = capsys.readouterr().out
    assert "WER   0.0%  CER   0.0%      1 clips  all" in printed
    assert "      1 clips  speaker anna\n" in printed


def test_what_is_wrong_with_a_list_is_named_and_the_rest_is_done(
    clips: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Spreadsheets write a mark at the beginning; people forget cells, and name languages that nobody has."""
    folder = clips.parent / "모음 é"
    folder.mkdir()
    (clips.parent / "a.wav").rename(folder / "가.wav")
    listed = clips.parent / "odd.csv"
    rows = [
        "모음 é/가.wav, EN-us ,one,anna",
        "./../" + clips.parent.name + "/b.wav,xx,one,",
        "c.wav",
        "a\0,en,one,",
    ]
    text = "\r\n".join(["path,language,text,speaker", *rows, "", "c.wav,en, ,ben,more"])
    listed.write_text(f"\ufeff{text}\r\n", encoding="utf-8", newline="")
    parrot = Parrot(["one", ""])
    monkeypatch.setattr(asr_evaluation.Registry, "warm_up", lambda self: Engines(parrot, None))  # type: ignore[arg-type]
    assert main(["asr", "evaluate", str(listed)], {}) == 0
    printed = capsys.readouterr().out
    assert parrot.asked == ["en", "xx"]
    assert "      1 clips  language en\n" in printed
    assert "      1 clips  without speaker\n" in printed
    assert "left out: 3 lines without a path or a text (4, 5, 7)\n" in printed
    assert "no checkpoint knows xx: its clips count as not understood\n" in printed


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "cannot be read"),
        (b"path,text\n", "lacks the columns language"),
        (b"path,language,text\na.wav,en,\n", "no row with a path and a text"),
        (b"path;language;text\na.wav;en;x\n", "separated by commas"),
        (b"\xff\xfe\x00", "is not UTF-8"),
    ],
)
def test_lists_that_cannot_be_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, complaint: str
) -> None:
    path = tmp_path / "clips.csv"
    if content is not None:
        path.write_bytes(content)
    assert main(["asr", "evaluate", str(path)], {}) == 2
    error = capsys.readouterr().err
    assert error.startswith("error[configuration]: ")
    assert complaint in error
