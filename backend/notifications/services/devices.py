"""Devices that show notices."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass

from django.db import transaction

from backend.accounts.models import User
from backend.core.errors import NotFoundError
from backend.core.outbound import AddressRefusedError, url_check
from backend.notifications import selectors
from backend.notifications.errors import PushAddressError
from backend.notifications.models import Device, DeviceKind
from backend.notifications.providers import expo
from backend.notifications.providers.configured import policy
from backend.notifications.providers.web_push import keys_check

MAX_DEVICES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDevice:
    kind: str
    address: str
    public_key: str
    auth_secret: str
    language: str
    name: str


@transaction.atomic
def device_register(*, user: User, new: NewDevice) -> Device:
    """Tell this device from now on; again with the same address is the same device, whoever had it before.

    Raises `PushAddressError`.
    """
    _check(new)
    # One after the other for each person, so that the limit holds.
    User.objects.select_for_update().get(pk=user.pk)
    address_sha256 = hashlib.sha256(f"{new.kind} {new.address}".encode()).hexdigest()
    device, _ = Device.objects.update_or_create(
        address_sha256=address_sha256,
        defaults={
            "owner": user,
            "kind": new.kind,
            "address": new.address,
            "public_key": new.public_key,
            "auth_secret": new.auth_secret,
            "language": new.language,
            "name": new.name,
        },
    )
    # Nothing that waited for whoever had it before.
    device.deliveries.exclude(device__owner=user).delete()
    kept = selectors.device_list(user=user).order_by("-created_at").values_list("pk", flat=True)[:MAX_DEVICES]
    Device.objects.filter(owner=user).exclude(pk__in=[*kept, device.pk]).delete()
    return device


def device_forget(*, user: User, device_id: uuid.UUID) -> None:
    """Raises `NotFoundError`."""
    deleted, _ = selectors.device_list(user=user).filter(pk=device_id).delete()
    if not deleted:
        raise NotFoundError("There is no such device, or it is not yours.")


def _check(new: NewDevice) -> None:
    if new.kind == DeviceKind.EXPO:
        if not expo.is_token(new.address):
            raise PushAddressError("Send the token as Expo gave it: ExponentPushToken[…].")
        return
    try:
        url_check(new.address, policy())
        keys_check(new.public_key, new.auth_secret)
    except (AddressRefusedError, ValueError) as error:
        raise PushAddressError("Send the subscription as the browser made it.") from error
