"""`POST /api/v1/recordings`, one request at a time."""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import DatabaseError

from backend.accounts.models import User
from backend.analyses.models import Analysis
from backend.conversations.models import Conversation, Recording
from backend.uploads.services import recordings
from inference_worker import contract
from tests.conftest import CommittingClient
from tests.recorders import PushRecorder, SendRecorder
from tests.unit.backend.conftest import AUDIO, stored_files

ID = uuid.UUID("00000000-0000-4000-8000-000000000001")


def test_a_new_recording_is_stored_queued_sent_and_announced(
    upload: Callable[..., Any],
    owner_client: CommittingClient,
    owner: User,
    sent: SendRecorder,
    pushed: PushRecorder,
) -> None:
    response = upload(
        owner_client, ID, language="en", source="microphone", recorded_at="2026-01-02T03:04:05Z"
    )
    assert response.status_code == 201
    answer = response.json()
    recording = Recording.objects.get()
    analysis = Analysis.objects.get()
    assert answer == {
        "id": str(ID),
        "conversation_id": str(Conversation.objects.get().pk),
        "title": "",
        "source": "microphone",
        "file_name": "talk.wav",
        "content_type": "audio/wav",
        "size_bytes": len(AUDIO),
        "duration_s": None,
        "language": "en",
        "recorded_at": "2026-01-02T03:04:05Z",
        "created_at": answer["created_at"],
        "revision": 1,
        "audio_url": f"/api/v1/recordings/{ID}/audio",
        "audio_removed_at": None,
        "text_removed_at": None,
        "emotion_mode": "on",
        "emotion_from_revision": 0,
        "analysis": {
            "id": str(analysis.pk),
            "state": "queued",
            "progress": 0.0,
            "processed_until_s": 0.0,
            "attempt": 1,
            "error": None,
            "asr_engine": "",
            "emotion_engine": "",
            "low_accuracy": False,
            "no_speech_s": 0,
            "no_speech": [],
            "vocabulary_used": None,
            "utterance_count": 0,
            "utterances_from_revision": 0,
            "created_at": answer["analysis"]["created_at"],
            "started_at": None,
            "finished_at": None,
        },
    }
    assert recording.owner == owner
    assert stored_files() == [recording.audio.name]
    with default_storage.open(recording.audio.name) as file:
        assert file.read() == AUDIO
    [request] = sent.requests
    assert dataclasses.replace(request, audio_url="") == contract.AnalysisRequest(
        analysis_id=str(analysis.pk),
        recording_id=str(ID),
        attempt=1,
        unit=0,
        audio_url="",
        audio_sha256=hashlib.sha256(AUDIO).hexdigest(),
        audio_size_bytes=len(AUDIO),
        language="en",
        start_s=0.0,
        max_audio_s=10.0,
        max_duration_s=21600.0,
        want_emotion=True,
    )
    assert request.audio_url.startswith("http://127.0.0.1:8000/internal/audio/")
    assert sent.queues == ["interactive"]
    assert sent.task_ids == [f"{analysis.pk}:1:0"]
    [(group, event)] = pushed.sends
    assert group == f"user.{owner.pk.hex}"
    assert event == {
        "type": "recording.changed",
        "revision": 1,
        "recording": owner_client.get(f"/api/v1/recordings/{ID}").json(),
    }


def test_the_same_again_gives_the_same(
    upload: Callable[..., Any], owner_client: CommittingClient, sent: SendRecorder, pushed: PushRecorder
) -> None:
    upload(owner_client, ID)
    first = owner_client.get(f"/api/v1/recordings/{ID}").json()
    files = stored_files()
    again = upload(owner_client, ID, name="other-name.wav")
    assert (again.status_code, again.json()) == (200, first)
    assert Recording.objects.count() == Analysis.objects.count() == Conversation.objects.count() == 1
    assert stored_files() == files
    assert len(files) == len(sent.requests) == len(pushed.sends) == 1


