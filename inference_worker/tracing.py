"""OpenTelemetry spans of the worker, when `TRACES_ENDPOINT` says where they go. Without it nothing is imported.

They go on with the trace whose W3C `traceparent` is in the headers of the message, and results carry it back. Spans
have ids, counts and codes; never an address, a token or a word that was said.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Any

from inference_worker.errors import ConfigurationError

HEADER = "traceparent"

_tracer: Any = None


def start(endpoint: str) -> None:
    """Send spans of this process to `endpoint`; empty: nowhere. Raises `ConfigurationError`."""
    if not endpoint:
        return
    try:
        exporter = importlib.import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
        batching = importlib.import_module("opentelemetry.sdk.trace.export")
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            "TRACES_ENDPOINT is set, and OpenTelemetry is not installed. Install the extra `otel`, or empty it."
        ) from error
    use(batching.BatchSpanProcessor(exporter.OTLPSpanExporter(endpoint=endpoint)), "inference")


def use(processor: Any, service: str) -> None:
    """From now on spans go to this span processor of the SDK."""
    global _tracer
    sdk = importlib.import_module("opentelemetry.sdk.trace")
    resources = importlib.import_module("opentelemetry.sdk.resources")
    provider = sdk.TracerProvider(resource=resources.Resource.create({"service.name": service}))
    provider.add_span_processor(processor)
    _tracer = provider.get_tracer("recognition_helpers")


def stop() -> None:
    """No more spans."""
    global _tracer
    _tracer = None


@contextmanager
def span(
    name: str, kind: str = "INTERNAL", parent: Mapping[str, Any] | None = None, **about: str | int | float
) -> Iterator[Any]:
    """A span around the block, below `parent` (headers of a message) or else the span that is open.

    `kind` is one of SERVER, PRODUCER, CONSUMER, INTERNAL. Gives the span; None while tracing is off.
    """
    if _tracer is None:
        with nullcontext():
            yield None
        return
    trace = importlib.import_module("opentelemetry.trace")
    context = None
    if parent and parent.get(HEADER):
        context = _propagator().extract({HEADER: str(parent[HEADER])})
    with _tracer.start_as_current_span(
        name, context=context, kind=trace.SpanKind[kind], attributes=about, record_exception=False
    ) as opened:
        yield opened


def headers() -> dict[str, str]:
    """Of a message that is sent now: empty while tracing is off, or no span is open."""
    carried: dict[str, str] = {}
    if _tracer is not None:
        _propagator().inject(carried)
    return carried


def _propagator() -> Any:
    return importlib.import_module(
        "opentelemetry.trace.propagation.tracecontext"
    ).TraceContextTextMapPropagator()
