"""A real Sortformer, untrained: what the adapter gives is what NeMo gives, and other files are refused."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("nemo.collections.asr", reason="NeMo is not installed (extra `nemo`)")

import torch

from inference_worker.asr.nemo_archive import check
from inference_worker.asr.nemo_diarizer import load
from inference_worker.config import load as load_config
from inference_worker.errors import ConfigurationError
from inference_worker.registry import load_diarizer
from inference_worker.segmentation import Segment
from inference_worker.speakers import UnitSpeakers
from tests import nemo_models
from tests.nemo_fixture import FIXTURE
from tests.speech import say, write_audio


@pytest.fixture(scope="module", params=[False, True], ids=["offline", "streaming"])
def checkpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("diarizer") / "sortformer.nemo"
    nemo_models.sortformer(is_streaming=request.param).save_to(str(path))
    return path


def test_the_activity_is_nemos_own(checkpoint: Path) -> None:
    diarizer = load(checkpoint, "tiny", "cpu")
    assert (diarizer.name, diarizer.most_speakers, diarizer.frame_s) == ("nemo/tiny", 4, 0.08)
    sound = say("Nobody told me about it, not a single word.", pause_s=0.3)
    activity = diarizer.activity(sound)
    assert activity.shape == (len(activity), 4)
    assert len(activity) == pytest.approx(len(sound) / 16_000 / 0.08, abs=2)
    assert ((activity >= 0.0) & (activity <= 1.0)).all()
    model = diarizer._model
    with torch.inference_mode():
        own = model(
            audio_signal=torch.from_numpy(sound)[None], audio_signal_length=torch.tensor([len(sound)])
        )
    np.testing.assert_array_equal(activity, own[0].numpy())
    np.testing.assert_array_equal(diarizer.activity(sound), activity)


def test_it_names_the_utterances_of_a_unit(checkpoint: Path, tmp_path: Path) -> None:
    diarizer = load(checkpoint, "tiny", "cpu")
    torch.nn.init.constant_(diarizer._model.sortformer_modules.single_hidden_to_spks.bias, 2.0)
    sound = say("Nobody told me about it.", pause_s=0.3)
    path = write_audio(tmp_path / "talk.flac", sound)
    segment = Segment(0.0, len(sound) / 16_000, sound)
    first = UnitSpeakers(diarizer, (), path)
    first.add(segment)
    names, anchors = first.named()
    assert names == ["speaker_1"]
    second = UnitSpeakers(diarizer, anchors, path)
    second.add(segment)
    again, kept = second.named()
    assert len(again) == 1
    assert kept[0].speaker == "speaker_1"


def test_it_is_chosen_by_configuration(checkpoint: Path, tmp_path: Path) -> None:
    given = {"DIARIZATION_CHECKPOINT": str(checkpoint), "ASR_DEVICE": "cpu", "MODELS_DIR": str(tmp_path)}
    diarizer = load_diarizer(load_config(given))
    assert diarizer is not None
    assert re.fullmatch("nemo/sortformer@[0-9a-f]{8}", diarizer.name)
    assert load_diarizer(load_config(given | {"DIARIZATION_CHECKPOINT": "off"})) is None
    # The default is not fetched.
    assert load_diarizer(load_config(given | {"DIARIZATION_CHECKPOINT": ""})) is None
    with pytest.raises(ConfigurationError, match="DIARIZATION_CHECKPOINT=nonsense is neither"):
        load_config(given | {"DIARIZATION_CHECKPOINT": "nonsense"})


def test_only_a_diarizer_is_taken_for_one(checkpoint: Path) -> None:
    assert check(checkpoint).model_class == "SortformerEncLabelModel"
    with pytest.raises(ConfigurationError, match="SortformerEncLabelModel"):
        load(FIXTURE, "words", "cpu")
