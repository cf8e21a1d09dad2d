"""A head of ours on somebody else's encoder: what it learns, and which clips it is given."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import save_file

from inference_worker.contract import EMOTION_LABELS
from inference_worker.emotion import encoder_head
from inference_worker.emotion.base import Clip, EmotionModelError
from inference_worker.emotion.calibration import Calibration
from inference_worker.emotion.clips import read_clips
from tests.speech import say, write_audio


class Loudness:
    """An encoder that hears how loud a clip is, times `factor`."""

    name = "loudness"
    checkpoint = None

    def __init__(self, factor: float = 1.0) -> None:
        self.factor = factor

    def encode(self, clips: Sequence[Clip]) -> NDArray[np.float64]:
        return np.array([[self.factor * float(np.abs(clip).mean())] for clip in clips])


def test_parts_of_one_recording_are_encoded_apart_and_encoders_of_one_name_too(tmp_path: Path) -> None:
    sound = say("Where are you going, and when will you be back?")
    quiet = np.concatenate([sound, sound * np.float32(0.25)])
    write_audio(tmp_path / "a.wav", quiet)
    half_s = len(sound) / 16_000
    rows = f"a.wav,c,en,s,sad,0,{half_s}\na.wav,c,en,s,happy,{half_s},\n"
    (tmp_path / "clips.csv").write_text("path,corpus,language,speaker,emotion,start_s,end_s\n" + rows)
    clips = read_clips(tmp_path / "clips.csv")
    table = encoder_head.encode_clips(Loudness(), clips, tmp_path / "cache")
    assert table[0, 0] == pytest.approx(4.0 * table[1, 0], rel=0.05)
    assert encoder_head.encode_clips(Loudness(), clips, tmp_path / "cache").tolist() == table.tolist()
    doubled = encoder_head.encode_clips(Loudness(2.0), clips, tmp_path / "cache")
    assert doubled == pytest.approx(2.0 * table)


def test_the_head_finds_what_can_be_separated() -> None:
    rng = np.random.default_rng(0)
    truth = np.arange(300) % 3
    encoded = rng.standard_normal((300, 20)) + 2.0 * np.eye(20)[truth]
    head = encoder_head.fit_head(encoded, truth.astype(np.int64), np.ones(300))
    answers = head.logits(encoded).argmax(axis=1)
    assert (answers == truth).mean() > 0.85


def _head(width: int) -> encoder_head.Head:
    labels = len(EMOTION_LABELS)
    return encoder_head.Head(np.zeros(width), np.ones(width), np.zeros((width, labels)), np.zeros(labels))


def test_a_head_is_stored_and_read(tmp_path: Path) -> None:
    encoder_head.save_head(tmp_path, "somewhere/encoder", _head(3), Calibration(temperature=2.0), "abc")
    stored = encoder_head.load_head(tmp_path)
    assert (stored.encoder, stored.checkpoint) == ("somewhere/encoder", "abc")
    assert stored.calibration == Calibration(temperature=2.0)
    assert stored.head.weights.shape == (3, len(EMOTION_LABELS))


@pytest.mark.parametrize("name", ["scale", "weights", "bias"])
def test_a_head_of_another_shape_is_refused(tmp_path: Path, name: str) -> None:
    values = {part: getattr(_head(3), part) for part in ("centre", "scale", "weights", "bias")}
    wrong = encoder_head.Head(**{**values, name: values[name][:-1].copy()})
    encoder_head.save_head(tmp_path, "somewhere/encoder", wrong, Calibration())
    with pytest.raises(EmotionModelError, match="holds no head for these labels"):
        encoder_head.load_head(tmp_path)


def test_a_head_with_another_calibration_or_tensor_is_refused(tmp_path: Path) -> None:
    encoder_head.save_head(tmp_path, "somewhere/encoder", _head(3), Calibration())
    config = json.loads((tmp_path / "config.json").read_text())
    config["calibration"]["temperature"] = -1.0
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(EmotionModelError, match="cannot be used as a head"):
        encoder_head.load_head(tmp_path)
    encoder_head.save_head(tmp_path, "somewhere/encoder", _head(3), Calibration())
    save_file({"centre": np.zeros(3)}, str(tmp_path / encoder_head.HEAD_NAME))
    with pytest.raises(EmotionModelError, match="differs from its checksum"):
        encoder_head.load_head(tmp_path)