def test_the_same_id_with_other_audio_is_refused(
    upload: Callable[..., Any], owner_client: CommittingClient, sent: SendRecorder
) -> None:
    upload(owner_client, ID)
    before = owner_client.get(f"/api/v1/recordings/{ID}").json()
    files = stored_files()
    response = upload(owner_client, ID, b"other audio")
    assert (response.status_code, response.json()["code"]) == (409, "recording_id_reused")
    assert response["Content-Type"] == "application/problem+json"
    assert owner_client.get(f"/api/v1/recordings/{ID}").json() == before
    assert (stored_files(), len(sent.requests)) == (files, 1)


@pytest.mark.parametrize("audio", [AUDIO, b"other audio"])
def test_an_id_of_somebody_else_is_refused_and_tells_nothing(
    upload: Callable[..., Any],
    owner_client: CommittingClient,
    stranger_client: CommittingClient,
    sent: SendRecorder,
    pushed: PushRecorder,
    audio: bytes,
) -> None:
    upload(owner_client, ID)
    files = stored_files()
    response = upload(stranger_client, ID, audio)
    assert response.status_code == 409
    assert response.json() == {
        "type": "about:blank",
        "title": "This id belongs to another recording",
        "status": 409,
        "code": "recording_id_reused",
        "detail": "Make a new random UUID for each recording, and use it again only to repeat the same upload.",
    }
    assert Recording.objects.count() == 1
    assert (stored_files(), len(sent.requests), len(pushed.sends)) == (files, 1, 1)


def test_an_empty_file_is_refused(
    upload: Callable[..., Any], owner_client: CommittingClient, sent: SendRecorder
) -> None:
    response = upload(owner_client, ID, b"")
    assert (response.status_code, response.json()["code"]) == (400, "audio_empty")
    assert not Recording.objects.exists()
    assert (stored_files(), sent.requests) == ([], [])


def test_a_file_over_the_limit_is_refused(
    upload: Callable[..., Any], owner_client: CommittingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited = dataclasses.replace(settings.ENVIRONMENT, max_upload_bytes=10)
    monkeypatch.setattr(settings, "ENVIRONMENT", limited)
    response = upload(owner_client, ID, b"12345678901")
    assert (response.status_code, response.json()["code"]) == (413, "recording_too_large")
    assert response.json()["data"] == {"max_bytes": 10}
    assert not Recording.objects.exists()
    assert stored_files() == []
    assert upload(owner_client, ID, b"1234567890").status_code == 201


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_storage_is_named(
    upload: Callable[..., Any], owner_client: CommittingClient, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def save(*_: Any, **__: Any) -> str:
        raise OSError(number, "no room")

    monkeypatch.setattr(type(default_storage._wrapped or default_storage), "save", save, raising=False)
    response = upload(owner_client, ID)
    assert (response.status_code, response.json()["code"]) == (507, "storage_full")
    assert not Recording.objects.exists()
    assert not Conversation.objects.exists()


def test_a_failure_of_the_database_leaves_no_file(
    upload: Callable[..., Any], owner_client: CommittingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored_meanwhile = []

    def fail(**_: Any) -> None:
        stored_meanwhile.extend(stored_files())
        raise DatabaseError("gone")

    monkeypatch.setattr(recordings, "analysis_create", fail)
    with pytest.raises(DatabaseError, match="gone"):
        upload(owner_client, ID)
    assert len(stored_meanwhile) == 1
    assert stored_files() == []
    assert not Recording.objects.exists()


def test_a_foreign_conversation_is_not_found(
    upload: Callable[..., Any],
    owner_client: CommittingClient,
    stranger_client: CommittingClient,
    recording: dict[str, Any],
) -> None:
    files = stored_files()
    response = upload(stranger_client, ID, conversation_id=recording["conversation_id"])
    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert stored_files() == files
    assert Recording.objects.count() == 1


def test_a_second_recording_joins_its_conversation(
    upload: Callable[..., Any], owner_client: CommittingClient, recording: dict[str, Any]
) -> None:
    response = upload(owner_client, conversation_id=recording["conversation_id"])
    assert response.status_code == 201
    assert response.json()["conversation_id"] == recording["conversation_id"]
    [conversation] = owner_client.get("/api/v1/conversations").json()["results"]
    assert conversation["recording_count"] == 2


@pytest.mark.parametrize(
    ("claimed", "kept"),
    [
        ("audio/webm;codecs=opus", "audio/webm"),
        ("video/mp4", "video/mp4"),
        ("text/html", "application/octet-stream"),
        ("application/pdf", "application/octet-stream"),
        ("audio/<script>", "application/octet-stream"),
    ],
)
def test_only_media_types_are_kept(
    upload: Callable[..., Any], owner_client: CommittingClient, claimed: str, kept: str
) -> None:
    response = upload(owner_client, content_type=claimed)
    assert (response.status_code, response.json()["content_type"]) == (201, kept)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\talk.wav", "talk.wav"),
        ("회의 녹음 3월.m4a", "회의 녹음 3월.m4a"),
        ("a\x00b.wav", "ab.wav"),
        ("<img onerror=x>.wav", "<img onerror=x>.wav"),
        ("x" * 400 + ".wav", "x" * 251 + ".wav"),
    ],
)
def test_hostile_file_names(
    upload: Callable[..., Any], owner_client: CommittingClient, owner: User, name: str, kept: str
) -> None:
    response = upload(owner_client, ID, name=name)
    assert (response.status_code, response.json()["file_name"]) == (201, kept)
    [stored] = stored_files()
    assert stored.startswith(f"recordings/{owner.pk}/{ID}/")
    assert len(stored.rsplit("/", 1)[1]) == 32


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"id": "not-a-uuid"}, "id", "invalid"),
        ({"source": "telepathy"}, "source", "invalid_choice"),
        ({"language": "tlh"}, "language", "invalid_choice"),
        ({"recorded_at": "yesterday"}, "recorded_at", "invalid"),
        ({"conversation_id": "1"}, "conversation_id", "invalid"),
    ],
)
def test_wrong_fields_are_named(
    owner_client: CommittingClient, upload: Callable[..., Any], fields: dict[str, Any], field: str, code: str
) -> None:
    response = upload(owner_client, **fields)
    assert (response.status_code, response.json()["code"]) == (400, "invalid")
    [error] = response.json()["errors"]
    assert (error["field"], error["code"]) == (field, code)
    assert stored_files() == []


