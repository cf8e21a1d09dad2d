"""The wire form of a recording with its analysis, the same over REST and push."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backend.accounts.serializers import MeSerializer
from backend.analyses.models import OFFLINE_ENGINE, Analysis
from backend.conversations.models import EmotionMode, Recording
from backend.conversations.serializers import ConversationSerializer, UtteranceSerializer


class AnalysisErrorSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="Stable; clients translate by it.")
    detail = serializers.CharField()
    can_pass = serializers.BooleanField(
        help_text="False: it is the recording itself, and trying again would bring the same."
    )


class NoSpeechSerializer(serializers.Serializer[Any]):
    start_s = serializers.FloatField()
    end_s = serializers.FloatField()
    reason = serializers.CharField(
        help_text="The rule: `steady`, `tonal`, `short` or `unsure`. Clients must bear others."
    )


_NO_SPEECH_SHOWN = 20


class AnalysisSerializer(serializers.ModelSerializer[Analysis]):
    progress = serializers.SerializerMethodField(help_text="0 to 1.")
    error = serializers.SerializerMethodField()
    low_accuracy = serializers.SerializerMethodField(
        help_text="The words come from the small offline engine."
    )
    no_speech_s = serializers.SerializerMethodField(
        help_text="Seconds of sound that were left out because they are no speech."
    )
    no_speech = serializers.SerializerMethodField(
        help_text=f"What was left out, in the order of time; of more than {_NO_SPEECH_SHOWN} the longest."
    )

    class Meta:
        model = Analysis
        fields: ClassVar = [
            "id",
            "state",
            "progress",
            "processed_until_s",
            "attempt",
            "error",
            "asr_engine",
            "emotion_engine",
            "low_accuracy",
            "no_speech_s",
            "no_speech",
            "vocabulary_used",
            "utterance_count",
            "utterances_from_revision",
            "created_at",
            "started_at",
            "finished_at",
        ]
        read_only_fields: ClassVar = fields

    def get_progress(self, analysis: Analysis) -> float:
        if analysis.state == "done":
            return 1.0
        duration_s = analysis.recording.duration_s
        return min(1.0, analysis.processed_until_s / duration_s) if duration_s else 0.0

    @extend_schema_field(AnalysisErrorSerializer(allow_null=True))
    def get_error(self, analysis: Analysis) -> dict[str, Any] | None:
        if not analysis.error_code:
            return None
        return {
            "code": analysis.error_code,
            "detail": analysis.error_message,
            "can_pass": analysis.error_can_pass,
        }

    def get_low_accuracy(self, analysis: Analysis) -> bool:
        return analysis.asr_engine.startswith(OFFLINE_ENGINE)

    def get_no_speech_s(self, analysis: Analysis) -> float:
        return round(sum(_length_s(span) for span in analysis.no_speech), 3)

    @extend_schema_field(NoSpeechSerializer(many=True))
    def get_no_speech(self, analysis: Analysis) -> list[dict[str, Any]]:
        longest = sorted(analysis.no_speech, key=_length_s, reverse=True)[:_NO_SPEECH_SHOWN]
        shown = sorted(longest, key=lambda span: float(span["start_s"]))
        return [{name: span[name] for name in ("start_s", "end_s", "reason")} for span in shown]


def _length_s(span: dict[str, Any]) -> float:
    return float(span["end_s"]) - float(span["start_s"])


class RecordingSerializer(serializers.ModelSerializer[Recording]):
    conversation_id = serializers.UUIDField(read_only=True)
    audio_url = serializers.SerializerMethodField(
        help_text="Null when the audio was removed by the owner's retention."
    )
    emotion_mode = serializers.ChoiceField(
        choices=EmotionMode.choices,
        source="conversation.emotion_mode",
        read_only=True,
        help_text="Of the conversation.",
    )
    emotion_from_revision = serializers.IntegerField(
        source="conversation.emotion_from_revision",
        read_only=True,
        help_text="The emotion of utterances of an older revision was removed.",
    )
    analysis = AnalysisSerializer(read_only=True)

    class Meta:
        model = Recording
        fields: ClassVar = [
            "id",
            "conversation_id",
            "title",
            "source",
            "file_name",
            "content_type",
            "size_bytes",
            "duration_s",
            "language",
            "recorded_at",
            "created_at",
            "revision",
            "audio_url",
            "audio_removed_at",
            "text_removed_at",
            "emotion_mode",
            "emotion_from_revision",
            "analysis",
        ]
        read_only_fields: ClassVar = [name for name in fields if name != "title"]

    def get_audio_url(self, recording: Recording) -> str | None:
        if recording.audio_removed_at is not None:
            return None
        return f"/api/v1/recordings/{recording.pk}/audio"


class RetrySerializer(serializers.Serializer[Any]):
    discard_edits = serializers.BooleanField(
        default=False, help_text="Replace utterances even where a person has edited them."
    )


class ChangesSerializer(serializers.Serializer[Any]):
    """Everything that changed after a revision, for a client that was away."""

    revision = serializers.IntegerField(help_text="Ask for what comes after this next time.")
    recordings = RecordingSerializer(many=True)
    utterances = UtteranceSerializer(many=True)
    deleted_recording_ids = serializers.ListField(child=serializers.UUIDField())
    deleted_utterance_ids = serializers.ListField(
        child=serializers.UUIDField(), help_text="They went into another one when utterances were merged."
    )
    me = MeSerializer(allow_null=True, help_text="Null: what the person prefers did not change.")
    conversations = ConversationSerializer(many=True)
    trashed_conversation_ids = serializers.ListField(
        child=serializers.UUIDField(), help_text="Hide them with all of their recordings."
    )
    more = serializers.BooleanField(help_text="True: ask again at once, there is more.")
