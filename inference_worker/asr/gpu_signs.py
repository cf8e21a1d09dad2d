"""Signs of an NVIDIA GPU in this machine, whether or not anything can compute on it. Standard library only."""

from __future__ import annotations

import re
from pathlib import Path

PCI_NVIDIA = "0x10de"
PCI_DISPLAY = "0x03"
"""The class of display and 3D controllers; the sound of the same card is another one."""


def gpu_signs(root: Path = Path("/")) -> list[str]:
    """Devices of the driver, what the driver says, and cards on the bus, as paths; empty where there is no GPU."""
    nodes = [path for path in root.glob("dev/nvidia*") if re.fullmatch(r"nvidia\d+", path.name)]
    driver = list(root.glob("proc/driver/nvidia/gpus/*"))
    cards = [path for path in root.glob("sys/bus/pci/devices/*") if _is_nvidia_gpu(path)]
    return [str(path) for path in (*sorted(nodes), *sorted(driver), *sorted(cards))]


def _is_nvidia_gpu(device: Path) -> bool:
    try:
        vendor, kind = ((device / name).read_text().strip() for name in ("vendor", "class"))
    except OSError:
        return False
    return vendor == PCI_NVIDIA and kind.startswith(PCI_DISPLAY)
