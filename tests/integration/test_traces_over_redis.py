"""One trace from the backend over a real Redis to the real worker process and back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from backend.core import tracing
from inference_worker import contract
from tests.live_stack import wait_until
from tests.speech import say, write_audio
from tests.unit.inference_worker.requests_for_tests import request_for
from tests.unit.inference_worker.test_worker_process import Queue, StartWorker, queue, server, start_worker

__all__ = ["queue", "server", "start_worker"]  # fixtures


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    tracing.use(SimpleSpanProcessor(exporter), "web")
    yield exporter
    tracing.stop()


def test_a_result_belongs_to_the_trace_of_its_request(
    queue: Queue, start_worker: StartWorker, spans: InMemorySpanExporter, tmp_path: Path
) -> None:
    payload = request_for(write_audio(tmp_path / "talk.wav", say("one two three"))).to_json()
    with tracing.span("dispatch unit", "PRODUCER"):
        queue.sender.send_task(
            contract.TASK_ANALYZE_UNIT, args=[payload], queue="interactive", headers=tracing.headers()
        )
    (dispatched,) = spans.get_finished_spans()
    # Nobody listens there: spans that cannot be handed over keep nothing from being done.
    start_worker(TRACES_ENDPOINT="http://127.0.0.1:1/v1/traces")

    def result() -> dict[str, str] | None:
        for message in map(json.loads, queue.client.lrange("results", 0, -1)):
            if message["headers"]["task"] == contract.TASK_STORE_UNIT:
                return dict(message["headers"])
        return None

    headers = wait_until(result, limit_s=180, what="the result is there")
    with tracing.span("store unit", "CONSUMER", parent=headers):
        pass
    stored = spans.get_finished_spans()[-1]
    assert stored.context.trace_id == dispatched.context.trace_id
    assert stored.parent.span_id != dispatched.context.span_id, "the worker's own span is between them"
