"""The command line, from clip list to model folder to answers; and fitting behind `calibrate`."""

from __future__ import annotations

import argparse
import base64
import csv
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from inference_worker.contract import EMOTION_LABELS, EmotionAdaptation
from inference_worker.emotion import fitting
from inference_worker.emotion.calibration import Calibration, Quality
from inference_worker.emotion.cli import add_commands
from inference_worker.emotion.clips import fingerprint
from inference_worker.emotion.corpus import FeatureStore
from tests.speech import say, write_audio
from tests.unit.inference_worker.emotion.test_training import _clip


def _run(*words: object) -> int:
    parser = argparse.ArgumentParser()
    add_commands(parser)
    arguments = parser.parse_args([str(word) for word in words])
    return int(arguments.run(arguments))


@pytest.fixture(scope="module")
def clips_csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clips")
    with (folder / "clips.csv").open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("path", "corpus", "language", "speaker", "emotion"))
        for number in range(6):
            write_audio(folder / f"{number}.wav", say("Where are you going?", rate_wpm=110 + 20 * number))
            writer.writerow((f"{number}.wav", "made", "en", f"s{number}", ("sad", "happy")[number % 2]))
    return folder / "clips.csv"


def test_a_reader_that_goes_away_is_no_mistake(clips_csv: Path) -> None:
    words = ("-m", "inference_worker", "emotion", "predict", *[clips_csv.parent / "0.wav"] * 3, "--json")
    with subprocess.Popen([sys.executable, *map(str, words)], stdout=-1, stderr=-1, text=True) as program:
        assert program.stdout is not None
        program.stdout.close()
        assert program.stderr is not None
        assert "Broken pipe" not in program.stderr.read()
    assert program.returncode == 0


