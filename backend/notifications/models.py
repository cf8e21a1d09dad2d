"""Who is told of what: devices, webhooks, and what was sent to them."""

from __future__ import annotations

import secrets
import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.crypto import salted_hmac

from backend.accounts.models import Language
from backend.core.data_key import data_key


class DeviceKind(models.TextChoices):
    EXPO = "expo"
    WEB = "web"


class Notice(models.TextChoices):
    """What happened. The values are on the wire of webhooks."""

    DONE = "recording.done"
    FAILED = "recording.failed"
    TEST = "test"


class DeliveryState(models.TextChoices):
    """waiting -> sent | given_up; waiting -> waiting when it did not get through and is tried again."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"


class Device(models.Model):
    """A phone or a browser that shows notices. Signed in by another person, it is that person's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=4, choices=DeviceKind.choices)
    address = models.CharField(max_length=1000)
    """An Expo push token, or the address of a browser's push service."""
    address_sha256 = models.CharField(max_length=64, unique=True)
    public_key = models.CharField(max_length=120, blank=True, default="")
    """Of a browser (`p256dh`), base64url."""
    auth_secret = models.CharField(max_length=60, blank=True, default="")
    """Of a browser (`auth`), base64url."""
    language = models.CharField(max_length=2, choices=Language.choices)
    name = models.CharField(max_length=100, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.id)


def _salt() -> str:
    return secrets.token_hex(16)


class Webhook(models.Model):
    """An address of a person that is called when a recording of theirs is done or has failed.

    Its secret is made of the server's data key and `salt`: it is shown once, and stored nowhere.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    url = models.CharField(max_length=1000)
    salt = models.CharField(max_length=32, default=_salt)
    is_enabled = models.BooleanField(default=True)
    failing_since = models.DateTimeField(null=True)
    """The first failure after the last success."""
    disabled_because = models.CharField(max_length=30, blank=True, default="")
    """`failing` when the server gave up; empty: it did not."""
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.id)

    @property
    def secret(self) -> str:
        value = salted_hmac(
            "notifications.webhook", f"{self.pk}:{self.salt}", secret=data_key(), algorithm="sha256"
        )
        return f"whsec_{value.hexdigest()}"


class Delivery(models.Model):
    """One notice to one device or webhook. `finished_at` tells an analysis that was done anew from the first."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    device = models.ForeignKey(Device, on_delete=models.CASCADE, null=True, related_name="deliveries")
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, null=True, related_name="deliveries")
    notice = models.CharField(max_length=20, choices=Notice.choices)
    recording_id = models.UUIDField(null=True)
    finished_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    """While it is being sent: when it is taken to have died with its process."""
    status = models.PositiveSmallIntegerField(null=True)
    """Of the last answer; None: there was none."""
    problem = models.CharField(max_length=200, blank=True, default="")
    ticket = models.CharField(max_length=64, blank=True, default="", db_default="")
    """Of Expo's service: what became of the notice is asked for by it. Empty: there is nothing to ask."""
    receipt_at = models.DateTimeField(null=True)
    """When it is asked for."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(device=None) ^ models.Q(webhook=None), name="delivery_to_one"
            ),
            models.UniqueConstraint(
                fields=["device", "recording_id", "finished_at"], name="device_told_once"
            ),
            models.UniqueConstraint(
                fields=["webhook", "recording_id", "finished_at"], name="webhook_told_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_attempt_at"], name="delivery_due", condition=models.Q(state="waiting")
            ),
            models.Index(fields=["webhook", "-created_at"], name="delivery_log"),
            models.Index(fields=["receipt_at"], name="delivery_receipt_due", condition=~models.Q(ticket="")),
        ]

    def __str__(self) -> str:
        return str(self.id)
