"""Registering devices."""

from __future__ import annotations

from typing import Any

import pytest

from backend.accounts.models import User
from backend.notifications.models import Device
from backend.notifications.services import devices
from tests.conftest import CommittingClient
from tests.unit.backend.notifications.conftest import EXPO_TOKEN, new_device

KEYS = {
    "public_key": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth_secret": "BTBZMqHH6r4Tts7J_aSIgg",
}
WEB = {"kind": "web", "address": "https://push.example.org/abc", "language": "en", **KEYS}


def register(client: CommittingClient, **fields: Any) -> Any:
    return client.post("/api/v1/push/devices", fields, format="json")


def test_the_same_again_is_the_same_device(owner_client: CommittingClient) -> None:
    first = register(owner_client, **WEB, name="browser")
    again = register(owner_client, **{**WEB, "language": "ko"})
    assert (first.status_code, again.json()["id"]) == (201, first.json()["id"])
    [listed] = owner_client.get("/api/v1/push/devices").json()
    assert (listed["kind"], listed["language"]) == ("web", "ko")
    # Whoever has a list of devices still cannot send to them.
    assert set(listed) == {"id", "kind", "language", "name", "created_at"}


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "expo", "address": "not a token", "language": "en"},
        {**WEB, "address": "http://push.example.org/abc"},
        {**WEB, "address": "https://127.0.0.1/abc"},
        {**WEB, "public_key": "AAAA"},
        {**WEB, "public_key": ""},
        {**WEB, "auth_secret": "AAAA"},
        {**WEB, "auth_secret": "not base64!"},
    ],
)
def test_what_is_no_device(owner_client: CommittingClient, fields: dict[str, str]) -> None:
    refused = register(owner_client, **fields)
    assert (refused.status_code, refused.json()["code"]) == (400, "push_address")
    assert not Device.objects.exists()


def test_a_device_is_forgotten_by_its_owner_only(
    owner_client: CommittingClient, stranger_client: CommittingClient, anonymous_client: CommittingClient
) -> None:
    path = f"/api/v1/push/devices/{register(owner_client, **WEB).json()['id']}"
    assert anonymous_client.delete(path).status_code == 401
    assert stranger_client.delete(path).status_code == 404
    assert Device.objects.count() == 1
    assert owner_client.delete(path).status_code == 204
    assert owner_client.delete(path).status_code == 404


def test_old_devices_make_room(owner: User) -> None:
    for number in range(devices.MAX_DEVICES + 2):
        new = new_device(address=f"ExponentPushToken[abcdefgh{number:03}]")
        devices.device_register(user=owner, new=new)
    kept = set(Device.objects.values_list("address", flat=True))
    assert len(kept) == devices.MAX_DEVICES
    assert "ExponentPushToken[abcdefgh000]" not in kept
    assert EXPO_TOKEN not in kept
