"""What this process counts for Prometheus. `backend.config.metrics` serves it; nothing here names a person."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

_REQUEST_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_QUEUE_S = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)
_LIVE_S = (0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.5, 5.0, 10.0, 30.0, 120.0)
_UNIT_S = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)

requests = Histogram(
    "rh_request_seconds", "Answers of the API", ["method", "route", "status"], buckets=_REQUEST_S
)
queue_wait = Histogram(
    "rh_queue_wait_seconds", "From a unit being sent to a worker taking it", ["queue"], buckets=_QUEUE_S
)
unit_run = Histogram(
    "rh_unit_run_seconds", "What a worker needed for a unit: decoding and inference", buckets=_UNIT_S
)
unit_outcomes = Counter(
    "rh_units_total",
    "Answers of workers by outcome: stored, failed, lost, dropped, unfit (another version)",
    ["outcome"],
)
analysis_outcomes = Counter("rh_analyses_total", "Analyses that ended", ["state", "code"])
audio = Counter("rh_audio_seconds_total", "Seconds of audio that workers analysed")
pushes = Counter(
    "rh_pushes_total", "Events pushed to clients: sent, or dropped while Redis was away", ["outcome"]
)
sockets = Gauge("rh_websockets", "Open websockets: events, live, captions (second screens), care", ["kind"])
live_finals = Histogram(
    "rh_live_final_seconds", "From the end of a live utterance to its stored words", buckets=_LIVE_S
)
live_refusals = Counter("rh_live_refusals_total", "Errors told to live clients and second screens", ["code"])
