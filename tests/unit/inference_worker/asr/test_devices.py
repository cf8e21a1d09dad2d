"""A GPU that is in the machine and that torch cannot use is told of, once; a machine without one hears nothing."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
import torch

from inference_worker.asr import devices
from inference_worker.asr.devices import chosen_device, device_name, warn_of_unused_gpu
from inference_worker.asr.gpu_signs import gpu_signs


@pytest.fixture(autouse=True)
def no_gpu_for_torch(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("WARNING")
    devices._say_once.cache_clear()
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.cuda, "init", no_driver)


def no_driver() -> None:
    raise RuntimeError("Found no NVIDIA driver on your system. Please check.\nMore of it.")


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records if record.levelno >= logging.WARNING]


def machine(root: Path, *, vendor: str = "0x10de", kind: str = "0x030200", node: str = "") -> Path:
    card = root / "sys/bus/pci/devices/0000:01:00.0"
    card.mkdir(parents=True)
    (card / "vendor").write_text(f"{vendor}\n")
    (card / "class").write_text(f"{kind}\n")
    if node:
        (root / "dev").mkdir()
        (root / "dev" / node).touch()
    return root


def test_signs_of_a_gpu(tmp_path: Path) -> None:
    root = machine(tmp_path, node="nvidia0")
    (root / "proc/driver/nvidia/gpus/0000:01:00.0").mkdir(parents=True)
    assert gpu_signs(root) == [
        str(root / "dev/nvidia0"),
        str(root / "proc/driver/nvidia/gpus/0000:01:00.0"),
        str(root / "sys/bus/pci/devices/0000:01:00.0"),
    ]


@pytest.mark.parametrize(
    ("vendor", "kind", "node"),
    [
        ("0x8086", "0x030000", "nvram"),  # another maker's screen
        ("0x10de", "0x040300", "nvidiactl"),  # the sound of a card that is gone, and the driver's own door
    ],
)
def test_no_signs_of_a_gpu(tmp_path: Path, vendor: str, kind: str, node: str) -> None:
    assert gpu_signs(machine(tmp_path, vendor=vendor, kind=kind, node=node)) == []


def test_a_machine_of_which_nothing_can_be_read_has_no_signs(tmp_path: Path) -> None:
    (tmp_path / "sys/bus/pci/devices/0000:01:00.0").mkdir(parents=True)
    assert gpu_signs(tmp_path) == []


def test_a_gpu_that_torch_cannot_use_is_told_of_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(devices, "gpu_signs", lambda: ["/dev/nvidia0"])
    for _ in range(2):  # the second checkpoint, and the swap
        warn_of_unused_gpu("auto", "CUDA_VISIBLE_DEVICES=0")
    assert chosen_device("auto") == torch.device("cpu")
    assert warnings(caplog) == [
        "ASR_DEVICE=auto takes the CPU, which is many times slower, although there are signs of an NVIDIA GPU "
        "(/dev/nvidia0, CUDA_VISIBLE_DEVICES=0): torch finds none (Found no NVIDIA driver on your system. Please "
        "check). Mend the driver or install torch with CUDA; ASR_DEVICE=cuda does not start without the GPU, "
        "ASR_DEVICE=cpu ends this warning."
    ]


def test_the_environment_alone_is_a_sign(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(devices, "gpu_signs", lambda: [])
    warn_of_unused_gpu("auto", "NVIDIA_VISIBLE_DEVICES=GPU-1")
    assert "(NVIDIA_VISIBLE_DEVICES=GPU-1)" in warnings(caplog)[0]


@pytest.mark.parametrize(
    ("wanted", "signs", "named", "is_available"),
    [
        ("auto", [], "", False),
        ("auto", ["/dev/nvidia0"], None, False),
        ("auto", ["/dev/nvidia0"], "", True),
        ("cpu", ["/dev/nvidia0"], "CUDA_VISIBLE_DEVICES=0", False),
    ],
)
def test_nothing_is_said_without_a_gpu_or_where_it_is_not_wanted(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    wanted: str,
    signs: list[str],
    named: str | None,
    is_available: bool,
) -> None:
    monkeypatch.setattr(devices, "gpu_signs", lambda: signs)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: is_available)
    warn_of_unused_gpu(wanted, named)
    assert warnings(caplog) == []


def test_names_of_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "current_device", lambda: 1)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda index: f"Card {index}")
    assert device_name(torch.device("cpu")) == "cpu"
    assert device_name(torch.device("cuda")) == "cuda:1 (Card 1)"
    assert device_name(torch.device("cuda:0")) == "cuda:0 (Card 0)"
