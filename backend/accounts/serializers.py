"""The wire form of a person, the same over REST and push."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, ClassVar

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backend.accounts import display
from backend.accounts.models import LONGEST_RETENTION_DAYS, User


class DisplaySerializer(serializers.Serializer[Any]):
    caption_size_pt = serializers.IntegerField(
        min_value=display.CAPTION_SIZES_PT[0], max_value=display.CAPTION_SIZES_PT[1]
    )
    caption_lines = serializers.IntegerField(
        min_value=display.CAPTION_LINES[0],
        max_value=display.CAPTION_LINES[1],
        help_text="Lines kept on screen while captions come live.",
    )
    text_size = serializers.ChoiceField(choices=display.TextSize.choices)
    theme = serializers.ChoiceField(choices=display.Theme.choices)
    font = serializers.ChoiceField(choices=display.Font.choices)
    line_spacing = serializers.ChoiceField(choices=display.LineSpacing.choices)
    motion = serializers.ChoiceField(choices=display.Motion.choices)
    keep_awake = serializers.BooleanField()
    emotion_word = serializers.BooleanField()
    emotion_icon = serializers.BooleanField()
    emotion_colour = serializers.BooleanField(help_text="Only beside a word or an icon.")
    emotion_weight = serializers.BooleanField(help_text="Stronger expression in bolder letters.")
    show_cues = serializers.BooleanField(help_text="Measured words (loud, fast) on the lines.")

    def to_representation(self, instance: Mapping[str, Any]) -> dict[str, Any]:
        return asdict(display.Display.of(instance))


class DisplayChangeSerializer(DisplaySerializer):
    """What is left out stays."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        for field in fields.values():
            field.required = False
        return fields


class LimitsSerializer(serializers.Serializer[Any]):
    max_upload_bytes = serializers.IntegerField()
    max_recording_s = serializers.FloatField()


class MeSerializer(serializers.ModelSerializer[User]):
    display = DisplaySerializer()
    audio_keep_days = serializers.IntegerField(
        min_value=0,
        max_value=LONGEST_RETENTION_DAYS,
        allow_null=True,
        required=False,
        help_text="Audio is removed so many days after its upload; 0: as soon as it is analysed; null: kept.",
    )
    text_keep_days = serializers.IntegerField(
        min_value=1,
        max_value=LONGEST_RETENTION_DAYS,
        allow_null=True,
        required=False,
        help_text="Captions are removed so many days after the upload; null: kept.",
    )
    limits = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields: ClassVar = [
            "id",
            "email",
            "ui_language",
            "speech_language",
            "emotion_enabled",
            "emotion_from_revision",
            "at_work_or_study",
            "time_zone",
            "audio_keep_days",
            "text_keep_days",
            "display",
            "revision",
            "limits",
        ]
        read_only_fields: ClassVar = ["id", "email", "emotion_from_revision", "revision"]

    @extend_schema_field(LimitsSerializer)
    def get_limits(self, _: User) -> dict[str, float]:
        environment = settings.ENVIRONMENT
        return {
            "max_upload_bytes": environment.max_upload_bytes,
            "max_recording_s": environment.max_recording_s,
        }


class MeChangeSerializer(MeSerializer):
    """For a PATCH."""

    display = DisplayChangeSerializer(required=False)
