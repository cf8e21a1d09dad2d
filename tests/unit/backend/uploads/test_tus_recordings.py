"""An upload in pieces becomes one recording, whatever is repeated, cut off or tried at the same time."""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import os
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import override_settings
from django.utils import timezone

from backend.accounts.models import User
from backend.analyses.models import Analysis
from backend.conversations.models import Conversation, Recording
from backend.uploads import tasks
from backend.uploads.models import ResumableUpload
from backend.uploads.services import finishing
from tests.recorders import PushRecorder, SendRecorder
from tests.unit.backend.conftest import stored_files
from tests.unit.backend.uploads.tus_client import CUT, Tus, body

pytestmark = pytest.mark.django_db(transaction=True)
AUDIO = bytes(range(256)) * 40
ID = uuid.UUID("00000000-0000-4000-8000-000000000003")


@pytest.fixture
def owner() -> User:
    return User.objects.create_user("owner@example.org", "x", speech_language="ko")


@pytest.fixture
def tus(owner: User, sent: SendRecorder, pushed: PushRecorder) -> Tus:
    return Tus(owner)


def audio_of(recording: Recording) -> bytes:
    with recording.audio.open("rb") as file:
        return bytes(file.read())


def assert_one_recording(sent: SendRecorder) -> Recording:
    recording = Recording.objects.get()
    assert audio_of(recording) == AUDIO
    assert (recording.size_bytes, recording.sha256) == (len(AUDIO), hashlib.sha256(AUDIO).hexdigest())
    assert stored_files() == [recording.audio.name]
    assert len(sent.requests) == Analysis.objects.count() == 1
    return recording


def test_everything_that_was_said_of_it_is_on_the_recording(tus: Tus, sent: SendRecorder) -> None:
    conversation_id = uuid.uuid4()
    path = tus.begun(
        len(AUDIO),
        ID,
        filename="../회의 3월.m4a",
        filetype="audio/mp4;codecs=aac",
        source="microphone",
        language="en",
        recorded_at="2026-01-02T03:04:05Z",
        conversation_id=str(conversation_id),
        conversation_title="정기 회의",
        sha256=hashlib.sha256(AUDIO).hexdigest().upper(),
    )
    answer = tus.patch(path, 0, AUDIO)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(len(AUDIO)))
    assert "Upload-Expires" not in answer.headers
    recording = assert_one_recording(sent)
    assert (recording.pk, recording.conversation_id) == (ID, conversation_id)
    assert (recording.file_name, recording.content_type) == ("회의 3월.m4a", "audio/mp4")
    assert (recording.source, recording.language) == ("microphone", "en")
    assert recording.recorded_at is not None
    assert recording.recorded_at.isoformat() == "2026-01-02T03:04:05+00:00"
    assert Conversation.objects.get().title == "정기 회의"


@pytest.mark.parametrize(
    ("given", "kept"), [({}, "ko"), ({"language": ""}, None), ({"language": "en"}, "en")]
)
def test_the_language(tus: Tus, given: dict[str, str], kept: str | None) -> None:
    tus.patch(tus.begun(3, **given), 0, b"abc")
    assert Recording.objects.get().language == kept


def test_pieces_of_every_size_make_the_same_bytes(tus: Tus, sent: SendRecorder) -> None:
    path, offset = tus.begun(len(AUDIO), ID), 0
    for size in (1, 1023, 1024, 1025, 4000, 10**6):
        answer = tus.patch(path, offset, AUDIO[offset : offset + size])
        offset = min(len(AUDIO), offset + size)
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(offset))
        assert Recording.objects.exists() == (offset == len(AUDIO))
    assert_one_recording(sent)


