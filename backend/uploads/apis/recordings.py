"""`POST /api/v1/recordings`."""

from __future__ import annotations

import logging
from typing import Any

from drf_spectacular.utils import extend_schema
from redis.exceptions import RedisError
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import UserRateThrottle
from rest_framework.views import APIView

from backend.accounts.models import Language
from backend.accounts.sign_in import signed_in_user
from backend.analyses.apis.recordings import RecordingListApi
from backend.analyses.serializers import RecordingSerializer
from backend.conversations.models import RecordingSource
from backend.core.problems import ProblemSerializer
from backend.core.wire_form import wire_form
from backend.uploads.services import recordings

logger = logging.getLogger(__name__)


class UploadSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Made by the client; the same again returns the same recording.")
    audio = serializers.FileField(allow_empty_file=True, max_length=255)
    source = serializers.ChoiceField(  # type: ignore[assignment]  # the wire name is `source`
        choices=RecordingSource.choices, default=RecordingSource.FILE
    )
    language = serializers.ChoiceField(
        choices=Language.choices,
        required=False,
        allow_null=True,
        help_text="What is spoken; left out: the owner's speech language, null: the engine decides.",
    )
    recorded_at = serializers.DateTimeField(required=False)
    conversation_id = serializers.UUIDField(
        required=False, help_text="Made by the client; created when the owner has none with this id."
    )
    conversation_title = serializers.CharField(
        required=False, allow_blank=True, max_length=200, help_text="Of a conversation that is created."
    )


class UploadThrottle(UserRateThrottle):
    scope = "upload"

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Lets an upload through when Redis, which counts them, is away: a recording is worth more than a limit."""
        try:
            return super().allow_request(request, view)
        except RedisError as error:
            logger.warning("uploads are not counted: %s", error)
            return True


class RecordingsApi(RecordingListApi):
    """Lists recordings (GET) and takes new ones (POST)."""

    parser_classes = (MultiPartParser,)

    def get_throttles(self) -> list[Any]:
        return [UploadThrottle()] if self.request.method == "POST" else []

    @extend_schema(
        operation_id="recordings_create",
        request={"multipart/form-data": UploadSerializer},
        responses={
            201: RecordingSerializer,
            200: RecordingSerializer,
            400: ProblemSerializer,
            409: ProblemSerializer,
            410: ProblemSerializer,
            413: ProblemSerializer,
            507: ProblemSerializer,
        },
    )
    def post(self, request: Request) -> Response:
        serializer = UploadSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        owner = signed_in_user(request)
        audio = given["audio"]
        upload = recordings.Upload(
            recording_id=given["id"],
            size_bytes=audio.size or 0,
            file_name=recordings.file_name(audio.name or ""),
            content_type=audio.content_type,
            source=given["source"],
            language=given.get("language", owner.speech_language),
            recorded_at=given.get("recorded_at"),
            conversation_id=given.get("conversation_id"),
            conversation_title=given.get("conversation_title", ""),
        )
        recording, is_new = recordings.recording_upload(owner=owner, upload=upload, audio=audio)
        return Response(
            wire_form(RecordingSerializer, recording),
            status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK,
        )
