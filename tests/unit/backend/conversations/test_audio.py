"""A recording's audio, for its owner."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.storage import default_storage

from backend.conversations.models import Recording
from tests.conftest import CommittingClient
from tests.unit.backend.conftest import AUDIO, body_of, stored_files

SIZE = len(AUDIO)


def test_the_whole_file(owner_client: CommittingClient, recording: dict[str, Any]) -> None:
    response = owner_client.get(recording["audio_url"])
    assert response.status_code == 200
    assert body_of(response) == AUDIO
    assert {name: response.get(name) for name in _HEADERS} == {
        "Content-Type": "audio/wav",
        "Content-Length": str(SIZE),
        "Accept-Ranges": "bytes",
        "Content-Range": None,
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'; media-src 'self'",
        "Content-Disposition": "inline",
        "Cache-Control": "private, max-age=3600",
    }


_HEADERS = (
    "Content-Type",
    "Content-Length",
    "Accept-Ranges",
    "Content-Range",
    "X-Content-Type-Options",
    "Content-Security-Policy",
    "Content-Disposition",
    "Cache-Control",
)


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=5-9", 5, 9),
        ("bytes=7-", 7, SIZE - 1),
        ("bytes=-4", SIZE - 4, SIZE - 1),
        ("bytes=-9999", 0, SIZE - 1),
        ("bytes=3-9999", 3, SIZE - 1),
    ],
)
def test_a_part(
    owner_client: CommittingClient, recording: dict[str, Any], asked: str, first: int, last: int
) -> None:
    response = owner_client.get(recording["audio_url"], headers={"Range": asked})
    assert response.status_code == 206
    assert body_of(response) == AUDIO[first : last + 1]
    assert response["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert response["Content-Length"] == str(last - first + 1)


@pytest.mark.parametrize("asked", ["bytes=0-1,3-4", "items=0-1", "bytes=5-2", "bytes=-", "nonsense"])
def test_a_range_that_is_not_served_gives_the_whole_file(
    owner_client: CommittingClient, recording: dict[str, Any], asked: str
) -> None:
    response = owner_client.get(recording["audio_url"], headers={"Range": asked})
    assert (response.status_code, body_of(response)) == (200, AUDIO)


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", "bytes=9999-10000", "bytes=-0"])
def test_a_range_behind_the_end(
    owner_client: CommittingClient, recording: dict[str, Any], asked: str
) -> None:
    response = owner_client.get(recording["audio_url"], headers={"Range": asked})
    assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{SIZE}")
    assert body_of(response) == b""


def test_a_file_that_is_gone_is_not_found(owner_client: CommittingClient, recording: dict[str, Any]) -> None:
    default_storage.delete(stored_files()[0])
    response = owner_client.get(recording["audio_url"])
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_a_recording_that_is_still_being_made_has_none_yet(
    owner_client: CommittingClient, recording: dict[str, Any]
) -> None:
    Recording.objects.update(audio="")
    response = owner_client.get(f"/api/v1/recordings/{recording['id']}/audio")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")
