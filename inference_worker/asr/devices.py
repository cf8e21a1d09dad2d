"""Where a checkpoint runs, and in which precision."""

from __future__ import annotations

import functools
import logging
from typing import Any

import torch

from inference_worker.asr.gpu_signs import gpu_signs
from inference_worker.errors import ConfigurationError

logger = logging.getLogger(__name__)

AUTO = "auto"


def chosen_device(wanted: str) -> torch.device:
    """Where to compute. Raises `ConfigurationError` for a GPU that is not there."""
    if wanted == AUTO:
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if wanted.startswith("cuda") and not torch.cuda.is_available():
        raise ConfigurationError(f"ASR_DEVICE={wanted}, but torch finds no GPU; set it to cpu or auto.")
    return torch.device(wanted)


def warn_of_unused_gpu(wanted: str, named: str | None) -> None:
    """Say in the log, once in a process, that `auto` is the CPU although the machine seems to have a GPU.

    `named` as `WorkerConfig.gpus_named`: with None the GPU is hidden on purpose, and nothing is said.
    """
    if wanted != AUTO or named is None or torch.cuda.is_available():
        return
    signs = [*gpu_signs(), *([named] if named else [])]
    if signs:
        _say_once(
            f"ASR_DEVICE=auto takes the CPU, which is many times slower, although there are signs of an NVIDIA GPU "
            f"({', '.join(signs)}): torch finds none ({_obstacle()}). Mend the driver or install torch with CUDA; "
            "ASR_DEVICE=cuda does not start without the GPU, ASR_DEVICE=cpu ends this warning."
        )


def device_name(device: torch.device) -> str:
    """`cpu`, or the GPU with what it is called: `cuda:0 (NVIDIA H200)`."""
    if device.type != "cuda":
        return str(device)
    index = torch.cuda.current_device() if device.index is None else device.index
    return f"cuda:{index} ({torch.cuda.get_device_name(index)})"


@functools.cache
def _say_once(message: str) -> None:
    logger.warning(message)


def _obstacle() -> str:
    """Why torch has no GPU, in its own words."""
    cuda: Any = torch.cuda  # untyped
    try:
        cuda.init()
    except (RuntimeError, AssertionError) as error:
        return str(error).strip().split("\n")[0].rstrip(".")
    return "it counts no device"


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