def test_asking_again_finds_the_same_upload(tus: Tus, sent: SendRecorder) -> None:
    path = tus.begun(len(AUDIO), ID)
    tus.patch(path, 0, AUDIO[:100])
    again = tus.create(len(AUDIO), ID)
    assert (again.status_code, again.headers["Location"]) == (201, path)
    assert again.headers["Upload-Offset"] == "100"
    with_bytes = tus.create(len(AUDIO), ID, content=AUDIO)
    assert (with_bytes.status_code, with_bytes.headers["Upload-Offset"]) == (201, "100")
    tus.patch(path, 100, AUDIO[100:])
    finished = tus.create(len(AUDIO), ID)
    assert (finished.headers["Location"], finished.headers["Upload-Offset"]) == (path, str(len(AUDIO)))
    assert tus.patch(path, len(AUDIO), b"").status_code == 204
    assert tus.patch(path, 0, AUDIO).status_code == 409
    assert_one_recording(sent)


def test_creation_with_all_bytes_is_one_request(tus: Tus, sent: SendRecorder) -> None:
    answer = tus.create(len(AUDIO), ID, content=AUDIO)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, str(len(AUDIO)))
    assert_one_recording(sent)


def test_a_recording_that_came_in_one_request_is_an_upload_at_its_end(tus: Tus, sent: SendRecorder) -> None:
    tus.create(len(AUDIO), ID, content=AUDIO)
    ResumableUpload.objects.all().delete()
    digest = hashlib.sha256(AUDIO).hexdigest()
    for more in ({}, {"sha256": digest}):
        answer = tus.create(len(AUDIO), ID, **more)
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, str(len(AUDIO)))
        assert tus.offset(answer.headers["Location"]) == len(AUDIO)
        ResumableUpload.objects.all().delete()
    for length, more in ((len(AUDIO) + 1, {}), (len(AUDIO), {"sha256": "0" * 64})):
        refused = tus.create(length, ID, **more)
        assert (refused.status_code, refused.json()["code"]) == (409, "recording_id_reused")
    assert_one_recording(sent)


def test_what_comes_of_a_cut_off_request_is_kept(tus: Tus, sent: SendRecorder) -> None:
    path = tus.begun(len(AUDIO), ID)
    headers = {"Content_Type": "application/offset+octet-stream", "Content_Length": str(len(AUDIO))}
    events = [body(AUDIO[i : i + 700], more=True) for i in range(0, 7000, 700)]
    assert tus.raw("PATCH", path, [*events, CUT], Upload_Offset="0", **headers) == []
    assert tus.offset(path) == 7000
    assert tus.patch(path, 7000, AUDIO[7000:]).status_code == 204
    assert_one_recording(sent)


def test_a_sender_that_falls_silent_is_told_so_and_loses_nothing(tus: Tus) -> None:
    path = tus.begun(len(AUDIO), ID)
    headers = {"Content_Type": "application/offset+octet-stream", "Content_Length": str(len(AUDIO))}
    answer = tus.raw("PATCH", path, [body(AUDIO[:1500], more=True)], Upload_Offset="0", **headers)
    assert answer[0]["status"] == 408
    assert tus.offset(path) == 1500


def test_a_refused_long_request_keeps_nothing_of_its_body(tus: Tus) -> None:
    path = tus.begun(len(AUDIO), ID)
    assert tus.patch(path, 5, AUDIO[5:]).status_code == 409
    assert tus.ask("PATCH", path, AUDIO, Upload_Offset="0", X_CSRFToken="no", **_TYPE).status_code == 403
    assert stored_files() == []
    assert tus.offset(path) == 0


_TYPE = {"Content_Type": "application/offset+octet-stream"}


def test_a_wrong_digest_of_the_whole_file_begins_anew(tus: Tus, sent: SendRecorder) -> None:
    digest = hashlib.sha256(AUDIO).hexdigest()
    path = tus.begun(len(AUDIO), ID, sha256=digest)
    answer = tus.patch(path, 0, b"x" + AUDIO[1:])
    assert (answer.status_code, answer.json()["code"]) == (422, "audio_damaged")
    assert (stored_files(), Recording.objects.count(), tus.ask("HEAD", path).status_code) == ([], 0, 404)
    path = tus.begun(len(AUDIO), ID, sha256=digest)
    assert tus.patch(path, 0, AUDIO).status_code == 204
    assert_one_recording(sent)


