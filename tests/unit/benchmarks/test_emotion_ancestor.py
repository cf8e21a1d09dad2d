"""The ancestor's models as they were described, with their knobs and their fault."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import emotion as bench
from benchmarks.emotion_ancestor import Ancestor, AncestorOptions, features
from tests.speech import say, write_audio

SMALL = {"max_samples": 24_000, "hidden": (8, 8, 8)}


def test_the_lstm_has_the_size_that_was_published() -> None:
    assert Ancestor(AncestorOptions(labels=6)).parameters == pytest.approx(3.97e6, rel=0.01)


def test_frames_are_cut_padded_and_composed() -> None:
    clip = say("Good morning.")
    assert features(clip, AncestorOptions()).shape == (352, 15)
    assert features(clip, AncestorOptions(features=("rms", "zcr"), max_samples=51_200)).shape == (101, 2)
    assert features(clip, AncestorOptions(arch="ancestor-cnn")).shape == (3, 40, 352)
    assert features(np.zeros(0, np.float32), AncestorOptions()).shape == (352, 15)


def test_zero_crossings_are_counted_in_each_frame() -> None:
    sound = np.zeros(16 * 2048, np.float32)
    sound[8 * 2048 :] = np.tile(np.float32([0.5, -0.5]), 4 * 2048)
    rate = features(sound, AncestorOptions(features=("zcr",), max_samples=16 * 2048, top_db=1000.0))[:, 0]
    assert rate[2] == 0.0
    assert rate[-5] == pytest.approx(2047 / 2048)


def test_it_is_a_volume_meter() -> None:
    """Raw scale: what is softer has another energy and another first cepstrum; the others stay."""
    clip = say("Good morning.")
    loud, soft = (
        features(clip * np.float32(gain), AncestorOptions(top_db=60.0)).mean(axis=0) for gain in (1.0, 0.1)
    )
    assert loud[1] == pytest.approx(10.0 * soft[1], rel=0.01)
    assert loud[2] - soft[2] > 30.0
    np.testing.assert_allclose(loud[4:], soft[4:], atol=2.0)


@pytest.mark.parametrize("arch", ["ancestor-lstm", "ancestor-cnn"])
def test_it_learns_what_it_is_shown(arch: str) -> None:
    clips = [say("Yes.") * np.float32(gain) for gain in (1.0, 0.9, 1.1, 0.05, 0.04, 0.06)]
    model = Ancestor(AncestorOptions(arch=arch, epochs=25, batch=3, labels=2, learning_rate=5e-3, **SMALL))
    losses = model.fit(clips, [0, 0, 0, 1, 1, 1])
    assert losses[-1] < 0.5 * losses[0]
    assert model.logits(clips).argmax(axis=1).tolist() == [0, 0, 0, 1, 1, 1]
    assert np.array_equal(model.logits(clips), model.logits(clips))


def test_training_ends_when_its_time_is_over() -> None:
    clips = [say("Yes."), say("No.")]
    model = Ancestor(AncestorOptions(epochs=10**6, budget_s=0.3, labels=2, **SMALL))
    losses = model.fit(clips, [0, 1])
    assert 0 < len(losses) < 10**4
    assert Ancestor(AncestorOptions(budget_s=0.0, labels=2, **SMALL)).fit(clips, [0, 1]) == []


def test_unknown_knobs_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown architecture 'rnn'"):
        Ancestor(AncestorOptions(arch="rnn"))
    with pytest.raises(ValueError, match="compose zcr, rms, mfcc"):
        Ancestor(AncestorOptions(features=("chroma",)))


def test_the_quick_bench_runs_all_in_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with (tmp_path / "clips.csv").open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("path", "corpus", "language", "speaker", "emotion"))
        for number in range(12):
            write_audio(tmp_path / f"{number}.wav", say("Go.", rate_wpm=110 + 10 * number))
            writer.writerow((f"{number}.wav", "made", "en", f"s{number}", ("sad", "happy")[number % 2]))
    out = tmp_path / "results.json"
    words = ["--clips", str(tmp_path / "clips.csv"), "--quick", "--hidden", "8,8,8", "--json", str(out)]
    monkeypatch.setattr(sys, "argv", ["emotion", *words, "--max-samples", "16000", "--features", "mfcc,rms"])
    bench.main()
    found = json.loads(out.read_text())
    assert {"speed", "labels changed, ancestor-lstm", "labels changed, ancestor-cnn"} <= set(found)
    assert set(found["labels changed, ancestor-lstm"]) >= {"gain -20 dB", "noise 10 dB", "small room"}
    assert "ancestor-cnn" in capsys.readouterr().out
