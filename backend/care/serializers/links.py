"""The wire form of care links, and what their two sides may send."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backend.care.models import AccessEntry, CareLink, CareNote, LinkState, Scope


class LinkSerializer(serializers.ModelSerializer[CareLink]):
    """A link as its owner sees it."""

    state = serializers.SerializerMethodField()
    caregiver_email = serializers.SerializerMethodField(help_text="Of the account that accepted.")
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices), read_only=True)
    conversation_ids = serializers.SerializerMethodField(help_text="Null: all, also those to come.")

    class Meta:
        model = CareLink
        fields: ClassVar = [
            "id",
            "state",
            "caregiver_name",
            "caregiver_email",
            "owner_name",
            "invited_email",
            "scopes",
            "conversation_ids",
            "ends_at",
            "code_expires_at",
            "created_at",
            "accepted_at",
            "paused_at",
            "ended_at",
        ]
        read_only_fields: ClassVar = fields

    @extend_schema_field(serializers.ChoiceField(choices=LinkState.choices))
    def get_state(self, link: CareLink) -> str:
        return link.state_at(timezone.now()).value

    @extend_schema_field(serializers.EmailField(allow_null=True))
    def get_caregiver_email(self, link: CareLink) -> str | None:
        return link.caregiver.email if link.caregiver else None

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField(), allow_null=True))
    def get_conversation_ids(self, link: CareLink) -> list[str] | None:
        if link.all_conversations:
            return None
        return [str(conversation.pk) for conversation in link.conversations.all()]


class InvitationSerializer(serializers.Serializer[Any]):
    """A new link with its code, which is told only once."""

    link = LinkSerializer()
    code = serializers.CharField(allow_null=True, help_text="Null: it went by mail.")
    url = serializers.CharField(allow_null=True, help_text="What the QR code says; null: it went by mail.")


class TermsSerializer(serializers.Serializer[Any]):
    """What an owner offers, or changes."""

    caregiver_name = serializers.CharField(max_length=100, allow_blank=True, required=False)
    owner_name = serializers.CharField(max_length=100, allow_blank=True, required=False)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=Scope.choices), allow_empty=False, max_length=3
    )
    conversation_ids = serializers.ListField(
        child=serializers.UUIDField(),
        allow_null=True,
        max_length=1000,
        required=False,
        help_text="Null: all, also those to come.",
    )
    ends_at = serializers.DateTimeField(allow_null=True, required=False)

    def validate_ends_at(self, ends_at: Any) -> Any:
        if ends_at is not None and ends_at <= timezone.now():
            raise serializers.ValidationError("Choose a time to come.", code="in_the_past")
        return ends_at


class InviteSerializer(TermsSerializer):
    email = serializers.EmailField(
        allow_blank=True, required=False, help_text="Empty: the owner hands the code over."
    )


class PauseSerializer(serializers.Serializer[Any]):
    is_paused = serializers.BooleanField()


class CodeSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=64)


class OfferSerializer(serializers.Serializer[Any]):
    """What a code offers, before it is accepted."""

    owner_name = serializers.SerializerMethodField()
    owner_email = serializers.EmailField(source="owner.email")
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices))
    all_conversations = serializers.BooleanField()
    ends_at = serializers.DateTimeField(allow_null=True)

    def get_owner_name(self, link: CareLink) -> str:
        return link.owner_name or link.owner.email


class PersonSerializer(serializers.Serializer[Any]):
    """A person whom the caregiver cares for. `id` is that of the link."""

    id = serializers.UUIDField()
    name = serializers.SerializerMethodField()
    state = serializers.SerializerMethodField()
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices))
    all_conversations = serializers.BooleanField()
    ends_at = serializers.DateTimeField(allow_null=True)
    accepted_at = serializers.DateTimeField()
    time_zone = serializers.CharField(source="owner.zone")
    unseen_alert_count = serializers.IntegerField()

    def get_name(self, link: CareLink) -> str:
        return link.owner_name or link.owner.email

    @extend_schema_field(serializers.ChoiceField(choices=LinkState.choices))
    def get_state(self, link: CareLink) -> str:
        return link.state_at(timezone.now()).value


class AccessSerializer(serializers.ModelSerializer[AccessEntry]):
    class Meta:
        model = AccessEntry
        fields: ClassVar = ["id", "link_id", "caregiver_email", "scope", "what", "conversation_id", "at"]
        read_only_fields: ClassVar = fields


class NoteSerializer(serializers.ModelSerializer[CareNote]):
    class Meta:
        model = CareNote
        fields: ClassVar = ["id", "text", "day", "created_at"]
        read_only_fields: ClassVar = ["id", "created_at"]


class SharedConversationSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    title = serializers.CharField(allow_null=True, help_text="Null: the link does not share words.")
    started_at = serializers.DateTimeField()
    duration_s = serializers.FloatField(allow_null=True)
