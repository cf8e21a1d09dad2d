"""What a failed call to the device means: too little memory, a GPU that is lost, or neither."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from typing import TypeVar

import torch

from inference_worker.device_loss import end_process
from inference_worker.errors import DeviceLostError

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

SHORTAGES = ("out of memory", "can't allocate memory", "alloc_failed")
"""In the messages of errors that have no class of their own: the CUDA runtime (pinned memory, graphs), torch on a CPU,
cuBLAS, cuDNN and cuFFT."""


def is_out_of_memory(error: BaseException) -> bool:
    """Whether the device, or the machine, had too little memory."""
    if isinstance(error, (MemoryError, torch.OutOfMemoryError)):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error).lower() for words in SHORTAGES)


def is_lost(device: torch.device) -> bool:
    """Whether the GPU does not answer this process any more; an error of one call alone does not say so."""
    if device.type != "cuda":
        return False
    try:
        torch.cuda.synchronize(device)
    except RuntimeError:
        return True
    return False


def within_memory(run: Callable[[], Result], what: str, device: torch.device) -> Result | None:
    """What `run` returns; None when the memory was too small for it. `what` says in the log what it was.

    Raises `DeviceLostError` when the GPU is lost, and then ends the worker: a process cannot get it back. Else what
    `run` raises.
    """
    try:
        return run()
    except Exception as error:
        if not is_out_of_memory(error):
            if is_lost(device):
                end_process()
                raise DeviceLostError("The GPU does not answer any more; try again.") from error
            raise
        logger.warning("%s were too many for the memory of the device", what)
    # Only here the frames that hold the tensors of the failed batch are gone.
    free(device)
    return None


def free(device: torch.device) -> None:
    """Give the memory that torch keeps back to a GPU."""
    if device.type != "cuda":
        return
    torch.cuda.empty_cache()
    # The runtime leaves the error of a failed allocation of pinned memory to the next kernel, whichever that is.
    with contextlib.suppress(RuntimeError):
        torch.zeros(1, device=device)
