"""What a failed call to the device is taken for, as far as it can be seen without a GPU."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

from inference_worker.asr import device_errors
from inference_worker.asr.device_errors import is_out_of_memory, within_memory
from inference_worker.errors import DeviceLostError, WorkerLostError

GPU = torch.device("cuda")
CPU = torch.device("cpu")


def raising(error: Exception) -> Callable[[], Any]:
    def run() -> Any:
        raise error

    return run


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """How often the process was told to end; the GPU answers, and has nothing to free."""
    calls: list[bool] = []
    monkeypatch.setattr(device_errors, "end_process", lambda: calls.append(True))
    monkeypatch.setattr(torch.cuda, "synchronize", lambda device: None)
    monkeypatch.setattr(device_errors, "free", lambda device: None)
    return calls


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
        torch.AcceleratorError("CUDA error: out of memory"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
        RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"),
        RuntimeError("cuFFT error: CUFFT_ALLOC_FAILED"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes."),
        MemoryError(),
    ],
)
def test_a_lack_of_memory_is_no_lost_gpu(ended: list[bool], error: Exception) -> None:
    """Pinned memory, graphs and the libraries say it in words only."""
    assert within_memory(raising(error), "3 clips", GPU) is None
    assert ended == []


def test_what_torch_itself_says_of_too_much_on_a_cpu() -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(10**15)
    assert is_out_of_memory(caught.value)


@pytest.mark.parametrize(
    "error",
    [
        torch.AcceleratorError("CUDA error: an illegal memory access was encountered"),
        RuntimeError("CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasSgemm`"),
        RuntimeError("cuFFT error: CUFFT_INTERNAL_ERROR"),
        Exception("CUDA error 700"),
    ],
)
def test_a_gpu_is_lost_when_it_does_not_answer(
    ended: list[bool], monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    with pytest.raises(type(error)):
        within_memory(raising(error), "3 clips", GPU)
    assert ended == [], "it answers: one call went wrong, and the process goes on"

    def silent(device: Any) -> None:
        raise torch.AcceleratorError("CUDA error: an illegal memory access was encountered")

    monkeypatch.setattr(torch.cuda, "synchronize", silent)
    with pytest.raises(DeviceLostError) as caught:
        within_memory(raising(error), "3 clips", GPU)
    assert (caught.value.code, caught.value.retryable, ended) == ("worker_lost", True, [True])
    assert isinstance(caught.value, WorkerLostError)
    with pytest.raises(type(error)):
        within_memory(raising(error), "3 clips", CPU)


def test_a_lack_of_memory_gives_back_what_torch_keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def stale(*_: Any, **__: Any) -> Any:
        calls.append("kernel")
        raise torch.AcceleratorError("CUDA error: out of memory")

    monkeypatch.setattr(torch.cuda, "empty_cache", lambda: calls.append("empty"))
    monkeypatch.setattr(device_errors.torch, "zeros", stale)
    assert within_memory(raising(torch.OutOfMemoryError("CUDA out of memory")), "clips", GPU) is None
    assert calls == ["empty", "kernel"]
    assert within_memory(raising(MemoryError()), "clips", CPU) is None
    assert calls == ["empty", "kernel"]
