"""Pages stay right while rows arrive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from backend.conversations.models import Recording
from tests.conftest import CommittingClient


def test_new_recordings_neither_double_nor_hide_older_ones(
    owner_client: CommittingClient, upload: Callable[..., Any]
) -> None:
    first = [upload(owner_client).json()["id"] for _ in range(5)]
    seen, address = [], "/api/v1/recordings?page_size=2"
    while address:
        page = owner_client.get(address).json()
        seen += [item["id"] for item in page["results"]]
        address = page["next"]
        upload(owner_client)
    assert seen == first[::-1]


def test_recordings_of_one_moment_are_all_there(
    owner_client: CommittingClient, upload: Callable[..., Any]
) -> None:
    ids = {upload(owner_client).json()["id"] for _ in range(5)}
    Recording.objects.update(created_at=Recording.objects.first().created_at)  # type: ignore[union-attr]
    seen, address = [], "/api/v1/recordings?page_size=2"
    while address:
        page = owner_client.get(address).json()
        seen += [item["id"] for item in page["results"]]
        address = page["next"]
    assert len(seen) == 5
    assert set(seen) == ids


def test_a_page_has_its_limits(owner_client: CommittingClient, upload: Callable[..., Any]) -> None:
    for _ in range(2):
        upload(owner_client)
    for size, expected in (("1", 1), ("0", 2), ("-1", 2), ("x", 2), ("999999", 2)):
        page = owner_client.get(f"/api/v1/recordings?page_size={size}").json()
        assert len(page["results"]) == expected
