"""The wire form of edits: what a client sends, and what the log says."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backend.conversations.models import Edit, EditKind, EmotionLabel
from backend.conversations.serializers import UtteranceSerializer

_MOST_TEXT = 10_000
_MOST_SPEAKER = 64
_SHOWN = ("text", "speaker", "start_s", "end_s", "emotion_label", "emotion_confident")
_MOST_SHOWN_CHANGES = 20


class RevisedSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField(help_text="Of the utterance that was edited, as the client had it.")


class UtterancePatchSerializer(RevisedSerializer):
    """One of `text`, `speaker` and `emotion`."""

    text = serializers.CharField(required=False, allow_blank=True, max_length=_MOST_TEXT)
    speaker = serializers.CharField(
        required=False, allow_blank=True, allow_null=True, max_length=_MOST_SPEAKER
    )
    emotion = serializers.ChoiceField(
        required=False,
        allow_null=True,
        choices=EmotionLabel.choices,
        help_text="How it sounds to the person; null takes the correction back.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs.keys() & {"text", "speaker", "emotion"}) != 1:
            raise serializers.ValidationError("Send one of text, speaker and emotion.")
        return attrs


class SplitSerializer(RevisedSerializer):
    at_character = serializers.IntegerField(
        min_value=1,
        max_value=_MOST_TEXT,
        help_text="The second part begins with this character of the text (Unicode code points from 0), "
        "or with the word that it is in.",
    )


class MergeSerializer(RevisedSerializer):
    next_id = serializers.UUIDField(help_text="The utterance that is spoken next in the same recording.")
    next_revision = serializers.IntegerField()


class SpeakerRenameSerializer(serializers.Serializer[Any]):
    """Renames speakers; two that get one name are one from then on."""

    speakers = serializers.ListField(
        child=serializers.CharField(allow_null=True, max_length=_MOST_SPEAKER),
        min_length=1,
        max_length=50,
        help_text="Names as they are now; null: utterances without a name.",
    )
    name = serializers.CharField(allow_null=True, allow_blank=True, max_length=_MOST_SPEAKER)
    recording_id = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="Only in this recording."
    )


class EditedStateSerializer(serializers.Serializer[Any]):
    """Of an utterance before or after an edit: only what the edit changed."""

    text = serializers.CharField(required=False)
    speaker = serializers.CharField(required=False, allow_null=True)
    start_s = serializers.FloatField(required=False)
    end_s = serializers.FloatField(required=False)
    emotion_label = serializers.ChoiceField(required=False, allow_null=True, choices=EmotionLabel.choices)
    emotion_confident = serializers.BooleanField(required=False)


class EditChangeSerializer(serializers.Serializer[Any]):
    utterance_id = serializers.UUIDField()
    before = EditedStateSerializer(allow_null=True, help_text="Null: it was not there.")
    after = EditedStateSerializer(allow_null=True, help_text="Null: it went into another one.")


class EditSerializer(serializers.ModelSerializer[Edit]):
    kind = serializers.ChoiceField(choices=EditKind.choices, read_only=True)
    author = serializers.EmailField(
        source="author.email", read_only=True, allow_null=True, default=None, help_text="Null: account gone."
    )
    changes = serializers.SerializerMethodField(help_text=f"The first {_MOST_SHOWN_CHANGES} utterances.")
    utterance_count = serializers.SerializerMethodField()

    class Meta:
        model = Edit
        fields: ClassVar = [
            "id",
            "conversation_id",
            "recording_id",
            "kind",
            "author",
            "created_at",
            "undone_at",
            "superseded_at",
            "utterance_count",
            "changes",
        ]
        read_only_fields: ClassVar = fields

    conversation_id = serializers.UUIDField(read_only=True)
    recording_id = serializers.UUIDField(read_only=True, allow_null=True)

    @extend_schema_field(EditChangeSerializer(many=True))
    def get_changes(self, edit: Edit) -> list[dict[str, Any]]:
        return [
            {
                "utterance_id": change["id"],
                "before": _shown(change["before"]),
                "after": _shown(change["after"]),
            }
            for change in edit.changes[:_MOST_SHOWN_CHANGES]
        ]

    def get_utterance_count(self, edit: Edit) -> int:
        return len(edit.changes)


class EditResultSerializer(serializers.Serializer[Any]):
    """What an edit did. `edit` is null when there was nothing to change."""

    edit = EditSerializer(allow_null=True)
    utterances = UtteranceSerializer(many=True)
    deleted_utterance_ids = serializers.ListField(child=serializers.UUIDField())


def _shown(state: dict[str, Any] | None) -> dict[str, Any] | None:
    return None if state is None else {name: state[name] for name in _SHOWN if name in state}
