"""`/api/v1/me`, and the emotion switch of a conversation. Signing in and out is django-allauth's headless API."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.serializers import MeChangeSerializer, MeSerializer
from backend.accounts.sign_in import signed_in_user
from backend.accounts.vocabulary import LONGEST_TERM, MOST_TERMS, SHORTEST_TERM, plain_term, vocabulary_of
from backend.conversations.models import EmotionMode
from backend.conversations.serializers import ConversationSerializer
from backend.core.problems import ProblemSerializer
from backend.preferences.services.emotion import emotion_mode_set
from backend.preferences.services.people import preferences_update
from backend.preferences.services.vocabulary import vocabulary_replace


class EmotionModeSerializer(serializers.Serializer[Any]):
    emotion_mode = serializers.ChoiceField(choices=EmotionMode.choices)


class TermField(serializers.CharField):
    """One name or term, as `plain_term` has it."""

    def to_internal_value(self, data: Any) -> str:
        try:
            return plain_term(super().to_internal_value(data))
        except ValueError as error:
            raise serializers.ValidationError(str(error), code="term") from error


class VocabularySerializer(serializers.Serializer[Any]):
    terms = serializers.ListField(
        child=TermField(max_length=10 * LONGEST_TERM),
        max_length=MOST_TERMS,
        help_text=f"At most {MOST_TERMS} names and terms of {SHORTEST_TERM} to {LONGEST_TERM} characters.",
    )


class MeApi(APIView):
    @extend_schema(operation_id="me_read", responses=MeSerializer)
    def get(self, request: Request) -> Response:
        return Response(MeSerializer(signed_in_user(request)).data)

    @extend_schema(
        operation_id="me_update",
        request=MeChangeSerializer,
        responses={200: MeSerializer, 400: ProblemSerializer},
    )
    def patch(self, request: Request) -> Response:
        serializer = MeChangeSerializer(signed_in_user(request), data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        user = preferences_update(user=signed_in_user(request), changes=serializer.validated_data)
        return Response(MeSerializer(user).data)


class VocabularyApi(APIView):
    @extend_schema(operation_id="me_vocabulary_read", responses=VocabularySerializer)
    def get(self, request: Request) -> Response:
        """Names and terms that captions should know."""
        return Response({"terms": vocabulary_of(owner_id=signed_in_user(request).pk)})

    @extend_schema(
        operation_id="me_vocabulary_replace",
        request=VocabularySerializer,
        responses={200: VocabularySerializer, 400: ProblemSerializer},
    )
    def put(self, request: Request) -> Response:
        """Replace them. Each is kept once, whatever its case. New recordings are recognised with them."""
        serializer = VocabularySerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        terms = vocabulary_replace(user=signed_in_user(request), terms=serializer.validated_data["terms"])
        return Response({"terms": terms})


class ConversationEmotionApi(APIView):
    @extend_schema(
        operation_id="conversations_emotion",
        request=EmotionModeSerializer,
        responses={200: ConversationSerializer, 400: ProblemSerializer, 404: ProblemSerializer},
    )
    def put(self, request: Request, conversation_id: uuid.UUID) -> Response:
        """Switch emotion on or off for a conversation. Off removes what there is."""
        serializer = EmotionModeSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        conversation = emotion_mode_set(
            user=signed_in_user(request),
            conversation_id=conversation_id,
            mode=serializer.validated_data["emotion_mode"],
        )
        return Response(ConversationSerializer(conversation).data)
