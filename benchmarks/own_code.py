"""CPU of the backend's own code for a short recording, in one process: services, serializers, database, sending.

Leaves out what others made around it: HTTP server, request parsing, sign-in, Celery's loop and the websocket server;
`benchmarks.overhead` measures all of that together, and runs this against the Redis and database of a real stack
(`DATA_DIR`, `REDIS_URL`). Prints milliseconds by step as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time
import uuid
from collections.abc import Callable
from typing import TypeVar

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings.embedded")
import django

django.setup()

from django.core.files.base import ContentFile  # noqa: E402 - Django must be set up first

from backend.accounts.models import User  # noqa: E402
from backend.analyses.serializers import RecordingSerializer  # noqa: E402
from backend.analyses.services import liveness, results  # noqa: E402
from backend.core.wire_form import wire_form  # noqa: E402
from backend.realtime import publisher  # noqa: E402
from backend.uploads.services import recordings as services  # noqa: E402
from benchmarks.report import percentile  # noqa: E402
from benchmarks.synthetic_messages import heartbeat, unit_result  # noqa: E402
from inference_worker import contract  # noqa: E402

RECORDINGS = 300
"""Or as many as the argument says. A tenth of it before, to warm up."""
AUDIO = bytes(12_000)
"""As large as 3 s of Opus at 32 kbit/s."""
R = TypeVar("R")


class Stopwatch:
    """CPU time of this thread, by step."""

    def __init__(self) -> None:
        self.ms: dict[str, list[float]] = {}

    def __call__(self, step: str, run: Callable[[], R]) -> R:
        start = time.thread_time()
        result = run()
        self.ms.setdefault(step, []).append(1000 * (time.thread_time() - start))
        return result


def main() -> None:
    publisher.use_own_loop()
    owner = User.objects.create_user(f"{uuid.uuid4()}@example.org")
    recordings = int(sys.argv[1]) if len(sys.argv) > 1 else RECORDINGS
    for _ in range(recordings // 10):
        _one_recording(owner, Stopwatch())
    stopwatch = Stopwatch()
    for _ in range(recordings):
        _one_recording(owner, stopwatch)
    print(json.dumps({step: percentile(spent, 50) for step, spent in stopwatch.ms.items()}))


def _one_recording(owner: User, stopwatch: Stopwatch) -> None:
    upload = services.Upload(
        recording_id=uuid.uuid4(),
        size_bytes=len(AUDIO),
        file_name="short.ogg",
        content_type="audio/ogg",
        source="file",
        language="en",
        recorded_at=None,
        conversation_id=None,
    )
    recording, _ = stopwatch(
        "upload and dispatch",
        lambda: services.recording_upload(owner=owner, upload=upload, audio=ContentFile(AUDIO)),
    )
    stopwatch("answer", lambda: wire_form(RecordingSerializer, recording))
    request = contract.RunningUnit(
        analysis_id=str(recording.analysis.pk), attempt=1, unit=0, position_s=0.0, duration_s=3.0
    )
    stopwatch("running", lambda: liveness.worker_heartbeat(heartbeat=heartbeat(request)))
    stopwatch("result", lambda: results.unit_store(result=unit_result(request.analysis_id, 1, 0)))


if __name__ == "__main__":
    main()
