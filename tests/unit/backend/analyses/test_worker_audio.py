"""The signed address at which inference workers fetch audio."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core import signing
from django.core.files.storage import default_storage

from tests.conftest import CommittingClient
from tests.recorders import SendRecorder
from tests.unit.backend.conftest import AUDIO, body_of, stored_files


@pytest.fixture
def path(recording: dict[str, Any], sent: SendRecorder) -> str:
    return urlsplit(sent.requests[0].audio_url).path


def test_no_account_is_needed(anonymous_client: CommittingClient, path: str) -> None:
    response = anonymous_client.get(path)
    assert (response.status_code, body_of(response)) == (200, AUDIO)
    assert response["Content-Type"] == "application/octet-stream"


def test_it_goes_on_after_a_broken_transfer(anonymous_client: CommittingClient, path: str) -> None:
    response = anonymous_client.get(path, headers={"Range": "bytes=10-"})
    assert (response.status_code, body_of(response)) == (206, AUDIO[10:])


def test_a_changed_token_is_refused(anonymous_client: CommittingClient, path: str) -> None:
    for changed in (path[:-1], path + "x", path.replace("/internal/audio/", "/internal/audio/0")):
        assert anonymous_client.get(changed).status_code == 403


def test_a_signature_for_another_purpose_is_refused(
    anonymous_client: CommittingClient, recording: dict[str, Any]
) -> None:
    token = signing.TimestampSigner(salt="another").sign(recording["id"].replace("-", ""))
    assert anonymous_client.get(f"/internal/audio/{token}").status_code == 403


def test_a_token_grows_old(
    anonymous_client: CommittingClient, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ttl_s = settings.ENVIRONMENT.audio_url_ttl_s
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + ttl_s - 5)
    assert anonymous_client.get(path).status_code == 200
    monkeypatch.setattr(signing.time, "time", lambda: now + ttl_s + 5)
    assert anonymous_client.get(path).status_code == 403


def test_a_deleted_recording_is_gone(
    anonymous_client: CommittingClient, owner_client: CommittingClient, path: str, recording: dict[str, Any]
) -> None:
    assert owner_client.delete(f"/api/v1/recordings/{recording['id']}").status_code == 204
    assert anonymous_client.get(path).status_code == 410


def test_a_file_that_is_gone_is_gone(anonymous_client: CommittingClient, path: str) -> None:
    default_storage.delete(stored_files()[0])
    assert anonymous_client.get(path).status_code == 410


def test_only_reading(anonymous_client: CommittingClient, path: str) -> None:
    assert anonymous_client.delete(path).status_code == 405
    assert anonymous_client.get(path).status_code == 200
