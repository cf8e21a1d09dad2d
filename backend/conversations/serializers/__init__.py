"""The wire form of conversations and utterances, the same over REST and push."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backend.conversations.models import Conversation, EmotionLabel, Utterance
from inference_worker.contract import CUE_WORDS


class ConversationSerializer(serializers.ModelSerializer[Conversation]):
    tags = serializers.ListField(child=serializers.CharField(), read_only=True)
    recording_count = serializers.IntegerField(read_only=True)
    duration_s = serializers.FloatField(read_only=True, help_text="Of all its recordings.")
    preview = serializers.CharField(read_only=True, help_text="Its first words.")

    class Meta:
        model = Conversation
        fields: ClassVar = [
            "id",
            "title",
            "notes",
            "tags",
            "pinned",
            "emotion_mode",
            "emotion_from_revision",
            "started_at",
            "archived_at",
            "trashed_at",
            "created_at",
            "revision",
            "recording_count",
            "duration_s",
            "preview",
        ]
        read_only_fields: ClassVar = fields


class WordSerializer(serializers.Serializer[Any]):
    text = serializers.CharField()
    start_s = serializers.FloatField()
    end_s = serializers.FloatField()
    confidence = serializers.FloatField(allow_null=True)


class MachineEmotionSerializer(serializers.Serializer[Any]):
    """What the model had said before a person corrected it."""

    label = serializers.ChoiceField(choices=EmotionLabel.choices)  # type: ignore[assignment]  # the wire name
    confident = serializers.BooleanField()


class EmotionSerializer(serializers.Serializer[Any]):
    """How the utterance sounds; never what a person feels."""

    label = serializers.ChoiceField(choices=EmotionLabel.choices)  # type: ignore[assignment]  # the wire name
    confident = serializers.BooleanField(help_text="False: the model abstains; show it as unsure.")
    probabilities = serializers.DictField(child=serializers.FloatField())
    strength = serializers.FloatField(help_text="0 flat to 1 as strong as speech gets.")
    machine = MachineEmotionSerializer(
        allow_null=True, help_text="Not null: a person has corrected the label, and this is the model's."
    )


class CuesSerializer(serializers.Serializer[Any]):
    """What was measured of how the utterance is spoken; null where it could not be measured."""

    loudness_dbfs = serializers.FloatField()
    pitch_hz = serializers.FloatField(allow_null=True)
    pitch_range_semitones = serializers.FloatField(allow_null=True)
    final_semitones = serializers.FloatField(allow_null=True)
    syllables_per_s = serializers.FloatField(allow_null=True)
    whispered = serializers.BooleanField()
    words = serializers.ListField(
        child=serializers.ChoiceField(choices=CUE_WORDS),
        help_text="What sets it apart from the rest of the recording, the most telling first.",
    )


class UtteranceSerializer(serializers.ModelSerializer[Utterance]):
    conversation_id = serializers.UUIDField(source="recording.conversation_id", read_only=True)
    recording_id = serializers.UUIDField(read_only=True)
    words = WordSerializer(many=True, read_only=True)
    emotion = serializers.SerializerMethodField()
    cues = CuesSerializer(read_only=True, allow_null=True)
    edited = serializers.SerializerMethodField(help_text="A person changed words, times or speaker.")

    class Meta:
        model = Utterance
        fields: ClassVar = [
            "id",
            "recording_id",
            "conversation_id",
            "index",
            "start_s",
            "end_s",
            "text",
            "words",
            "confidence",
            "language",
            "speaker",
            "emotion",
            "cues",
            "edited",
            "revision",
        ]
        read_only_fields: ClassVar = fields

    @extend_schema_field(EmotionSerializer(allow_null=True))
    def get_emotion(self, utterance: Utterance) -> dict[str, Any] | None:
        if utterance.emotion_label is None:
            return None
        return {
            "label": utterance.emotion_label,
            "confident": utterance.emotion_confident,
            "probabilities": utterance.emotion_probabilities or {},
            "strength": utterance.emotion_strength or 0.0,
            "machine": _machine_emotion(utterance),
        }

    def get_edited(self, utterance: Utterance) -> bool:
        return utterance.edit_count > 0


def _machine_emotion(utterance: Utterance) -> dict[str, Any] | None:
    if utterance.machine_emotion_label is None:
        return None
    return {
        "label": utterance.machine_emotion_label,
        "confident": utterance.machine_emotion_confident,
    }
