"""What a client sends to organise its history."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

_MOST_TAGS = 20


class HistoryFilterSerializer(serializers.Serializer[Any]):
    archived = serializers.BooleanField(required=False)
    trashed = serializers.BooleanField(required=False)
    pinned = serializers.BooleanField(required=False, allow_null=True)
    tag = serializers.CharField(required=False, max_length=40)


class ConversationPatchSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(required=False, allow_blank=True, max_length=200)
    notes = serializers.CharField(required=False, allow_blank=True, max_length=20_000)
    tags = serializers.ListField(
        required=False, child=serializers.CharField(max_length=40), max_length=_MOST_TAGS
    )
    pinned = serializers.BooleanField(required=False)
    archived = serializers.BooleanField(required=False)

    def validate_tags(self, tags: list[str]) -> list[str]:
        """Each once, however it is written in capitals."""
        return list({tag.casefold(): tag for tag in reversed(tags)}.values())[::-1]


class TagSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    conversation_count = serializers.IntegerField()
