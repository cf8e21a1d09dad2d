"""The wire form of alert rules and alerts."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from backend.care.models import Alert, AlertKind, AlertRule
from backend.conversations.models import EmotionLabel


class RuleSerializer(serializers.ModelSerializer[AlertRule]):
    emotions = serializers.ListField(
        child=serializers.ChoiceField(choices=EmotionLabel.choices), required=False, max_length=7
    )
    percent = serializers.IntegerField(min_value=0, max_value=99, required=False)
    days_needed = serializers.IntegerField(min_value=1, max_value=31, required=False)
    days_window = serializers.IntegerField(min_value=1, max_value=31)

    class Meta:
        model = AlertRule
        fields: ClassVar = [
            "id",
            "kind",
            "emotions",
            "percent",
            "days_needed",
            "days_window",
            "by_email",
            "holds",
            "created_at",
        ]
        read_only_fields: ClassVar = ["id", "holds", "created_at"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["kind"] == AlertKind.SOUNDS and not attrs.get("emotions"):
            raise serializers.ValidationError({"emotions": "Choose one emotion at least."})
        if attrs.get("days_needed", 1) > attrs["days_window"]:
            raise serializers.ValidationError({"days_needed": "There are not so many days to look at."})
        return attrs


class BasisDaySerializer(serializers.Serializer[Any]):
    day = serializers.DateField()
    percent = serializers.IntegerField()
    counted_min = serializers.FloatField()
    unsure_utterances = serializers.IntegerField()


class BasisSerializer(serializers.Serializer[Any]):
    """On what an alert rests: `days` for how it sounded, `last_day` for quiet."""

    start = serializers.DateField(required=False)
    end = serializers.DateField(required=False)
    days = BasisDaySerializer(many=True, required=False)
    days_with_speech = serializers.IntegerField(required=False)
    last_day = serializers.DateField(required=False)
    quiet_days = serializers.IntegerField(required=False)


class AlertSerializer(serializers.ModelSerializer[Alert]):
    rule = RuleSerializer(read_only=True)
    basis = BasisSerializer(read_only=True)

    class Meta:
        model = Alert
        fields: ClassVar = ["id", "rule", "day", "basis", "created_at", "seen_at", "mailed_at"]
        read_only_fields: ClassVar = fields
