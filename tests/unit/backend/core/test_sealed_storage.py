"""With AUDIO_KEYS nothing that people uploaded lies readable in the storage, and the service does not notice."""

from __future__ import annotations

import base64
import hashlib
import io
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, default_storage, storages
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django.urls import reverse

from backend.analyses.dispatch import sign_audio
from backend.config import env
from backend.config.settings import media
from backend.conversations.models import Recording
from backend.core.sealed_storage import SealedStorage
from backend.live.services import streams
from backend.uploads import parts
from backend.uploads.models import UploadPart
from tests.conftest import CommittingClient
from tests.recorders import SendRecorder
from tests.s3_server import ACCESS_KEY, BUCKET, SECRET_KEY, s3_server
from tests.unit.backend.conftest import body_of

AUDIO = bytes(range(256)) * 2000
FIRST, SECOND = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2))


def configured(folder: Path, keys: str, address: str = "") -> dict[str, Any]:
    s3 = {
        "MEDIA_S3_BUCKET": BUCKET,
        "MEDIA_S3_ENDPOINT": address,
        "MEDIA_S3_REGION": "us-east-1",
        "MEDIA_S3_ACCESS_KEY": ACCESS_KEY,
        "MEDIA_S3_SECRET_KEY": SECRET_KEY,
    }
    environment = env.load({"AUDIO_KEYS": keys, **(s3 if address else {})})
    return media.storages(folder, environment)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with s3_server() as address:
        yield address


