"""What a client asks for when it exports."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from backend.accounts.models import Language


class ExportSerializer(serializers.Serializer[Any]):
    language = serializers.ChoiceField(
        required=False,
        choices=Language.choices,
        help_text="Of the words for emotions; the person's without it.",
    )
    emotion = serializers.BooleanField(default=True, help_text="Whether it says how things sound.")


class ConversationExportSerializer(ExportSerializer):
    recording_id = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="Only this recording, times from its start."
    )


class DaysExportSerializer(ExportSerializer):
    since = serializers.DateField(required=False, help_text="The first day, in the person's time zone.")
    until = serializers.DateField(required=False, help_text="The last day, in the person's time zone.")
