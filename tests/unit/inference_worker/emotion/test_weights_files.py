"""Model folders: what is written is read, and anything else is refused with a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from inference_worker.emotion.base import EmotionModelError
from inference_worker.emotion.calibration import Calibration
from inference_worker.emotion.features import CHANNELS
from inference_worker.emotion.model import load
from inference_worker.emotion.network import EmotionNetwork, NetworkOptions
from inference_worker.emotion.weights_files import load_model, save_model

SMALL = NetworkOptions(bands=(4, 4, 4), width=8, recurrent=4, dilations=(1,))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    save_model(tmp_path, "rh-emotion/test", [EmotionNetwork(SMALL)], Calibration(temperature=2.0))
    return tmp_path


def test_round_trip(folder: Path) -> None:
    torch.manual_seed(0)
    network = EmotionNetwork(SMALL).eval()
    stored = load_model(folder)
    assert stored.name == "rh-emotion/test"
    assert stored.calibration == Calibration(temperature=2.0)
    assert stored.networks[0].options == SMALL
    frames, lengths = torch.randn(2, 40, CHANNELS), torch.tensor([40, 40])
    with torch.inference_mode():
        difference = stored.networks[0](frames, lengths).emotion - network(frames, lengths).emotion
    assert float(difference.abs().max()) < 5e-3


def test_no_pickle_in_the_folder(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == ["config.json", "member-0.safetensors"]


def test_a_tampered_weight_file_is_refused(folder: Path) -> None:
    path = folder / "member-0.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(EmotionModelError, match="differs from its checksum"):
        load(folder)


@pytest.mark.parametrize("name", ["config.json", "member-0.safetensors"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(EmotionModelError, match=name):
        load(folder)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"labels": 3}'])
def test_a_damaged_config_is_refused(folder: Path, text: str) -> None:
    (folder / "config.json").write_text(text)
    with pytest.raises(EmotionModelError, match="damaged"):
        load(folder)


@pytest.mark.parametrize(("key", "value"), [("labels", ["neutral"]), ("feature_version", 0)])
def test_a_model_for_another_front_end_is_refused(folder: Path, key: str, value: object) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {key: value}))
    with pytest.raises(EmotionModelError, match="other labels or features"):
        load(folder)


def test_weights_of_another_shape_are_refused(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    config["members"][0]["network"]["width"] = 16
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(EmotionModelError, match="does not hold"):
        load(folder)


def test_a_path_outside_the_folder_is_not_followed(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    config["members"][0]["file"] = "../../etc/passwd"
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(EmotionModelError, match="passwd"):
        load(folder)


def test_the_network_runs_where_its_frames_are() -> None:
    """On torch's `meta` device nothing is computed, but tensors of two devices still refuse to meet."""
    network = EmotionNetwork(SMALL).eval().to("meta")
    outputs = network(torch.randn(2, 40, CHANNELS, device="meta"), torch.tensor([40, 40]))
    assert {values.device.type for values in outputs} == {"meta"}
    assert outputs.emotion.shape == (2, 7)


def test_the_fused_network_answers_the_same() -> None:
    torch.manual_seed(1)
    network = EmotionNetwork(SMALL)
    lengths = torch.tensor([40, 23, 7])
    frames = torch.randn(3, 40, CHANNELS) * (torch.arange(40) < lengths[:, None]).unsqueeze(2)
    for _ in range(3):
        network(frames, lengths)
    fused, network = network.fused(), network.eval()
    assert not any(isinstance(layer, torch.nn.modules.batchnorm._BatchNorm) for layer in fused.modules())
    with torch.inference_mode():
        for one, other in zip(fused(frames, lengths), network(frames, lengths), strict=True):
            assert float((one - other).abs().max()) < 1e-4
        alone = fused(frames[2:, :7], lengths[2:])
        assert float((alone.emotion - fused(frames, lengths).emotion[2:]).abs().max()) < 1e-4


@pytest.mark.parametrize(
    "changed",
    [
        {"temperature": 0.0},
        {"temperature": "NaN"},
        {"threshold": "high"},
        {"threshold": None},
        {"reliability": [1.0]},
        {"reliability": 3},
        {"unheard_of": 1.0},
    ],
)
def test_a_calibration_that_cannot_be_is_refused(folder: Path, changed: dict[str, object]) -> None:
    config = json.loads((folder / "config.json").read_text())
    config["calibration"] |= changed
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(EmotionModelError, match="damaged"):
        load(folder)
