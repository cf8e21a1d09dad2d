"""What only a GPU has: a second stream on which the next batch is prepared, and graphs of the decoding loop."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Sequence
from typing import Any

import torch

from inference_worker.asr.device_errors import is_out_of_memory

logger = logging.getLogger(__name__)


class SideStream:
    """Work beside the one that runs: copies and features of the next batch. On a CPU everything is in one line."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        cuda: Any = torch.cuda  # untyped
        self._stream = cuda.Stream(device) if device.type == "cuda" else None

    @property
    def is_real(self) -> bool:
        """Whether there is a stream to be beside: on a CPU two threads would only take each other's time."""
        return self._stream is not None

    @contextlib.contextmanager
    def beside(self) -> Iterator[None]:
        """What is launched in this block goes to the stream."""
        if self._stream is None:
            yield
            return
        with torch.cuda.stream(self._stream):
            yield

    def mark(self) -> Any:
        """A point in the stream, for `join`; None on a CPU."""
        return None if self._stream is None else self._stream.record_event()

    def join(self, mark: Any, tensors: Sequence[torch.Tensor]) -> None:
        """Let the caller's stream wait until `mark`, and keep the memory of `tensors` until it is done with them."""
        if mark is None:
            return
        current = torch.cuda.current_stream(self._device)
        current.wait_event(mark)
        for tensor in tensors:
            tensor.record_stream(current)


class GraphDecoder:
    """Greedy transducer decoding by NeMo, with CUDA graphs as long as they work.

    NeMo itself goes from one graph of the whole loop to several small ones where the driver knows no conditional
    nodes. Whatever else goes wrong with graphs ends them for the life of the model: the same batch is decoded
    without. A GPU that is really lost fails again then, and that is raised.
    """

    def __init__(self, decoding: Any, *, is_graph: bool) -> None:
        self.decoding = decoding
        self.is_graph = is_graph

    def __call__(self, encoded: torch.Tensor, lengths: torch.Tensor) -> list[Any]:
        """Hypotheses of `(batch, width, time)` frames. Raises what torch raises."""
        try:
            return self._decoded(encoded, lengths)
        except Exception as error:
            if not self.is_graph:
                raise
            if is_out_of_memory(error):
                # A graph that was recorded by half must not be played for the smaller batch.
                self.decoding.decoding.decoding_computer.reset_cuda_graphs_state()
                raise
            self.is_graph = False
            self.decoding.decoding.disable_cuda_graphs()
            logger.warning("CUDA graphs do not work here (%s); decoding goes on without them", error)
        return self._decoded(encoded, lengths)

    def _decoded(self, encoded: torch.Tensor, lengths: torch.Tensor) -> list[Any]:
        hypotheses: list[Any] = self.decoding.rnnt_decoder_predictions_tensor(
            encoder_output=encoded, encoded_lengths=lengths, return_hypotheses=True
        )
        return hypotheses
