"""Reads. Each takes the user: a missing and a foreign object are the same."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet

from backend.accounts.models import User
from backend.core.errors import NotFoundError
from backend.notifications.models import Delivery, Device, Webhook


def device_list(*, user: User) -> QuerySet[Device]:
    return Device.objects.filter(owner=user).order_by("created_at")


def webhook_list(*, user: User) -> QuerySet[Webhook]:
    return Webhook.objects.filter(owner=user).order_by("created_at")


def webhook_get(*, user: User, webhook_id: uuid.UUID) -> Webhook:
    """Raises `NotFoundError`."""
    webhook = webhook_list(user=user).filter(pk=webhook_id).first()
    if webhook is None:
        raise NotFoundError("There is no such webhook, or it is not yours.")
    return webhook


def delivery_list(*, user: User, webhook_id: uuid.UUID) -> QuerySet[Delivery]:
    """Newest first. Raises `NotFoundError`."""
    return Delivery.objects.filter(webhook=webhook_get(user=user, webhook_id=webhook_id))
