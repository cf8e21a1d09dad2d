"""A `.nemo` file from the network: damaged, of another kind, or made to run code."""

from __future__ import annotations

import os
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml

from inference_worker.asr import nemo_archive
from inference_worker.asr.nemo_archive import check, inspect, load_weights
from inference_worker.errors import ConfigurationError
from tests.unit.inference_worker.asr.archives import archive, config, weights


class Trap:
    """Unpickling this makes a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.folder),)


def with_config(path: Path, **changes: Any) -> Path:
    return archive(path, **{"model_config.yaml": yaml.safe_dump(config(**changes)).encode()})


def test_a_good_file(tmp_path: Path) -> None:
    info = check(archive(tmp_path / "good.nemo"))
    assert (info.model_class, info.languages) == ("EncDecCTCModelBPE", ())
    assert check(archive(tmp_path / "old.nemo", mode="w:gz")) == info


def test_prompts_are_languages(tmp_path: Path) -> None:
    path = with_config(
        tmp_path / "prompted.nemo",
        target="nemo.collections.asr.models.EncDecRNNTBPEModelWithPrompt",
        model_defaults={"prompt_dictionary": {"en-US": 0, "en-GB": 1, "ko-KR": 2, "auto": 3, "unknown1": 4}},
    )
    info = inspect(path)
    assert info.languages == ("en", "ko")


def test_weights_that_would_run_code_are_not_loaded(tmp_path: Path) -> None:
    trapped = tmp_path / "trapped"
    path = archive(tmp_path / "bad.nemo", **{"model_weights.ckpt": weights(Trap(trapped))})
    with pytest.raises(ConfigurationError, match="more than numbers"):
        check(path)
    assert not trapped.exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", weights()[:-200], b"not a pickle"])
@pytest.mark.parametrize("mode", ["w:", "w:gz"])
def test_damaged_weights(tmp_path: Path, content: bytes, mode: str) -> None:
    path = archive(tmp_path / "bad.nemo", mode, **{"model_weights.ckpt": content})
    with pytest.raises(ConfigurationError, match="fetch the model again"):
        load_weights(path)
    with pytest.raises(ConfigurationError, match="fetch the model again"):
        check(path)


@pytest.mark.parametrize("mode", ["w:", "w:gz"])
def test_weights_are_read_where_they_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    path = archive(tmp_path / "good.nemo", mode)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "no such folder"))
    check(path)
    assert torch.equal(load_weights(path)["layer"], torch.ones(2, 2))
    assert load_weights(path, "meta")["layer"].device.type == "meta"


def test_compressed_weights_have_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = archive(tmp_path / "bomb.nemo", "w:gz", **{"model_weights.ckpt": bytes(100_000)})
    monkeypatch.setattr(nemo_archive, "LARGEST_PACKED_BYTES", 99_999)
    with pytest.raises(ConfigurationError, match="more than any model has"):
        check(path)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"target": "os.system"}, "asks to run os.system"),
        ({"encoder": {"_target_": "subprocess.Popen", "args": ["true"]}}, "asks to run subprocess.Popen"),
        ({"a": [{"b": {"_target_": "builtins.eval"}}]}, "asks to run builtins.eval"),
        ({"decoder": {"cls": "torch.hub.load", "params": {}}}, "asks to run torch.hub.load"),
        ({"x": "${oc.env:SECRET_KEY}"}, "calls functions"),
        ({"y": "oc.env", "x": ["${${y}:SECRET_KEY}"]}, "calls functions"),
        ({"target": "nemo.collections.asr.models.EncDecSpeakerLabelModel"}, "does not recognise speech"),
        ({"target": None}, "asks to run None|without a class|does not recognise"),
        ({"sample_rate": 8000}, "made for 16000, 8000 Hz|made for 8000"),
        ({"sample_rate": None, "preprocessor": {}}, "made for no rate"),
        ({"tokenizer": {"type": "huggingface"}}, "unknown type"),
    ],
)
def test_configurations_that_are_refused(tmp_path: Path, changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ConfigurationError, match=complaint):
        inspect(with_config(tmp_path / "bad.nemo", **changes))


def test_yaml_with_objects_is_refused(tmp_path: Path) -> None:
    text = b"!!python/object/apply:os.mkdir ['trapped']\n"
    with pytest.raises(ConfigurationError, match="not plain YAML"):
        inspect(archive(tmp_path / "bad.nemo", **{"model_config.yaml": text}))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (b'x: "\\x24{oc.env:SECRET_KEY}"\n', "calls functions"),
        (b'"\\u0024{oc.env:SECRET_KEY}": x\n', "calls functions"),
        (b"a: &a [*a]\n", "without end"),
        (b"a: " + b"[" * 5000, "not plain YAML"),
    ],
)
def test_yaml_that_hides_something(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: bytes, complaint: str
) -> None:
    monkeypatch.setattr(nemo_archive, "MOST_CONFIG_ENTRIES", 1000)
    good = yaml.safe_dump(config()).encode()
    with pytest.raises(ConfigurationError, match=complaint):
        inspect(archive(tmp_path / "bad.nemo", **{"model_config.yaml": good + text}))


@pytest.mark.parametrize("name", ["model_config.yaml", "model_weights.ckpt"])
def test_a_second_part_behind_the_one_that_is_checked(tmp_path: Path, name: str) -> None:
    """NeMo reads the one at the top, whichever that is."""
    bad = yaml.safe_dump(config(target="os.system")).encode()
    first = {"model_config.yaml": bad} if name == "model_config.yaml" else {}
    good = yaml.safe_dump(config()).encode() if first else weights()
    with pytest.raises(ConfigurationError, match=f"{name} more than once"):
        inspect(archive(tmp_path / "two.nemo", **first, **{f"deeper/{name}": good}))


def test_files_that_would_leave_their_folder(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="outside of its folder"):
        inspect(archive(tmp_path / "up.nemo", **{"../up": b""}))
    link = archive(tmp_path / "link.nemo")
    with tarfile.open(link, "a") as tar:
        entry = tarfile.TarInfo("tokenizer.vocab")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(entry)
    with pytest.raises(ConfigurationError, match="outside of its folder"):
        inspect(link)


@pytest.mark.parametrize("mode", ["w:", "w:gz"])
def test_every_truncation_is_noticed(tmp_path: Path, mode: str) -> None:
    whole = archive(tmp_path / "whole.nemo", mode=mode, **{"tokenizer.model": bytes(40_000)}).read_bytes()
    cut = tmp_path / "cut.nemo"
    # Behind the last member a tar file only has filling.
    last = len(whole) if mode == "w:gz" else 40_000
    for length in (0, 1, 100, 600, last // 3, last // 2, last - 20):
        cut.write_bytes(whole[:length])
        with pytest.raises(ConfigurationError, match=r"damaged or incomplete|is not a NeMo model"):
            inspect(cut)


def test_things_that_are_no_archive(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="damaged or incomplete"):
        inspect(tmp_path / "absent.nemo")
    no_weights = archive(tmp_path / "half.nemo", **{"model_weights.ckpt": None})
    with pytest.raises(ConfigurationError, match=r"lacks model_config\.yaml or model_weights\.ckpt"):
        inspect(no_weights)
