"""What arrives in one request, looked at on the disk while it arrives: with keys, nothing of it is readable there."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadhandler import load_handler
from django.test import override_settings

from backend.accounts.models import User
from backend.config import env
from backend.config.one_thread import OneThreadHandler
from backend.config.settings import media
from backend.conversations.exports import labelled
from backend.core.sealed_file import CHUNK_BYTES, MAGIC, SealedFileError
from backend.core.spool import Spool
from backend.uploads import parts
from backend.uploads.services import recordings, resumable
from tests.conftest import CommittingClient
from tests.unit.backend.conftest import body_of
from tests.unit.backend.uploads.tus_client import Tus

SPOKEN = b"nobody else may hear this. "
AUDIO = SPOKEN * 20_000
KEYS = (bytes(32),)


def open_files(folder: Path) -> list[Path]:
    """What this process has open there, files without a name included."""
    found = []
    for link in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # the one that lists them
            if os.readlink(link).startswith(str(folder)):
                found.append(link)
    return found


def on_disk(folder: Path) -> bytes:
    return b"".join(link.read_bytes() for link in open_files(folder))


@pytest.fixture(params=[True, False], ids=["keys", "no keys"])
def has_keys(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[bool]:
    keys = KEYS if request.param else ()
    environment = dataclasses.replace(settings.ENVIRONMENT, audio_keys=keys)
    with override_settings(
        ENVIRONMENT=environment,
        FILE_UPLOAD_TEMP_DIR=str(tmp_path),
        FILE_UPLOAD_MAX_MEMORY_SIZE=1000,
        FILE_UPLOAD_HANDLERS=media.upload_handlers(environment),
    ):
        yield request.param


def assert_lies_well(folder: Path, has_keys: bool) -> None:
    """Most of the audio is on the disk, and readable only where there are no keys."""
    lies = on_disk(folder)
    assert len(lies) > len(AUDIO) // 3
    assert (MAGIC in lies, SPOKEN in lies) == (has_keys, not has_keys)


@pytest.mark.parametrize("size_bytes", [0, 1, 999, 1000, 1001, CHUNK_BYTES, CHUNK_BYTES + 1, len(AUDIO)])
def test_what_was_written_is_read_from_anywhere(has_keys: bool, size_bytes: int, tmp_path: Path) -> None:
    plain = AUDIO[:size_bytes]
    with Spool(max_memory_bytes=1000, folder=str(tmp_path)) as spool:
        for at in range(0, size_bytes, 7000):
            spool.write(plain[at : at + 7000])
        assert bool(open_files(tmp_path)) == (size_bytes > 1000)
        reader = spool.reader()
        assert (spool.size_bytes, reader.read()) == (size_bytes, plain)
        for at in (size_bytes // 2, 0, max(0, size_bytes - 5)):
            reader.seek(at)
            assert reader.read(10) == plain[at : at + 10]
        assert reader.seek(0, os.SEEK_END) == size_bytes
    assert open_files(tmp_path) == []


def test_each_has_a_key_of_its_own(tmp_path: Path) -> None:
    environment = dataclasses.replace(settings.ENVIRONMENT, audio_keys=KEYS)
    with override_settings(ENVIRONMENT=environment), Spool(folder=str(tmp_path)) as spool:
        spool.write(AUDIO)
        assert MAGIC in on_disk(tmp_path)
        spool._key = KEYS[0]
        with pytest.raises(SealedFileError, match="AUDIO_KEYS"):
            spool.reader()


def test_the_body_of_a_request(has_keys: bool, tmp_path: Path) -> None:
    pieces = [AUDIO[at : at + 50_000] for at in range(0, len(AUDIO), 50_000)]
    looks = 0

    async def receive() -> dict[str, Any]:
        nonlocal looks
        if len(pieces) == 1:
            assert_lies_well(tmp_path, has_keys)
            looks += 1
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    body = asyncio.run(OneThreadHandler().read_body(receive))
    assert looks == 1
    assert body.read() == AUDIO
    body.close()


def test_the_file_of_a_form(
    has_keys: bool,
    tmp_path: Path,
    owner_client: CommittingClient,
    upload: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks: list[int] = []
    check = recordings.size_check

    def looking(*, size_bytes: int) -> None:
        assert_lies_well(tmp_path, has_keys)
        looks.append(size_bytes)
        check(size_bytes=size_bytes)

    monkeypatch.setattr(recordings, "size_check", looking)
    answer = upload(owner_client, audio=AUDIO)
    assert (answer.status_code, looks) == (201, [len(AUDIO)])
    audio = owner_client.get(answer.json()["audio_url"])
    assert body_of(audio) == AUDIO
    assert open_files(tmp_path) == []


def test_a_form_that_breaks_off_leaves_nothing(has_keys: bool, tmp_path: Path) -> None:
    made = load_handler(media.upload_handlers(settings.ENVIRONMENT)[1])
    made.new_file("audio", "talk.wav", "audio/wav", len(AUDIO))
    made.receive_data_chunk(AUDIO, 0)
    assert_lies_well(tmp_path, has_keys)
    made.upload_interrupted()
    assert (open_files(tmp_path), list(tmp_path.iterdir())) == ([], [])


@pytest.mark.django_db(transaction=True)
def test_a_piece_with_a_digest(
    has_keys: bool, tmp_path: Path, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[bool] = []
    store = parts.part_store

    def looking(**given: Any) -> str:
        assert_lies_well(tmp_path, has_keys)
        looks.append(True)
        return store(**given)

    monkeypatch.setattr(parts, "part_store", looking)
    monkeypatch.setattr(resumable, "_MEMORY_BYTES", 1000)
    tus = Tus(owner, block_bytes=10 * len(AUDIO))
    path = tus.begun(len(AUDIO) + 1)
    assert tus.patch(path, 0, AUDIO).status_code == 204
    assert looks == [True]


def test_corrections_with_their_audio(
    has_keys: bool, tmp_path: Path, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = type("Recording", (), {"pk": 1})()
    monkeypatch.setattr(labelled, "_corrections", lambda user: [(recording, ["said"])])

    def store(archive: zipfile.ZipFile, _: object) -> str:
        archive.writestr("audio/1.wav", AUDIO)
        return "audio/1.wav"

    monkeypatch.setattr(labelled, "_store", store)
    with labelled.labelled_write(user=owner) as file:
        assert_lies_well(tmp_path, has_keys)
        assert file.size > len(AUDIO)
        with zipfile.ZipFile(file.file) as archive:
            assert archive.testzip() is None
            assert archive.read("audio/1.wav") == AUDIO
            assert archive.read("clips.csv").splitlines()[1] == b"audio/1.wav,said"


def test_the_handlers_are_those_of_the_environment() -> None:
    plain, sealed = (env.load({"AUDIO_KEYS": keys}) for keys in ("", f"{'A' * 43}="))
    assert media.upload_handlers(plain)[1] == "django.core.files.uploadhandler.TemporaryFileUploadHandler"
    assert media.upload_handlers(sealed)[1] == "backend.uploads.spooled.SpooledUploadHandler"
    assert media.upload_handlers(settings.ENVIRONMENT) == settings.FILE_UPLOAD_HANDLERS