@pytest.fixture(params=["folder", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    address = request.getfixturevalue("address") if request.param == "s3" else ""
    with override_settings(STORAGES=configured(tmp_path, FIRST, address)):
        yield storages["default"]


def at_rest(name: str) -> bytes:
    """The bytes that the disk or the object store has."""
    with storages["sealed"].open(name) as file:
        return file.read()


def test_an_upload_is_unreadable_at_rest_and_readable_for_its_owner(
    storage: Storage, owner_client: CommittingClient, sent: SendRecorder, upload: Callable[..., Any]
) -> None:
    answer = upload(owner_client, audio=AUDIO)
    assert answer.status_code == 201
    recording = Recording.objects.get()
    stored = at_rest(recording.audio.name)
    assert stored.startswith(b"RHA1")
    assert AUDIO[:64] not in stored
    assert recording.audio.size == len(AUDIO)
    whole = owner_client.get(answer.json()["audio_url"])
    assert body_of(whole) == AUDIO
    part = owner_client.get(answer.json()["audio_url"], headers={"Range": "bytes=65530-65550"})
    assert (part.status_code, body_of(part)) == (206, AUDIO[65530:65551])
    assert part["Content-Range"] == f"bytes 65530-65550/{len(AUDIO)}"


def test_a_worker_gets_plain_bytes_from_the_backend_not_from_the_store(
    storage: Storage, owner_client: CommittingClient, sent: SendRecorder, upload: Callable[..., Any]
) -> None:
    upload(owner_client, audio=AUDIO)
    path = reverse("worker_audio", kwargs={"token": sign_audio(Recording.objects.get().pk)})
    assert sent.requests[0].audio_url.partition("/internal/audio/")[0].endswith(":8000")
    assert body_of(Client().get(path)) == AUDIO
    assert body_of(Client().get(path, headers={"Range": "bytes=300000-"})) == AUDIO[300_000:]


def test_a_deleted_recording_leaves_nothing(
    storage: Storage, owner_client: CommittingClient, sent: SendRecorder, upload: Callable[..., Any]
) -> None:
    kept = upload(owner_client, audio=AUDIO).json()
    gone = upload(owner_client, audio=AUDIO).json()
    names = {str(recording.pk): recording.audio.name for recording in Recording.objects.all()}
    assert owner_client.delete(f"/api/v1/recordings/{gone['id']}").status_code == 204
    assert not storages["sealed"].exists(names[gone["id"]])
    assert at_rest(names[kept["id"]]).startswith(b"RHA1")


def test_the_pieces_of_a_resumable_upload_are_sealed_and_read_as_one(storage: Storage) -> None:
    upload_id, middle = uuid.uuid4(), 100_001
    names = [
        parts.part_store(upload_id=upload_id, content=ContentFile(piece))
        for piece in (AUDIO[:middle], AUDIO[middle:])
    ]
    assert not [name for name in names if AUDIO[:64] in at_rest(name) or AUDIO[-64:] in at_rest(name)]
    rows = [
        UploadPart(name=names[0], offset_bytes=0, size_bytes=middle),
        UploadPart(name=names[1], offset_bytes=middle, size_bytes=len(AUDIO) - middle),
    ]
    with parts.PartsReader(rows) as reader:
        stored = storage.save("whole", parts.PartsFile(reader))
        assert reader.sha256() == hashlib.sha256(AUDIO).hexdigest()
    assert storage.open(stored).read() == AUDIO
    parts.parts_delete(upload_id)
    assert not [name for name in names if storages["sealed"].exists(name)]


@pytest.mark.parametrize("keys", ["", FIRST])
@pytest.mark.parametrize("place", ["folder", "s3"])
def test_the_sound_of_a_live_stream_arrives_whole_in_every_storage(
    request: pytest.FixtureRequest, tmp_path: Path, place: str, keys: str
) -> None:
    address = request.getfixturevalue("address") if place == "s3" else ""
    stream_id, pcm = uuid.uuid4(), AUDIO[:400_000]
    with override_settings(STORAGES=configured(tmp_path, keys, address), LIVE_DIR=tmp_path):
        streams.spool_path(stream_id).write_bytes(pcm)
        content = streams._WaveFile(stream_id, len(pcm) // 2)
        name = default_storage.save(f"live/{stream_id}", content)
        stored = default_storage.open(name).read()
    assert stored[:4] == b"RIFF"
    assert stored[44:] == pcm
    assert content.digest.hexdigest() == hashlib.sha256(stored).hexdigest()
    assert content.size == len(stored)


def test_keys_are_changed_while_people_use_it(
    tmp_path: Path, owner_client: CommittingClient, sent: SendRecorder, upload: Callable[..., Any]
) -> None:
    said = io.StringIO()
    with override_settings(STORAGES=configured(tmp_path, "")):
        url = upload(owner_client, audio=AUDIO).json()["audio_url"]
        with pytest.raises(CommandError, match="AUDIO_KEYS is not set"):
            call_command("seal_audio")
    first = Recording.objects.get().audio.name
    with override_settings(STORAGES=configured(tmp_path, FIRST)):
        assert body_of(owner_client.get(url)) == AUDIO, "what is not sealed yet is read as it is"
        call_command("seal_audio", stdout=said)
        second = Recording.objects.get().audio.name
        assert at_rest(second).startswith(b"RHA1")
    with override_settings(STORAGES=configured(tmp_path, f"{SECOND},{FIRST}")):
        assert body_of(owner_client.get(url)) == AUDIO
        for _ in range(2):
            call_command("seal_audio", stdout=said)
    third = Recording.objects.get().audio.name
    assert len({first, second, third}) == 3
    with override_settings(STORAGES=configured(tmp_path, SECOND)):
        assert body_of(owner_client.get(url)) == AUDIO
    with override_settings(STORAGES=configured(tmp_path, FIRST)):
        refused = owner_client.get(url)
        assert (refused.status_code, refused.json()["code"]) == (503, "storage_unavailable")
        with pytest.raises(CommandError, match="as they were"):
            call_command("seal_audio", stdout=said, stderr=io.StringIO())
    assert said.getvalue().splitlines() == [
        "1 sealed, 0 could not be read.",
        "1 sealed, 0 could not be read.",
        "0 sealed, 0 could not be read.",
        "0 sealed, 1 could not be read.",
    ]


def test_old_bytes_are_gone_from_the_disk_after_sealing(
    tmp_path: Path,
    owner_client: CommittingClient,
    sent: SendRecorder,
    upload: Callable[..., Any],
    django_capture_on_commit_callbacks: Any,
) -> None:
    with override_settings(STORAGES=configured(tmp_path, "")):
        upload(owner_client, audio=AUDIO)
    with (
        override_settings(STORAGES=configured(tmp_path, FIRST)),
        django_capture_on_commit_callbacks(execute=True),
    ):
        call_command("seal_audio", stdout=io.StringIO())
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == 1
    assert AUDIO[:64] not in files[0].read_bytes()


def test_a_bucket_is_made_for_sealed_recordings_too(address: str, tmp_path: Path) -> None:
    with override_settings(STORAGES=configured(tmp_path, FIRST, address)):
        call_command("create_bucket", stdout=io.StringIO())
        storage = storages["default"]
        assert isinstance(storage, SealedStorage)
        name = storage.save("a", ContentFile(b"x" * 100_000))
        assert storage.size(name) == 100_000
