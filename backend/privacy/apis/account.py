"""Take-out and deletion of the account, and what retention does."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any, ClassVar, cast

from django.contrib.auth import logout
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import UserRateThrottle
from rest_framework.views import APIView

from backend.accounts.models import LONGEST_RETENTION_DAYS
from backend.accounts.sign_in import signed_in_user
from backend.core.problems import ProblemSerializer
from backend.core.streaming import in_own_thread
from backend.privacy import selectors
from backend.privacy.models import Removal
from backend.privacy.services.account_deletion import account_delete
from backend.privacy.takeout import Takeout


class TakeoutThrottle(UserRateThrottle):
    scope = "takeout"


class AccountDeletionThrottle(UserRateThrottle):
    """A stolen session must not be a place to try passwords."""

    scope = "account_deletion"


class AccountDeletionSerializer(serializers.Serializer[Any]):
    password = serializers.CharField(max_length=1000, trim_whitespace=False)


class RemovalSerializer(serializers.ModelSerializer[Removal]):
    class Meta:
        model = Removal
        fields: ClassVar = [
            "id",
            "created_at",
            "kind",
            "recording_id",
            "uploaded_at",
            "keep_days",
            "audio_bytes",
            "utterance_count",
        ]
        read_only_fields: ClassVar = fields


class DueQuerySerializer(serializers.Serializer[Any]):
    audio_keep_days = serializers.IntegerField(min_value=0, max_value=LONGEST_RETENTION_DAYS, required=False)
    text_keep_days = serializers.IntegerField(min_value=1, max_value=LONGEST_RETENTION_DAYS, required=False)


class DueSerializer(serializers.Serializer[Any]):
    audio_recordings = serializers.IntegerField(help_text="Whose audio would go.")
    audio_bytes = serializers.IntegerField()
    text_recordings = serializers.IntegerField(help_text="Whose captions would go.")


class TakeoutApi(APIView):
    throttle_classes = (TakeoutThrottle,)

    @extend_schema(operation_id="me_takeout", responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request) -> StreamingHttpResponse:
        """Everything of the account as one zip: JSON, scripts, audio, and a manifest with checksums."""
        blocks = cast(Generator[bytes, None, None], Takeout(signed_in_user(request)).blocks())
        response = StreamingHttpResponse(in_own_thread(blocks), content_type="application/zip")
        response["Content-Disposition"] = 'attachment; filename="recognition-helpers.zip"'
        response["Cache-Control"] = "no-store"
        response["X-Content-Type-Options"] = "nosniff"
        return response


class AccountDeletionApi(APIView):
    throttle_classes = (AccountDeletionThrottle,)

    @extend_schema(
        operation_id="me_delete",
        request=AccountDeletionSerializer,
        responses={204: None, 400: ProblemSerializer, 403: ProblemSerializer},
    )
    def post(self, request: Request) -> Response:
        """Delete the account with everything that belongs to it. The password confirms it, and the second factor of a
        person who has one: shown in the last five minutes by `auth/2fa/reauthenticate` or by a passkey."""
        serializer = AccountDeletionSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        account_delete(
            user=signed_in_user(request),
            password=serializer.validated_data["password"],
            # The session of the token, or that of the cookie.
            session=cast(Mapping[str, Any], request.auth or request.session),
        )
        logout(request)
        return Response(status=status.HTTP_204_NO_CONTENT)


class RemovalListApi(generics.ListAPIView[Removal]):
    """The log of what retention has removed, newest first."""

    serializer_class = RemovalSerializer

    def get_queryset(self):  # type: ignore[no-untyped-def]
        return selectors.removal_list(user=signed_in_user(self.request))

    @extend_schema(operation_id="me_removals")
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        return super().get(request, *args, **kwargs)


class DueApi(APIView):
    @extend_schema(
        operation_id="me_removals_due",
        parameters=[
            OpenApiParameter("audio_keep_days", int, description="Left out: audio is kept."),
            OpenApiParameter("text_keep_days", int, description="Left out: captions are kept."),
        ],
        responses={200: DueSerializer, 400: ProblemSerializer},
    )
    def get(self, request: Request) -> Response:
        """What a choice of retention would remove now, before it is made."""
        serializer = DueQuerySerializer(data=request.query_params)
        serializer.is_valid(raise_exception=True)
        audio, text = selectors.due(
            user=signed_in_user(request),
            audio_keep_days=serializer.validated_data.get("audio_keep_days"),
            text_keep_days=serializer.validated_data.get("text_keep_days"),
        )
        return Response(
            {
                "audio_recordings": audio.recording_count,
                "audio_bytes": audio.audio_bytes,
                "text_recordings": text.recording_count,
            }
        )
