"""The wire form of devices and webhooks."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from backend.accounts.models import Language
from backend.notifications.models import Delivery, Device, DeviceKind, Webhook


class DeviceSerializer(serializers.ModelSerializer[Device]):
    class Meta:
        model = Device
        fields: ClassVar = ["id", "kind", "language", "name", "created_at"]
        read_only_fields: ClassVar = fields


class NewDeviceSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=DeviceKind.choices)
    address = serializers.CharField(
        max_length=1000, help_text="expo: ExponentPushToken[…]; web: the subscription's endpoint."
    )
    public_key = serializers.CharField(
        max_length=120, required=False, allow_blank=True, default="", help_text="web: keys.p256dh."
    )
    auth_secret = serializers.CharField(
        max_length=60, required=False, allow_blank=True, default="", help_text="web: keys.auth."
    )
    language = serializers.ChoiceField(choices=Language.choices, help_text="Of the notices.")
    name = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")


class PushKeySerializer(serializers.Serializer[Any]):
    public_key = serializers.CharField(help_text="applicationServerKey, base64url.")


class WebhookSerializer(serializers.ModelSerializer[Webhook]):
    class Meta:
        model = Webhook
        fields: ClassVar = ["id", "url", "is_enabled", "disabled_because", "failing_since", "created_at"]
        read_only_fields: ClassVar = fields


class NewWebhookSerializer(serializers.Serializer[Any]):
    url = serializers.CharField(max_length=1000)


class WebhookSwitchSerializer(serializers.Serializer[Any]):
    is_enabled = serializers.BooleanField()


class CreatedWebhookSerializer(WebhookSerializer):
    secret = serializers.CharField(help_text="Shown this once.")

    class Meta(WebhookSerializer.Meta):
        fields: ClassVar = [*WebhookSerializer.Meta.fields, "secret"]
        read_only_fields: ClassVar = fields


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    class Meta:
        model = Delivery
        fields: ClassVar = [
            "id",
            "notice",
            "recording_id",
            "state",
            "attempts",
            "next_attempt_at",
            "status",
            "problem",
            "created_at",
        ]
        read_only_fields: ClassVar = fields
