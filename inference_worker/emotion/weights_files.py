"""The folder that holds a model: `config.json` and one `.safetensors` file a member. No pickle, no code."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from inference_worker.contract import EMOTION_LABELS
from inference_worker.emotion.base import EmotionModelError
from inference_worker.emotion.calibration import RELIABILITY_INPUTS, Calibration
from inference_worker.emotion.features import FEATURE_VERSION
from inference_worker.emotion.network import EmotionNetwork, options_from_json

CONFIG_NAME = "config.json"


@dataclass(frozen=True, slots=True)
class StoredModel:
    name: str
    networks: tuple[EmotionNetwork, ...]
    """Members of the ensemble; their logits are averaged."""
    calibration: Calibration
    fingerprint: str = "unsaved"
    """Of the members' files: tells models of one name apart."""


def save_model(folder: Path, name: str, networks: Sequence[EmotionNetwork], calibration: Calibration) -> None:
    """Writes `config.json` and the members' weights (float16) into `folder`, over what was there."""
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.glob("member-*.safetensors"):
        stale.unlink()
    members = []
    for number, network in enumerate(networks):
        path = folder / f"member-{number}.safetensors"
        save_file({key: _half(value) for key, value in network.state_dict().items()}, str(path))
        path.chmod(0o644)
        members.append(
            {
                "file": path.name,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                "network": asdict(network.options),
            }
        )
    config = {
        "name": name,
        "labels": EMOTION_LABELS,
        "feature_version": FEATURE_VERSION,
        "members": members,
        "calibration": asdict(calibration),
    }
    (folder / CONFIG_NAME).write_text(json.dumps(config, indent=2) + "\n")


def load_model(folder: Path) -> StoredModel:
    """Reads what `save_model` wrote.

    Raises `EmotionModelError` when a file is missing, differs from its checksum, or was made for other labels
    or another front end.
    """
    try:
        config = json.loads((folder / CONFIG_NAME).read_text())
        if tuple(config["labels"]) != EMOTION_LABELS or config["feature_version"] != FEATURE_VERSION:
            raise EmotionModelError(f"{folder}: made for other labels or features; train it again")
        return StoredModel(
            name=str(config["name"]),
            networks=tuple(_load_member(folder, member) for member in config["members"]),
            calibration=calibration_from_json(config["calibration"]),
            fingerprint=_fingerprint([str(member["sha256"]) for member in config["members"]]),
        )
    except OSError as error:
        raise EmotionModelError(f"{error.filename or folder}: cannot be read; restore the weights") from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise EmotionModelError(f"{folder / CONFIG_NAME}: damaged ({error}); restore the weights") from error


def _fingerprint(checksums: Sequence[str]) -> str:
    return hashlib.sha256("".join(checksums).encode()).hexdigest()[:12]


def _load_member(folder: Path, member: dict[str, Any]) -> EmotionNetwork:
    path = folder / Path(member["file"]).name
    if hashlib.sha256(path.read_bytes()).hexdigest() != member["sha256"]:
        raise EmotionModelError(f"{path}: differs from its checksum in {CONFIG_NAME}; restore the weights")
    network = EmotionNetwork(options_from_json(member["network"]))
    try:
        network.load_state_dict({key: _full(value) for key, value in load_file(str(path)).items()})
    except (SafetensorError, RuntimeError) as error:
        raise EmotionModelError(f"{path}: does not hold this network's weights; restore them") from error
    return network.eval()


def calibration_from_json(values: dict[str, Any]) -> Calibration:
    """What `asdict` made of one. Raises `ValueError`, `TypeError` or `KeyError` for anything else."""
    reliability = tuple(float(weight) for weight in values["reliability"])
    others = {name: float(value) for name, value in values.items() if name != "reliability"}
    found = Calibration(reliability=reliability, **others)
    if len(reliability) != len(RELIABILITY_INPUTS):
        raise ValueError(f"reliability has {len(RELIABILITY_INPUTS)} weights")
    if not all(map(math.isfinite, (*reliability, *others.values()))) or found.temperature <= 0.0:
        raise ValueError("calibration has numbers that are none, or a temperature that is not above 0")
    return found


def _half(value: Tensor) -> Tensor:
    return value.half().contiguous() if value.dtype.is_floating_point else value.contiguous()


def _full(value: Tensor) -> Tensor:
    return value.float() if value.dtype.is_floating_point else value