def test_eight_requests_at_once_with_the_same_bytes(
    owner: User, sent: SendRecorder, pushed: PushRecorder
) -> None:
    clients = [Tus(owner, block_bytes=10**6) for _ in range(8)]
    path = clients[0].begun(len(AUDIO), ID)
    barrier = Barrier(8)

    def patch(tus: Tus) -> int:
        barrier.wait(timeout=20)
        return tus.patch(path, 0, AUDIO).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(patch, clients))
    # Who comes while another finishes is told to wait, who comes late that the offset is another.
    assert statuses[0] == 204
    assert set(statuses[1:]) <= {409, 423}
    assert clients[0].offset(path) == len(AUDIO)
    assert_one_recording(sent)
    assert [event["revision"] for event in pushed.events] == [1]


def test_eight_creations_at_once_make_one_upload(owner: User, sent: SendRecorder) -> None:
    clients = [Tus(owner) for _ in range(8)]
    barrier = Barrier(8)

    def create(tus: Tus) -> str:
        barrier.wait(timeout=20)
        return tus.begun(len(AUDIO), ID)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(create, clients))) == 1
    assert ResumableUpload.objects.count() == 1


class _Crash(BaseException):
    """As if the process were killed: nothing may clean up after it."""


@pytest.mark.parametrize("by", ["HEAD", "PATCH", "POST then HEAD", "the sweep"])
def test_a_crash_between_the_last_byte_and_the_row_is_repaired(
    tus: Tus, sent: SendRecorder, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    path = tus.begun(len(AUDIO), ID)
    with monkeypatch.context() as patch:
        patch.setattr(finishing, "_make_recording", _crash)
        tus.patch(path, 0, AUDIO)
    # The dead request's claim is still on it.
    ResumableUpload.objects.update(finishing_until=timezone.now() + timedelta(seconds=30))
    waiting = tus.ask("HEAD", path)
    assert (waiting.status_code, waiting.headers["Retry-After"]) == (423, "1")
    assert not Recording.objects.exists()
    ResumableUpload.objects.update(finishing_until=timezone.now() - timedelta(seconds=1))
    if by == "PATCH":
        assert tus.patch(path, len(AUDIO), b"").status_code == 204
    elif by == "the sweep":
        tasks.sweep()
    else:
        if by != "HEAD":
            assert tus.create(len(AUDIO), ID).headers["Location"] == path
        assert tus.offset(path) == len(AUDIO)
    assert_one_recording(sent)
    assert ResumableUpload.objects.get().is_finished


def _crash(*_: Any) -> None:
    raise OSError("the process is gone")


def test_a_finisher_that_was_given_up_and_ends_late_makes_no_second_recording(
    tus: Tus, sent: SendRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tus.begun(len(AUDIO), ID)
    store = finishing.recordings.audio_store

    def slow(**arguments: Any) -> str:
        name = store(**arguments)
        monkeypatch.setattr(finishing.recordings, "audio_store", store)
        ResumableUpload.objects.update(finishing_until=None)
        finishing.upload_finish(upload_id=ResumableUpload.objects.get().pk)
        return name

    monkeypatch.setattr(finishing.recordings, "audio_store", slow)
    assert tus.patch(path, 0, AUDIO).status_code == 204
    assert_one_recording(sent)


def test_bytes_are_stored_before_the_offset_is_told(tus: Tus, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tus.begun(len(AUDIO), ID)
    storage = type(default_storage._wrapped or default_storage)

    def full(*_: Any, **__: Any) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(storage, "save", full, raising=False)
        answer = tus.patch(path, 0, AUDIO[:10])
    assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")
    assert tus.offset(path) == 0


def test_an_unfinished_upload_expires_with_its_bytes(tus: Tus, owner: User) -> None:
    path = tus.begun(len(AUDIO), ID)
    tus.patch(path, 0, AUDIO[:10])
    orphan = f"uploads/{path.rsplit('/', 1)[1]}/orphan"
    default_storage.save(orphan, ContentFile(b"stored, and the process died before it was noted"))
    tasks.sweep()
    assert len(stored_files()) == 2
    ResumableUpload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    tasks.sweep()
    assert (stored_files(), tus.ask("HEAD", path).status_code) == ([], 404)


def test_what_a_killed_request_left_behind_is_removed_a_day_later(tmp_path: Path) -> None:
    for name, age_s in (("left.upload.wav", 25 * 3600), ("arriving.upload.wav", 23 * 3600)):
        (tmp_path / name).write_bytes(AUDIO)
        os.utime(tmp_path / name, (time.time() - age_s,) * 2)
    with override_settings(FILE_UPLOAD_TEMP_DIR=str(tmp_path)):
        tasks.sweep()
    assert [path.name for path in tmp_path.iterdir()] == ["arriving.upload.wav"]


def test_a_piece_puts_the_expiry_off(tus: Tus) -> None:
    path = tus.begun(len(AUDIO), ID)
    ResumableUpload.objects.update(expires_at=timezone.now() + timedelta(seconds=1))
    tus.patch(path, 0, b"x")
    left_s = (ResumableUpload.objects.get().expires_at - timezone.now()).total_seconds()
    assert left_s > settings.ENVIRONMENT.upload_expires_s - 60


def test_terminating_a_finished_upload_keeps_the_recording(tus: Tus, sent: SendRecorder) -> None:
    path = tus.create(len(AUDIO), ID, content=AUDIO).headers["Location"]
    assert tus.ask("DELETE", path).status_code == 204
    assert_one_recording(sent)


def test_a_deleted_recording_does_not_come_back(tus: Tus) -> None:
    finished = tus.create(len(AUDIO), ID, content=AUDIO).headers["Location"]
    other = tus.begun(len(AUDIO))
    ResumableUpload.objects.filter(is_finished=False).update(recording_id=ID, owner=_another())
    tus.ask("DELETE", f"/api/v1/recordings/{ID}")
    refused = tus.create(len(AUDIO), ID)
    assert (refused.status_code, refused.json()["code"]) == (410, "recording_deleted")
    assert tus.ask("HEAD", other).status_code == 404
    assert tus.ask("DELETE", finished).status_code == 204
    assert tus.create(len(AUDIO), ID).status_code == 410


def _another() -> User:
    return User.objects.create_user("another@example.org", "x")


def limited(monkeypatch: pytest.MonkeyPatch, **limits: int) -> None:
    monkeypatch.setattr(settings, "ENVIRONMENT", dataclasses.replace(settings.ENVIRONMENT, **limits))


def test_the_quota_counts_recordings_and_what_is_under_way(tus: Tus, monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, user_quota_bytes=100)
    tus.create(40, content=b"x" * 40)
    tus.begun(40)
    refused = tus.create(21)
    assert (refused.status_code, refused.json()["code"]) == (507, "quota_exceeded")
    assert refused.json()["data"] == {"quota_bytes": 100}
    assert tus.create(20).status_code == 201
    assert Tus(_another()).create(100).status_code == 201


def test_too_many_unfinished_uploads(tus: Tus, monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, max_unfinished_uploads=2)
    first = tus.begun(5, ID)
    tus.begun(5)
    refused = tus.create(5)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_uploads")
    assert tus.begun(5, ID) == first
    tus.patch(first, 0, b"12345")
    assert tus.create(5).status_code == 201


def test_too_many_pieces(tus: Tus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.uploads.services.resumable.MAX_PARTS", 2)
    path = tus.begun(5)
    assert [tus.patch(path, i, b"x").status_code for i in range(3)] == [204, 204, 413]