def test_help_loads_no_torch() -> None:
    code = (
        "import argparse, sys; from inference_worker.emotion.cli import add_commands;"
        "add_commands(argparse.ArgumentParser()); print('torch' in sys.modules, 'librosa' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["False", "False"]


def test_evaluate_prints_every_group(clips_csv: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("evaluate", clips_csv, "--json", "--robustness", 1, "--limit", 2) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["engine"].startswith("rh-emotion/")
    assert result["labels"] == list(EMOTION_LABELS)
    assert set(result["speaker"]) == {"s0", "s3"}
    made = result["corpus"]["made"]
    assert made["n"] == 2
    assert set(made["selective_accuracy"]) == {"50%", "70%", "90%"}
    assert np.array(made["confusion"]).sum() == 2
    assert result["robustness"]["gain -20 dB"]["changed"] == 0.0
    assert set(result["speaker"]["s0"]) == set(made)
    assert made["coverage"][-1] == [1.0, made["accuracy"]]
    assert sum(count for _, _, count in made["reliability"]) == 2
    assert result["processor_s_a_clip"] > 0.0


def test_evaluate_writes_the_model_card(clips_csv: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("Two networks, made up for a test.\n")
    card = ("--card", tmp_path / "card", "--card-notes", tmp_path / "notes.md")
    assert _run("evaluate", clips_csv, "--json", "--robustness", 0, *card) == 0
    text = (tmp_path / "card" / "MODEL_CARD.md").read_text()
    for wanted in (
        "# rh-emotion/",
        "CC BY-NC-SA 4.0",
        "Two networks, made up for a test.",
        "| made | 6 |",
        "Not for decisions about a person",
    ):
        assert wanted in text
    for name in ("confusion", "reliability", "coverage"):
        assert f"card-{name}.svg" in text
        root = ElementTree.fromstring((tmp_path / "card" / f"card-{name}.svg").read_text())  # noqa: S314 - our own
        assert root.tag.endswith("svg")


def test_every_corpus_is_left_out_in_turn(
    clips_csv: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = clips_csv.parent / "other.csv"
    other.write_text(clips_csv.read_text().replace(",made,", ",other,"))
    small = ("--steps", 1, "--batch", 2, "--copies", 0, "--nonspeech", 2)
    folders = ("--runs", tmp_path / "runs", "--cache", tmp_path / "cache")
    assert _run("cross-validate", "corpus", clips_csv, other, *folders, *small) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"made", "other", "pooled", "mean"}
    assert set(found["made"]) == {"made"}
    assert found["pooled"]["made"] == {"n": 6, "uar": found["made"]["made"]}
    assert found["mean"] == pytest.approx((found["made"]["made"] + found["other"]["other"]) / 2, abs=1e-3)


def test_with_one_language_nothing_can_be_left_out(
    clips_csv: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small = ("--steps", 1, "--batch", 2, "--copies", 0, "--nonspeech", 2)
    folders = ("--runs", tmp_path / "runs", "--cache", tmp_path / "cache")
    assert _run("cross-validate", "language", clips_csv, *folders, *small) == 1
    assert "there is one language only" in capsys.readouterr().err


def test_predict_answers_each_file_and_reports_the_unreadable(
    clips_csv: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = clips_csv.parent / "broken.wav"
    broken.write_bytes(b"no sound")
    assert _run("predict", clips_csv.parent / "0.wav", broken, clips_csv.parent / "1.wav", "--json") == 1
    printed = capsys.readouterr()
    answers = [json.loads(line) for line in printed.out.splitlines()]
    assert [Path(answer["file"]).name for answer in answers] == ["0.wav", "1.wav"]
    assert set(answers[0]) == {"file", "label", "confident", "probabilities", "strength", "cues"}
    assert "broken.wav" in printed.err


def test_train_calibrate_predict(clips_csv: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cache, run, model = tmp_path / "cache", tmp_path / "run", tmp_path / "model"
    common = (clips_csv, "--cache", cache)
    small = ("--steps", 2, "--batch", 2, "--copies", 0, "--nonspeech", 4)
    training = ("train", *common, "--run", run, "--fold", 0, *small)
    assert _run(*training) == 0
    assert _run("calibrate", *common, "--member", run, "--fold-run", run, "--out", model) == 0
    assert _run("predict", clips_csv.parent / "0.wav", "--weights", model) == 0
    assert "0.wav: unsure (nearest: " in capsys.readouterr().out


def test_mistakes_are_said_in_a_sentence(
    clips_csv: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("no folder")
    (tmp_path / "notes.md").write_bytes(b"\xff")
    training = ("train", clips_csv, "--cache", tmp_path / "cache", "--copies", 0, "--nonspeech", 1)
    calibrating = ("calibrate", clips_csv, "--cache", tmp_path / "cache", "--out", tmp_path / "out")
    for words, message in (
        (("evaluate", "nowhere.csv"), "nowhere.csv: cannot be read"),
        (("evaluate", clips_csv, "--weights", "nowhere"), "cannot be read; restore the weights"),
        (("evaluate", clips_csv, "--card-notes", tmp_path / "notes.md"), "notes.md: is not UTF-8"),
        (("evaluate", clips_csv, "--card-notes", tmp_path / "none.md"), "none.md: No such file"),
        (
            (*training, "--run", tmp_path / "run", "--leave-out", "maid"),
            "corpus maid has no clip in these lists",
        ),
        ((*training, "--run", tmp_path / "run", "--leave-out", "made"), "nothing is left to train on"),
        ((*training, "--run", tmp_path / "file", "--steps", 1), "file: File exists"),
        ((*calibrating, "--member", "nowhere"), "give --fold-run or --corpus-run"),
        ((*calibrating, "--member", "nowhere", "--fold-run", "nowhere"), "nowhere: kept nobody out"),
        (("adapt", clips_csv, "--speaker", "somebody"), "has no clip of that speaker"),
        (("adapt", clips_csv, "--measure", 5), "no speaker has 8 clips of two emotions"),
        (("predict", "x.wav", "--adaptation", "nowhere.json"), "nowhere.json: no adaptation"),
    ):
        assert _run(*words) == 1, words
        assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ("evaluate", "x.csv", "--limit", "0"),
        ("evaluate", "x.csv", "--robustness", "-1"),
        ("train", "x.csv", "--run", "r", "--cache", "c", "--steps", "0"),
        ("train", "x.csv", "--run", "r", "--cache", "c", "--batch", "1.5"),
        ("train", "x.csv", "--run", "r", "--cache", "c", "--learning-rate", "0"),
        ("train", "x.csv", "--run", "r", "--cache", "c", "--learning-rate", "inf"),
        ("train", "x.csv", "--run", "r", "--cache", "c", "--noisy-share", "1.1"),
        ("train", "x.csv", "--run", "r", "--cache", "c", "--consistency", "nan"),
        ("adapt", "x.csv", "--rounds", "none"),
    ],
)
def test_numbers_that_mean_nothing_are_refused(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        _run(*words)
    assert ended.value.code == 2
    assert f"{words[-2]}: {words[-1]!r} is no " in capsys.readouterr().err


def test_clips_that_cannot_be_read_are_named_and_left_out(
    clips_csv: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "broken.wav").write_bytes(b"no sound")
    header, good, *_ = clips_csv.read_text().splitlines()
    rows = [f"{clips_csv.parent}/{good}", "broken.wav,made,en,s9,sad", "none.wav,made,en,s9,sad"]
    (tmp_path / "clips.csv").write_text("\n".join([header, *rows]))
    assert _run("evaluate", tmp_path / "clips.csv", "--json", "--robustness", 2) == 1
    result = json.loads(capsys.readouterr().out)
    assert (result["all"]["n"], result["robustness"]["gain -20 dB"]["changed"]) == (1, 0.0)
    assert [Path(sentence.split(":")[0]).name for sentence in result["unreadable"]] == [
        "broken.wav",
        "none.wav",
    ]
    (tmp_path / "clips.csv").write_text("\n".join([header, *rows[1:]]))
    assert _run("evaluate", tmp_path / "clips.csv", "--json") == 1
    assert "broken.wav" in capsys.readouterr().err


def test_speakers_of_one_name_in_two_corpora_are_two(
    clips_csv: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    header, first, second, *_ = clips_csv.read_text().splitlines()
    rows = [f"{clips_csv.parent}/{row}" for row in (first, first.replace("made", "other"), second)]
    (tmp_path / "clips.csv").write_text("\n".join([header, *rows]))
    assert _run("evaluate", tmp_path / "clips.csv", "--json", "--robustness", 0) == 0
    found = json.loads(capsys.readouterr().out)["speaker"]
    assert {name: row["n"] for name, row in found.items()} == {"made/s0": 1, "other/s0": 1, "s1": 1}


def test_answers_to_other_clips_calibrate_nothing(
    clips_csv: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    common = ("--cache", tmp_path / "cache")
    run = tmp_path / "run"
    small = ("--steps", 1, "--batch", 2, "--copies", 0, "--nonspeech", 2)
    assert _run("train", clips_csv, *common, "--run", run, "--fold", 0, *small) == 0
    other = clips_csv.parent / "relabelled.csv"
    other.write_text(clips_csv.read_text().replace("sad", "angry").replace("happy", "sad"))
    joining = ("--member", run, "--fold-run", run, "--out", tmp_path / "model")
    assert _run("calibrate", other, *common, *joining) == 1
    assert "answered to other clips" in capsys.readouterr().err
    (run / "model.safetensors").write_bytes(b"cut off")
    assert _run("calibrate", clips_csv, *common, *joining) == 1
    assert "its network is damaged" in capsys.readouterr().err


def test_an_adaptation_of_another_model_is_not_passed_over(
    clips_csv: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    width = 4
    table = np.zeros((width + 1, len(EMOTION_LABELS)), dtype="<f2").tobytes()
    made = EmotionAdaptation(
        engine="rh-emotion/0:old", width=width, table=base64.b64encode(table).decode(), samples=9
    )
    (tmp_path / "me.json").write_text(json.dumps(made.to_json()))
    assert _run("predict", clips_csv.parent / "0.wav", "--adaptation", tmp_path / "me.json") == 1
    assert "was made for rh-emotion/0:old" in capsys.readouterr().err


def _held_out(rng: np.random.Generator, kind: str) -> fitting.HeldOut:
    """Three labels; the logits are right as often as they claim after division by 2."""
    rows = 6000
    emotion = rng.normal(0.0, 3.0, (rows, len(EMOTION_LABELS)))
    chance = np.exp(emotion / 2.0)
    chance /= chance.sum(axis=1, keepdims=True)
    constant = np.full(rows, 2.0)
    return fitting.HeldOut(
        clip=np.arange(rows),
        group=tuple(f"{kind}/{'ab'[row % 2]}" for row in range(rows)),
        speaker=tuple(f"s{row % 4}" for row in range(rows)),
        emotion=emotion,
        truth=np.array([rng.choice(len(EMOTION_LABELS), p=row) for row in chance], dtype=np.int64),
        quality=Quality(
            active_s=constant, voiced_s=constant / 2.0, contrast_db=constant * 10.0, speech=constant / 2.0
        ),
    )


def test_fitting_finds_temperature_and_keeps_the_threshold() -> None:
    held_out = _held_out(np.random.default_rng(0), "fold")
    fitted = fitting.fit(held_out, held_out.truth >= 0, 0.8)
    assert fitted.temperature == pytest.approx(2.0 * fitting.CAUTION, rel=0.1)
    assert fitted.threshold == 0.8
    report = fitting.cross_fitted_report(held_out, 0.8, fitting.by_corpus(held_out))
    assert set(report) == {"fold/a", "fold/b"}
    for scores in report.values():
        assert scores["n"] == 3000
        assert scores["ece"] < 0.15
        assert scores["shown_accuracy"] > 0.75


def test_runs_of_one_fold_are_averaged_and_others_pooled(tmp_path: Path) -> None:
    clips = [_clip("c", f"s{number}", "sad") for number in range(3)]
    store = FeatureStore(np.zeros((0, 70), np.float16), np.zeros(4, np.int64), np.ones((3, 3), np.float32))
    for name, index, value in (("one", [0, 1], 1.0), ("two", [0, 1], 3.0), ("other", [2], 7.0)):
        (tmp_path / name).mkdir()
        logits = np.full((len(index), len(EMOTION_LABELS)), value)
        np.savez(
            tmp_path / name / "validation.npz",
            index=index,
            clips=fingerprint([clips[i] for i in index]),
            emotion=logits,
            speech=logits[:, 0] - value,
        )
    runs = [("fold", tmp_path / name) for name in ("one", "other", "two")]
    held_out = fitting.gather(clips, store, runs)
    assert held_out.clip.tolist() == [0, 1, 2]
    assert held_out.emotion[:, 0].tolist() == [2.0, 2.0, 7.0]
    assert held_out.speaker == ("s0", "s1", "s2")
    assert held_out.quality.speech.tolist() == [0.5, 0.5, 0.5]


def test_a_single_corpus_left_out_cannot_be_judged() -> None:
    held_out = replace(_held_out(np.random.default_rng(0), "corpus"), group=("corpus/a",) * 6000)
    assert fitting.cross_fitted_report(held_out, 0.8, fitting.by_corpus(held_out)) == {}


def test_nobody_is_judged_by_a_calibration_that_knows_them(monkeypatch: pytest.MonkeyPatch) -> None:
    new, known = (_held_out(np.random.default_rng(0), kind) for kind in ("corpus", "fold"))
    assert set(fitting.by_speaker(known)) == {"s0", "s1", "s2", "s3"}
    # A corpus that was left out whole is judged whole, whoever speaks in it.
    assert set(fitting.by_speaker(new)) == {"a", "b"}
    fitted_on = []
    fit = fitting.fit

    def watched(held_out: fitting.HeldOut, rows: np.ndarray, threshold: float) -> Calibration:
        fitted_on.append({held_out.speaker[row] for row in np.flatnonzero(rows)})
        return fit(held_out, rows, threshold)

    monkeypatch.setattr(fitting, "fit", watched)
    fitting.cross_fitted_report(known, 0.8, fitting.by_speaker(known))
    everybody = {"s0", "s1", "s2", "s3"}
    assert fitted_on == [everybody - {who} for who in sorted(everybody)]


def test_with_enough_corpora_left_out_the_temperature_is_not_raised() -> None:
    known = _held_out(np.random.default_rng(0), "fold")
    new = replace(known, group=tuple(f"corpus/{row % fitting.ENOUGH_CORPORA}" for row in range(6000)))
    everything = known.truth >= 0
    raised = fitting.fit(known, everything, 0.7).temperature / fitting.fit(new, everything, 0.7).temperature
    assert raised == pytest.approx(fitting.CAUTION, rel=0.02)


def test_a_handful_of_clips_does_not_weigh_as_a_corpus() -> None:
    held_out = _held_out(np.random.default_rng(0), "fold")
    few = replace(held_out, group=("fold/few",) * 20 + ("fold/a",) * 5980)
    alone = held_out.truth >= 0
    alone[:20] = False
    everything = held_out.truth >= 0
    assert fitting.fit(few, everything, 0.7) == fitting.fit(few, alone, 0.7)
