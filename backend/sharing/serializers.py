"""The wire form of links to captions, and of what they show."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backend.conversations.models import EmotionLabel, Utterance
from backend.sharing.models import CaptionLink

MAX_DAYS = 365


class NewCaptionLinkSerializer(serializers.Serializer[Any]):
    days = serializers.IntegerField(min_value=1, max_value=MAX_DAYS, default=7, help_text="It opens so long.")
    with_emotion = serializers.BooleanField(default=False, help_text="Whether it shows how lines sound.")


class CaptionLinkSerializer(serializers.ModelSerializer[CaptionLink]):
    title = serializers.CharField(source="conversation.title", read_only=True)
    conversation_id = serializers.UUIDField(read_only=True)

    class Meta:
        model = CaptionLink
        fields: ClassVar = ["id", "conversation_id", "title", "with_emotion", "expires_at", "created_at"]
        read_only_fields: ClassVar = fields


class CreatedCaptionLinkSerializer(CaptionLinkSerializer):
    code = serializers.CharField(help_text="Told once; only its hash is kept.")
    url = serializers.CharField(help_text="For whoever is to read; the code is behind the #, in no log.")

    class Meta(CaptionLinkSerializer.Meta):
        fields: ClassVar = [*CaptionLinkSerializer.Meta.fields, "code", "url"]
        read_only_fields: ClassVar = fields


class ReadSharedSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=64)
    after = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="The last line that is known."
    )


class SharedEmotionSerializer(serializers.Serializer[Any]):
    """How a line sounds; never what a person feels."""

    label = serializers.ChoiceField(choices=EmotionLabel.choices)  # type: ignore[assignment]  # the wire name
    confident = serializers.BooleanField(help_text="False: show it as unsure.")


class SharedLineSerializer(serializers.ModelSerializer[Utterance]):
    """A line to read. Nothing in it leads to the recording."""

    emotion = serializers.SerializerMethodField()

    class Meta:
        model = Utterance
        fields: ClassVar = ["id", "said_at", "text", "speaker", "language", "emotion"]
        read_only_fields: ClassVar = fields

    @extend_schema_field(SharedEmotionSerializer(allow_null=True))
    def get_emotion(self, utterance: Utterance) -> dict[str, Any] | None:
        if not self.context.get("with_emotion") or utterance.emotion_label is None:
            return None
        return {"label": utterance.emotion_label, "confident": utterance.emotion_confident}


class SharedCaptionsSerializer(serializers.Serializer[Any]):
    title = serializers.CharField()
    started_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    with_emotion = serializers.BooleanField()
    lines = SharedLineSerializer(many=True)
    more = serializers.BooleanField(help_text="There are more: ask again with the last line's id.")
