import io
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.test import override_settings

from backend.analyses.models import Analysis
from backend.config import env
from backend.config.settings import media
from backend.conversations.models import Recording
from backend.core.range_reader import RangeReader
from backend.core.s3_storage import AudioS3Storage, StorageUnreachableError
from tests.conftest import CommittingClient
from tests.recorders import SendRecorder
from tests.s3_server import ACCESS_KEY, BUCKET, SECRET_KEY, s3_server

AUDIO = bytes(range(256)) * 2000


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with s3_server() as address:
        yield address


def _configured(address: str, **more: str) -> dict[str, Any]:
    environment = env.load(
        {
            "MEDIA_S3_BUCKET": BUCKET,
            "MEDIA_S3_ENDPOINT": address,
            "MEDIA_S3_REGION": "us-east-1",
            "MEDIA_S3_ACCESS_KEY": ACCESS_KEY,
            "MEDIA_S3_SECRET_KEY": SECRET_KEY,
            **more,
        }
    )
    return media.storages(environment.data_dir, environment)


@pytest.fixture
def storage(address: str) -> Iterator[AudioS3Storage]:
    with override_settings(STORAGES=_configured(address)):
        found = storages["default"]
        assert isinstance(found, AudioS3Storage)
        yield found


def test_what_is_saved_is_read_back_from_anywhere(storage: AudioS3Storage) -> None:
    name = storage.save("a/b", ContentFile(AUDIO))
    with storage.open(name) as stored:
        assert stored.size == len(AUDIO)
        stored.seek(300_000)
        assert stored.read(100) == AUDIO[300_000:300_100]
        stored.seek(5)
        assert stored.read() == AUDIO[5:]
        assert stored.read() == b""


def test_the_same_name_again_does_not_overwrite(storage: AudioS3Storage) -> None:
    first, second = (storage.save("twice", ContentFile(data)) for data in (b"1", b"2"))
    assert first != second
    assert storage.open(first).read() == b"1"


def test_a_signed_address_needs_no_account(storage: AudioS3Storage) -> None:
    name = storage.save("signed", ContentFile(AUDIO))
    signed = storage.url(name)
    assert f"X-Amz-Expires={6 * 3600}" in signed
    assert httpx.get(signed).content == AUDIO


def test_what_is_deleted_is_gone(storage: AudioS3Storage) -> None:
    name = storage.save("gone", ContentFile(b"x"))
    storage.delete(name)
    storage.delete(name)
    assert not storage.exists(name)
    with pytest.raises(FileNotFoundError):
        storage.open(name)


def test_what_is_stored_is_encrypted_when_asked_for(address: str) -> None:
    with override_settings(STORAGES=_configured(address, MEDIA_S3_ENCRYPTION="AES256")):
        storage = storages["default"]
        assert isinstance(storage, AudioS3Storage)
        name = storage.save("secret", ContentFile(b"x"))
        assert storage.bucket.Object(name).server_side_encryption == "AES256"


def test_a_store_that_is_away_is_an_os_error() -> None:
    with override_settings(STORAGES=_configured("http://127.0.0.1:9")):
        for act in (lambda s: s.save("x", ContentFile(b"x")), lambda s: s.open("x"), lambda s: s.delete("x")):
            with pytest.raises(StorageUnreachableError):
                act(storages["default"])


def test_an_upload_lies_in_the_bucket_and_the_worker_gets_a_signed_address(
    storage: AudioS3Storage, owner_client: CommittingClient, sent: SendRecorder, upload: Callable[..., Any]
) -> None:
    answer = upload(owner_client, audio=AUDIO)
    assert answer.status_code == 201
    assert httpx.get(sent.requests[0].audio_url).content == AUDIO
    part = owner_client.get(answer.json()["audio_url"], headers={"Range": "bytes=256-511"})
    assert part.status_code == 206
    assert part["Content-Range"] == f"bytes 256-511/{len(AUDIO)}"
    name = Recording.objects.get().audio.name
    assert owner_client.delete(f"/api/v1/recordings/{answer.json()['id']}").status_code == 204
    assert not storage.exists(name)


def test_an_upload_is_refused_and_nothing_is_left_while_the_store_is_away(
    owner_client: CommittingClient, upload: Callable[..., Any]
) -> None:
    with override_settings(STORAGES=_configured("http://127.0.0.1:9")):
        answer = upload(owner_client, audio=AUDIO)
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
    assert not Recording.objects.exists()
    assert not Analysis.objects.exists()


@pytest.mark.parametrize("size", [0, 1, 10])
def test_ranges_end_where_the_object_ends(size: int) -> None:
    data, asked = AUDIO[:size], []

    def get_range(first: int, last: int) -> bytes:
        asked.append((first, last))
        return data[first : last + 1]

    reader = io.BufferedReader(RangeReader(size, get_range), 4)
    assert reader.read() == data
    assert reader.seek(-min(size, 3), io.SEEK_END) == max(0, size - 3)
    assert reader.read() == data[max(0, size - 3) :]
    assert all(0 <= first <= last < size for first, last in asked)


def test_a_bucket_is_made_once(address: str) -> None:
    with override_settings(STORAGES=_configured(address, MEDIA_S3_BUCKET="fresh")):
        for _ in range(2):
            call_command("create_bucket", stdout=io.StringIO())
        assert storages["default"].save("x", ContentFile(b"x")) == "x"


def test_no_bucket_is_made_for_a_folder() -> None:
    with pytest.raises(CommandError, match="MEDIA_S3_BUCKET is not set"):
        call_command("create_bucket")
