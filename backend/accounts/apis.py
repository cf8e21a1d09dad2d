"""`/api/v1/me`. Signing in and out is django-allauth's headless API under `/_allauth/`."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts import services
from backend.accounts.models import User
from backend.accounts.sign_in import signed_in_user


class LimitsSerializer(serializers.Serializer[Any]):
    max_upload_bytes = serializers.IntegerField()
    max_recording_s = serializers.FloatField()


class MeSerializer(serializers.ModelSerializer[User]):
    limits = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields: ClassVar = [
            "id",
            "email",
            "ui_language",
            "speech_language",
            "emotion_enabled",
            "time_zone",
            "revision",
            "limits",
        ]
        read_only_fields: ClassVar = ["id", "email", "revision"]

    @extend_schema_field(LimitsSerializer)
    def get_limits(self, _: User) -> dict[str, float]:
        environment = settings.ENVIRONMENT
        return {
            "max_upload_bytes": environment.max_upload_bytes,
            "max_recording_s": environment.max_recording_s,
        }


class MeApi(APIView):
    @extend_schema(operation_id="me_read", responses=MeSerializer)
    def get(self, request: Request) -> Response:
        return Response(MeSerializer(signed_in_user(request)).data)

    @extend_schema(operation_id="me_update", request=MeSerializer, responses=MeSerializer)
    def patch(self, request: Request) -> Response:
        serializer = MeSerializer(signed_in_user(request), data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        user = services.preferences_update(user=signed_in_user(request), **serializer.validated_data)
        return Response(MeSerializer(user).data)
