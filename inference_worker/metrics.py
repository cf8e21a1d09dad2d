"""What this worker counts for Prometheus, on a port of its own."""

from __future__ import annotations

import logging
import sys
from functools import partial

from prometheus_client import Counter, Gauge, Histogram, Info, start_http_server

logger = logging.getLogger(__name__)

_STAGE_S = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)

units = Counter("rh_worker_units_total", "Units by outcome: done, or the code of the failure", ["outcome"])
stage = Histogram("rh_worker_stage_seconds", "Seconds in a unit", ["stage"], buckets=_STAGE_S)
audio = Counter("rh_worker_audio_seconds_total", "Seconds of audio analysed")
batch_members = Histogram(
    "rh_worker_batch_members", "Utterances recognised together", buckets=(1, 2, 4, 8, 16, 32, 64, 128)
)
batch_fill = Histogram(
    "rh_worker_batch_fill",
    "Share of a batch that is sound and not padding",
    buckets=(0.25, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0),
)
engine = Info("rh_worker_engine", "What recognises speech, and the device that it computes on")
gpu_memory = Gauge("rh_worker_gpu_memory_bytes", "GPU memory that torch holds", ["device"])


def serve(address: str) -> None:
    """Start serving at `address` (`host:port`); empty: nowhere. Raises `OSError` when the port is taken."""
    if not address:
        return
    host, _, port = address.rpartition(":")
    start_http_server(int(port), host.strip("[]"))
    _watch_gpus()
    logger.info("metrics at http://%s/metrics", address)


def _watch_gpus() -> None:
    # An engine that uses the GPU has imported torch by now; for the others it is not worth its memory.
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_available():
        return
    for index in range(torch.cuda.device_count()):
        gpu_memory.labels(str(index)).set_function(partial(torch.cuda.memory_reserved, index))
