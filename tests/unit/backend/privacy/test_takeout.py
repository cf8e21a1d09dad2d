"""Everything of an account in one zip."""

from __future__ import annotations

import hashlib
import io
import json
import tracemalloc
import uuid
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from backend.accounts.models import User
from backend.analyses.models import Analysis
from backend.conversations.models import Recording, Utterance
from backend.privacy.owned import owned_models
from backend.privacy.takeout import FORMAT, Takeout
from tests.conftest import CommittingClient
from tests.unit.backend import messages
from tests.unit.backend.conftest import AUDIO


def opened(user: User) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(Takeout(User.objects.get(pk=user.pk)).blocks())))


def lines(archive: zipfile.ZipFile, label: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in archive.read(f"data/{label}.jsonl").decode().splitlines()]


@pytest.fixture
def analysed(analysis: Analysis, deliver: Callable[..., None]) -> Recording:
    deliver(messages.unit_result(analysis, is_last=True))
    return analysis.recording


def test_all_of_it_is_there(
    owner: User, analysed: Recording, upload: Callable[..., Any], stranger_client: CommittingClient
) -> None:
    assert upload(stranger_client, audio=b"RIFF of a stranger").status_code == 201
    archive = opened(owner)
    assert archive.testzip() is None
    [user] = lines(archive, "accounts.user")
    assert (user["email"], user["id"]) == (owner.email, str(owner.pk))
    assert "password" not in user
    [row] = lines(archive, "conversations.recording")
    assert (row["id"], row["sha256"]) == (str(analysed.pk), analysed.sha256)
    [utterance] = lines(archive, "conversations.utterance")
    stored = Utterance.objects.get()
    assert (utterance["text"], utterance["words"]) == (stored.text, stored.words)
    [audio] = [name for name in archive.namelist() if name.startswith("audio/")]
    assert archive.read(audio) == AUDIO
    [script] = [name for name in archive.namelist() if name.startswith("scripts/")]
    assert archive.read(script).decode().endswith(f"{stored.text}\n")
    labels = {model._meta.label_lower for model in owned_models()} | {"accounts.user"}
    assert {name for name in archive.namelist() if name.startswith("data/")} == {
        f"data/{label}.jsonl" for label in labels
    }


def test_the_manifest_lists_every_file_with_its_checksum(owner: User, analysed: Recording) -> None:
    archive = opened(owner)
    manifest = json.loads(archive.read("manifest.json"))
    assert (manifest["format"], manifest["account"], manifest["missing"]) == (FORMAT, str(owner.pk), [])
    listed = {entry["name"]: (entry["size_bytes"], entry["sha256"]) for entry in manifest["files"]}
    found = {
        name: (len(content), hashlib.sha256(content).hexdigest())
        for name in archive.namelist()
        if name != "manifest.json" and (content := archive.read(name)) is not None
    }
    assert listed == found
    assert archive.namelist()[-1] == "manifest.json"


def test_nothing_that_opens_something_is_in_it(owner: User, owner_client: CommittingClient) -> None:
    archive = opened(User.objects.get(pk=owner.pk))
    everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    session = owner_client.cookies["sessionid"].value
    assert session not in everything
    assert User.objects.get(pk=owner.pk).password not in everything


def test_lost_audio_is_named_and_the_rest_is_there(owner: User, analysed: Recording) -> None:
    default_storage.delete(Recording.objects.get().audio.name)
    manifest = json.loads(opened(owner).read("manifest.json"))
    assert len(manifest["missing"]) == 1
    assert str(analysed.pk) in manifest["missing"][0]


def test_memory_does_not_grow_with_the_audio(owner: User, analysed: Recording) -> None:
    name = default_storage.save("recordings/large", ContentFile(b"\x5a" * 40_000_000))
    Recording.objects.update(audio=name)
    tracemalloc.start()
    size = sum(len(block) for block in Takeout(owner).blocks())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    default_storage.delete(name)
    assert size > 40_000_000
    assert peak < 8_000_000


@pytest.mark.django_db(transaction=True)
def test_it_is_a_download_of_the_owner_alone(client_of: Callable[..., CommittingClient]) -> None:
    owner = User.objects.create_user(f"{uuid.uuid4().hex}@example.org", "correct horse battery")
    assert client_of(None).get("/api/v1/me/takeout").status_code == 401
    response = client_of(owner).get("/api/v1/me/takeout")
    assert (response.status_code, response["Content-Type"]) == (200, "application/zip")
    assert response["Content-Disposition"] == 'attachment; filename="recognition-helpers.zip"'
    assert response["Cache-Control"] == "no-store"
    from tests.unit.backend.conftest import body_of  # noqa: PLC0415

    archive = zipfile.ZipFile(io.BytesIO(body_of(response)))
    assert [user["email"] for user in lines(archive, "accounts.user")] == [owner.email]