def test_text_in_place_of_the_file_is_refused(owner_client: CommittingClient) -> None:
    response = owner_client.post("/api/v1/recordings", {"id": str(ID), "audio": "text"}, format="multipart")
    assert (response.status_code, response.json()["code"]) == (400, "invalid")
    assert [error["field"] for error in response.json()["errors"]] == ["audio"]


def test_the_language_left_out_is_the_owners(
    upload: Callable[..., Any], owner_client: CommittingClient, owner: User
) -> None:
    User.objects.update(speech_language="ko")
    assert upload(owner_client).json()["language"] == "ko"
    assert upload(owner_client, language="").json()["language"] is None
    assert upload(owner_client, language="en").json()["language"] == "en"


def test_no_emotion_is_asked_for_when_the_owner_does_not_want_it(
    upload: Callable[..., Any], owner_client: CommittingClient, owner: User, sent: SendRecorder
) -> None:
    User.objects.update(emotion_enabled=False)
    upload(owner_client)
    assert sent.requests[0].want_emotion is False


def test_a_queue_that_is_down_delays_but_loses_nothing(
    upload: Callable[..., Any],
    owner_client: CommittingClient,
    sent: SendRecorder,
    sweep: Callable[[], None],
) -> None:
    sent.is_down = True
    assert upload(owner_client, ID).status_code == 201
    assert Analysis.objects.get().dispatched_at is None
    sweep()
    assert Analysis.objects.get().dispatched_at is None
    sent.is_down = False
    sweep()
    assert [request.recording_id for request in sent.requests] == [str(ID)]
    sweep()
    assert len(sent.requests) == 1


def test_a_deleted_recording_does_not_come_back_with_a_late_upload(
    upload: Callable[..., Any], owner_client: CommittingClient, owner: User
) -> None:
    assert upload(owner_client, ID).status_code == 201
    assert owner_client.delete(f"/api/v1/recordings/{ID}").status_code == 204
    refused = upload(owner_client, ID)
    assert (refused.status_code, refused.json()["code"]) == (410, "recording_deleted")
    assert not Recording.objects.exists()
