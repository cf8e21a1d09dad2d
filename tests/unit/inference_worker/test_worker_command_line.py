"""`python -m inference_worker`: the script form, JSON, and errors of one line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from inference_worker.command_line import main
from inference_worker.contract import EMOTION_LABELS, EmotionEstimate, Utterance
from inference_worker.script_form import clock, script_line
from tests.speech import say, silence, write_audio

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sound = np.concatenate([say(text, pause_s=0.6) for text in ("one two three", "four five six")])
    return write_audio(tmp_path_factory.mktemp("talk") / "talk.ogg", sound)


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys, inference_worker.command_line as c\ntry: c.main(['--help'])\nexcept SystemExit: pass\n"
    )
    code += "print([m for m in ('torch', 'numpy', 'celery', 'av') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("[]")
    for command in ("worker", "health", "analyze", "transcribe", "emotion"):
        assert command in done.stdout


@pytest.mark.parametrize(
    ("environ", "threads"),
    [({}, "1"), ({"WORKER_TORCH_THREADS": "3"}, "3"), ({"OPENBLAS_NUM_THREADS": "2"}, "2")],
)
def test_products_are_not_shared_by_threads_that_nobody_asked_for(
    environ: dict[str, str], threads: str
) -> None:
    """Known before numpy is loaded, which asks once."""
    code = """
import os, sys, types
import inference_worker.command_line as command_line

def run_worker(config):
    print(os.environ["OPENBLAS_NUM_THREADS"], "numpy" in sys.modules)
    return 0

sys.modules["inference_worker.app"] = types.SimpleNamespace(run_worker=run_worker)
command_line.main(["worker"])
"""
    clean = {name: text for name, text in os.environ.items() if not name.endswith("_THREADS")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=clean | environ,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [threads, "False"]


def test_script_on_standard_output(talk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyze", str(talk), "--no-emotion", "--language", "en"], {}) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line[:6] for line in lines] == ["0:00  ", "0:02  "]


def test_json(talk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyze", str(talk), "--no-emotion", "--json"], {}) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["asr_engine"], document["emotion_engine"]) == ("pocketsphinx/en-us", None)
    assert len(document["utterances"]) == 2
    assert document["utterances"][1]["start_s"] > document["utterances"][0]["end_s"]


def test_korean_keeps_its_times_without_invented_words(
    talk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["analyze", str(talk), "--no-emotion", "--language", "ko"], {}) == 0
    assert capsys.readouterr().out == "0:00  [speech]\n0:02  [speech]\n"


def test_transcribe_goes_on_after_a_bad_file(
    talk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.wav"
    bad.write_bytes(b"%PDF-1.7")
    quiet = write_audio(tmp_path / "quiet.wav", silence(1.0))
    assert main(["transcribe", str(bad), str(talk), str(quiet), "--json"], {}) == 2
    printed = capsys.readouterr()
    documents = [json.loads(line) for line in printed.out.splitlines()]
    assert [Path(document["file"]).name for document in documents] == ["talk.ogg", "quiet.wav"]
    assert documents[1]["text"] == ""
    assert printed.err.startswith("error[audio_unreadable]: ")


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "audio_empty"), (b"%PDF", "audio_unreadable"), (None, "audio_unavailable")]
)
def test_errors_are_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, code: str
) -> None:
    path = tmp_path / "bad.wav"
    if content is not None:
        path.write_bytes(content)
    assert main(["analyze", str(path)], {}) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"error[{code}]: ")
    assert error.count("\n") == 1


def test_wrong_settings_are_one_line(talk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyze", str(talk)], {"ASR_ENGINE": "nemo"}) == 2
    assert capsys.readouterr().err.startswith("error[configuration]: ASR_ENGINE=nemo cannot be used")


def utterance(emotion: EmotionEstimate | None, text: str = "You said it first") -> Utterance:
    return Utterance(
        start_s=3.2, end_s=5.0, text=text, words=(), confidence=None, language="en", emotion=emotion
    )


def estimate(label: str, confident: bool = True) -> EmotionEstimate:
    return EmotionEstimate(
        label=label, confident=confident, probabilities=dict.fromkeys(EMOTION_LABELS, 1 / 7), strength=0.5
    )


@pytest.mark.parametrize(
    ("emotion", "line"),
    [
        (estimate("angry"), "0:03  (angrily) You said it first"),
        (estimate("angry", confident=False), "0:03  (unsure) You said it first"),
        (estimate("neutral"), "0:03  You said it first"),
        (None, "0:03  You said it first"),
    ],
)
def test_script_lines(emotion: EmotionEstimate | None, line: str) -> None:
    assert script_line(utterance(emotion)) == line


def test_speech_without_words_is_marked() -> None:
    assert script_line(utterance(estimate("happy"), "")) == "0:03  (happily) [speech]"


def test_clock() -> None:
    assert [clock(time_s) for time_s in (0.9, 59.9, 60, 3723)] == ["0:00", "0:59", "1:00", "1:02:03"]
