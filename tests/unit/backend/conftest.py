"""Uploads through the real API, and messages of workers through the real tasks."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.files.storage import default_storage
from django.http import HttpResponseBase

from backend.analyses import tasks
from backend.analyses.models import Analysis
from inference_worker import contract
from tests.conftest import CommittingClient
from tests.recorders import PushRecorder, SendRecorder

AUDIO = b"RIFF....WAVEfmt audio of a test"
_TASKS: dict[type[contract.Message], Callable[[Any], None]] = {
    contract.UnitResult: tasks.store_unit,
    contract.UnitFailure: tasks.fail_unit,
    contract.WorkerHeartbeat: tasks.worker_heartbeat,
}


class NamedBytes(io.BytesIO):
    """A file to upload."""

    def __init__(self, content: bytes, name: str, content_type: str | None = None) -> None:
        super().__init__(content)
        self.name = name
        if content_type is not None:
            self.content_type = content_type


@pytest.fixture
def upload() -> Callable[..., Any]:
    def post(
        client: CommittingClient,
        recording_id: uuid.UUID | str | None = None,
        audio: bytes = AUDIO,
        *,
        name: str = "talk.wav",
        content_type: str = "audio/wav",
        **fields: Any,
    ) -> Any:
        body = {"id": str(recording_id or uuid.uuid4()), "audio": NamedBytes(audio, name, content_type)}
        return client.post("/api/v1/recordings", {**body, **fields}, format="multipart")

    return post


@pytest.fixture
def recording(upload: Callable[..., Any], owner_client: CommittingClient) -> dict[str, Any]:
    """The owner's recording, uploaded and sent, as REST answers it."""
    response = upload(owner_client)
    assert response.status_code == 201, response.content
    answer: dict[str, Any] = response.json()
    return answer


@pytest.fixture
def analysis(recording: dict[str, Any]) -> Analysis:
    return Analysis.objects.select_related("recording").get(recording_id=recording["id"])


@pytest.fixture
def deliver(
    sent: SendRecorder, pushed: PushRecorder, django_capture_on_commit_callbacks: Any
) -> Callable[..., None]:
    """Hands a message of a worker to the task that takes it, as JSON, and commits."""

    def run(message: contract.Message) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            _TASKS[type(message)](json.loads(json.dumps(message.to_json())))

    return run


@pytest.fixture
def sweep(
    sent: SendRecorder, pushed: PushRecorder, django_capture_on_commit_callbacks: Any
) -> Callable[[], None]:
    def run() -> None:
        with django_capture_on_commit_callbacks(execute=True):
            tasks.sweep()

    return run


def stored_files() -> list[str]:
    """Every file in the storage."""
    return sorted(_walk(""))


def _walk(folder: str) -> list[str]:
    folders, files = default_storage.listdir(folder) if default_storage.exists(folder or ".") else ([], [])
    prefix = f"{folder}/" if folder else ""
    return [prefix + name for name in files] + [found for name in folders for found in _walk(prefix + name)]


def body_of(response: HttpResponseBase) -> bytes:
    """All bytes of an answer, a streamed one too."""
    if not response.streaming:
        return bytes(response.content)

    async def collect() -> bytes:
        return b"".join([block async for block in response.streaming_content])

    return async_to_sync(collect)()


@pytest.fixture(autouse=True)
def _no_files_of_other_tests() -> None:
    for name in stored_files():
        default_storage.delete(name)
