"""The wire form of a search and its hits."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from backend.conversations.models import EmotionLabel, SpeechDay
from backend.conversations.serializers import UtteranceSerializer

_MOST_A_PAGE = 100


class SearchSerializer(serializers.Serializer[Any]):
    q = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=200,
        default="",
        help_text="Words or parts of words that all are in it; in quotes: one after the other.",
    )
    emotion = serializers.ChoiceField(
        required=False,
        choices=[*EmotionLabel.choices, (SpeechDay.UNSURE, "unsure")],
        help_text="How it sounds; `unsure`: the model abstained.",
    )
    speaker = serializers.CharField(required=False, max_length=64)
    since = serializers.DateField(required=False, help_text="The first day, in the person's time zone.")
    until = serializers.DateField(required=False, help_text="The last day, in the person's time zone.")
    conversation_id = serializers.UUIDField(required=False)
    cursor = serializers.CharField(required=False, max_length=500)
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=_MOST_A_PAGE, default=20)


class SegmentSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(trim_whitespace=False)
    marked = serializers.BooleanField()


class SearchHitSerializer(serializers.Serializer[Any]):
    utterance = UtteranceSerializer()
    segments = SegmentSerializer(
        many=True, help_text="The text in parts; what was looked for is marked. Never markup."
    )
    said_at = serializers.DateTimeField()
    conversation_title = serializers.CharField()
    recording_title = serializers.CharField()


class SearchPageSerializer(serializers.Serializer[Any]):
    results = SearchHitSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True, help_text="Null: there is nothing more.")
