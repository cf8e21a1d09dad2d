"""Where a checkpoint runs, and in which precision."""

from __future__ import annotations

import torch

from inference_worker.errors import ConfigurationError

AUTO = "auto"


def chosen_device(wanted: str) -> torch.device:
    """Where to compute. Raises `ConfigurationError` for a GPU that is not there."""
    if wanted == AUTO:
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if wanted.startswith("cuda") and not torch.cuda.is_available():
        raise ConfigurationError(f"ASR_DEVICE={wanted}, but torch finds no GPU; set it to cpu or auto.")
    return torch.device(wanted)


def chosen_precision(wanted: str, device: torch.device) -> torch.dtype:
    """`float32`, `bfloat16`, `float16`; `auto`: the fastest that `device` has in hardware."""
    if wanted != AUTO:
        return {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}[wanted]
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    return torch.bfloat16 if _cpu_has_bfloat16() else torch.float32


def _cpu_has_bfloat16() -> bool:
    abilities = torch.cpu.get_capabilities()
    return any(abilities.get(name, False) for name in ("avx512_bf16", "amx_bf16"))
