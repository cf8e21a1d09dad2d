"""One trace from a request over the queue to the worker and back; nothing in it was said or opens anything."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from celery.app.task import Context
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from backend.analyses import tasks
from backend.analyses.models import Analysis
from backend.core import tracing as backend_tracing
from backend.core.tracing import HEADER
from inference_worker import tracing as worker_tracing
from inference_worker.crash_marks import CrashMarks
from inference_worker.results import ResultSender
from inference_worker.running import RunningUnits
from inference_worker.storage import AudioStorage, StorageOptions
from inference_worker.tasks import UnitRunner
from tests.conftest import CommittingClient
from tests.recorders import PushRecorder, SendRecorder
from tests.speech import say, write_audio
from tests.unit.backend.conftest import upload
from tests.unit.inference_worker.engine_doubles import engine_doubles

__all__ = ["upload"]  # fixture


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    backend_tracing.use(SimpleSpanProcessor(exporter), "web")
    worker_tracing.use(SimpleSpanProcessor(exporter), "inference")
    yield exporter
    backend_tracing.stop()
    worker_tracing.stop()


class App:
    """In place of the worker's Celery app."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def send_task(self, name: str, **options: Any) -> None:
        self.sent.append({"name": name, **options})


def runner(app: App, folder: Path) -> UnitRunner:
    engines, _, _ = engine_doubles()

    class Registry:
        def using(self) -> Any:
            return contextlib.nullcontext(engines)

    options = StorageOptions(
        cache_dir=folder / "cache", cache_max_bytes=10**9, fetch_attempts=1, fetch_timeout_s=5
    )
    return UnitRunner(
        registry=Registry(),  # type: ignore[arg-type]
        storage=AudioStorage(options),
        marks=CrashMarks(folder / "cache"),
        running=RunningUnits(),
        sender=ResultSender(app, threading.Event()),  # type: ignore[arg-type]
        stopping=threading.Event(),
        soft_limit_s=60.0,
    )


def road(
    client: CommittingClient, upload: Callable[..., Any], sent: SendRecorder, folder: Path, commit: Any
) -> App:
    """A recording from its upload to its stored result, with everything between but the queue itself."""
    path = write_audio(folder / "talk.wav", say("one two three"))
    assert upload(client, audio=path.read_bytes()).status_code == 201
    request = {**sent.requests[0].to_json(), "audio_url": path.as_uri()}
    app = App()
    runner(app, folder).run(json.loads(json.dumps(request)), sent.headers[0])
    (answer,) = app.sent
    with commit(execute=True):
        # Not `apply`, which closes the connection that the test shares with its client.
        tasks.store_unit.push_request(headers=answer["headers"])
        tasks.store_unit.run(json.loads(json.dumps(answer["args"][0])))
        tasks.store_unit.pop_request()
    assert Analysis.objects.get().state == "done"
    return app


def test_one_trace(
    spans: InMemorySpanExporter,
    owner_client: CommittingClient,
    upload: Callable[..., Any],
    sent: SendRecorder,
    pushed: PushRecorder,
    tmp_path: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    with backend_tracing.span("test"):
        road(owner_client, upload, sent, tmp_path, django_capture_on_commit_callbacks)
    found = {span.name: span for span in spans.get_finished_spans()}
    assert set(found) == {"test", "POST api/v1/recordings", "dispatch unit", "unit", "store unit"}
    assert len({span.context.trace_id for span in found.values()}) == 1
    assert found["unit"].parent.span_id == found["dispatch unit"].context.span_id
    assert found["store unit"].parent.span_id == found["unit"].context.span_id
    assert [found[name].kind.name for name in ("POST api/v1/recordings", "dispatch unit", "unit")] == [
        "SERVER",
        "PRODUCER",
        "CONSUMER",
    ]
    analysis = Analysis.objects.get()
    assert found["unit"].attributes["analysis"] == str(analysis.pk)
    assert found["unit"].attributes["outcome"] == "done"
    assert found["POST api/v1/recordings"].attributes["http.response.status_code"] == 201


def test_nothing_in_it_was_said_or_opens_anything(
    spans: InMemorySpanExporter,
    owner_client: CommittingClient,
    upload: Callable[..., Any],
    sent: SendRecorder,
    pushed: PushRecorder,
    tmp_path: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    road(owner_client, upload, sent, tmp_path, django_capture_on_commit_callbacks)
    token = sent.requests[0].audio_url.rpartition("/")[2]
    assert owner_client.get(f"/internal/audio/{token}").status_code == 200
    owner_client.get("/api/v1/search?q=word")
    told = "".join(span.to_json() for span in spans.get_finished_spans())
    assert "internal/audio/<str:token>" in told
    hidden = [token, "q=word", "angry", "talk.wav", "file://", "owner@example.org"]
    assert [text for text in hidden if text in told] == []


def test_nothing_is_carried_and_nothing_imported_while_it_is_off(
    owner_client: CommittingClient,
    upload: Callable[..., Any],
    sent: SendRecorder,
    pushed: PushRecorder,
    tmp_path: Path,
    django_capture_on_commit_callbacks: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is imported")

    monkeypatch.setattr(backend_tracing.importlib, "import_module", refuse)
    app = road(owner_client, upload, sent, tmp_path, django_capture_on_commit_callbacks)
    assert sent.headers == [{}]
    assert app.sent[0]["headers"] == {}


def test_celery_hands_over_what_is_in_the_headers() -> None:
    context = Context({"id": "1", "task": "t", "lang": "py", HEADER: "00-1-2-01"})
    assert context.headers == {HEADER: "00-1-2-01"}
