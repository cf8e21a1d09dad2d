"""Pieces in a folder and in S3 read as one file."""

from __future__ import annotations

import hashlib
import io
import random
import uuid
from collections.abc import Iterator

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import override_settings

from backend.config import env
from backend.config.settings import media
from backend.uploads import parts
from backend.uploads.models import UploadPart
from tests.s3_server import ACCESS_KEY, BUCKET, SECRET_KEY, s3_server

CONTENT = bytes(range(256)) * 50
SIZES = (1, 5000, 2, 7000, len(CONTENT) - 12_003)


@pytest.fixture(params=["folder", "s3"])
def upload_id(request: pytest.FixtureRequest) -> Iterator[uuid.UUID]:
    if request.param == "folder":
        yield uuid.uuid4()
        return
    with s3_server() as address:
        environment = env.load(
            {
                "MEDIA_S3_BUCKET": BUCKET,
                "MEDIA_S3_ENDPOINT": address,
                "MEDIA_S3_REGION": "us-east-1",
                "MEDIA_S3_ACCESS_KEY": ACCESS_KEY,
                "MEDIA_S3_SECRET_KEY": SECRET_KEY,
            }
        )
        with override_settings(STORAGES=media.storages(environment.data_dir, environment)):
            yield uuid.uuid4()


def stored(upload_id: uuid.UUID) -> list[UploadPart]:
    found, offset = [], 0
    for size in SIZES:
        name = parts.part_store(upload_id=upload_id, content=ContentFile(CONTENT[offset : offset + size]))
        found.append(UploadPart(offset_bytes=offset, size_bytes=size, name=name))
        offset += size
    return found


def test_saved_as_one_file_with_its_digest(upload_id: uuid.UUID) -> None:
    with parts.PartsReader(stored(upload_id)) as reader:
        name = default_storage.save("recordings/whole", parts.PartsFile(reader))
        assert reader.sha256() == hashlib.sha256(CONTENT).hexdigest()
    with default_storage.open(name) as file:
        assert file.read() == CONTENT
    default_storage.delete(name)


def test_all_pieces_go_and_going_twice_is_no_error(upload_id: uuid.UUID) -> None:
    found = stored(upload_id)
    parts.parts_delete(upload_id)
    parts.parts_delete(upload_id)
    assert [default_storage.exists(part.name) for part in found] == [False] * len(SIZES)


@pytest.mark.parametrize("upload_id", ["folder"], indirect=True)
def test_reading_and_seeking_as_in_one_file(upload_id: uuid.UUID) -> None:
    chance = random.Random(1)
    one_file = io.BytesIO(CONTENT)
    with parts.PartsReader(stored(upload_id)) as reader:
        several = io.BufferedReader(reader, 512)
        for _ in range(300):
            offset, whence = chance.choice([(chance.randrange(len(CONTENT)), 0), (0, 1), (-9, 2), (50, 2)])
            assert several.seek(offset, whence) == one_file.seek(offset, whence)
            size = chance.choice([0, 1, 300, 6000, -1])
            assert several.read(size) == one_file.read(size)
        # However it was read before, the digest is that of all bytes in their order.
        assert reader.sha256() == hashlib.sha256(CONTENT).hexdigest()


@pytest.mark.parametrize("upload_id", ["folder"], indirect=True)
def test_a_piece_that_lost_its_end_is_noticed(upload_id: uuid.UUID) -> None:
    found = stored(upload_id)
    with default_storage.open(found[1].name, "wb") as file:
        file.write(b"short")
    with parts.PartsReader(found) as reader, pytest.raises(OSError, match="shorter than was noted"):
        reader.sha256()
