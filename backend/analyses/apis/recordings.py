"""Recordings with their analyses: list, one, rename, delete, retry, cancel."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.sign_in import signed_in_user
from backend.analyses import selectors
from backend.analyses.serializers import ChangesSerializer, RecordingSerializer, RetrySerializer
from backend.analyses.services import renaming, transitions
from backend.conversations import services as conversations
from backend.conversations.models import Recording
from backend.core.problems import ProblemSerializer


class RecordingListApi(generics.ListAPIView[Recording]):
    serializer_class = RecordingSerializer

    def get_queryset(self):  # type: ignore[no-untyped-def]
        given = self.request.query_params.get("conversation_id")
        return selectors.recording_list(
            user=signed_in_user(self.request),
            conversation_id=_uuid(given, "conversation_id") if given else None,
        )

    @extend_schema(
        operation_id="recordings_list",
        parameters=[OpenApiParameter("conversation_id", uuid.UUID, description="Only of this conversation.")],
    )
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        return super().get(request, *args, **kwargs)


class RecordingApi(APIView):
    @extend_schema(
        operation_id="recordings_read", responses={200: RecordingSerializer, 404: ProblemSerializer}
    )
    def get(self, request: Request, recording_id: uuid.UUID) -> Response:
        recording = selectors.recording_get(user=signed_in_user(request), recording_id=recording_id)
        return Response(RecordingSerializer(recording).data)

    @extend_schema(
        operation_id="recordings_update",
        request=RecordingSerializer,
        responses={200: RecordingSerializer, 404: ProblemSerializer},
    )
    def patch(self, request: Request, recording_id: uuid.UUID) -> Response:
        serializer = RecordingSerializer(data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        user = signed_in_user(request)
        if "title" in serializer.validated_data:
            title = serializer.validated_data["title"]
            recording = renaming.recording_rename(user=user, recording_id=recording_id, title=title)
        else:
            recording = selectors.recording_get(user=user, recording_id=recording_id)
        return Response(RecordingSerializer(recording).data)

    @extend_schema(operation_id="recordings_delete", responses={204: None, 404: ProblemSerializer})
    def delete(self, request: Request, recording_id: uuid.UUID) -> Response:
        conversations.recording_delete(user=signed_in_user(request), recording_id=recording_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class RecordingRetryApi(APIView):
    @extend_schema(
        operation_id="recordings_retry",
        request=RetrySerializer,
        responses={202: RecordingSerializer, 404: ProblemSerializer, 409: ProblemSerializer},
    )
    def post(self, request: Request, recording_id: uuid.UUID) -> Response:
        """Go on with a failed or cancelled analysis, or do a finished one anew.

        What a person has edited stays, unless it is asked for with `discard_edits`.
        """
        serializer = RetrySerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        recording = transitions.analysis_retry(
            user=signed_in_user(request), recording_id=recording_id, **serializer.validated_data
        )
        return Response(RecordingSerializer(recording).data, status=status.HTTP_202_ACCEPTED)


class RecordingCancelApi(APIView):
    @extend_schema(
        operation_id="recordings_cancel",
        request=None,
        responses={200: RecordingSerializer, 404: ProblemSerializer, 409: ProblemSerializer},
    )
    def post(self, request: Request, recording_id: uuid.UUID) -> Response:
        """Stop an analysis. The captions that are there stay."""
        recording = transitions.analysis_cancel(user=signed_in_user(request), recording_id=recording_id)
        return Response(RecordingSerializer(recording).data)


class ChangesApi(APIView):
    @extend_schema(
        operation_id="changes",
        parameters=[OpenApiParameter("since", int, required=True, description="The revision that you have.")],
        responses=ChangesSerializer,
    )
    def get(self, request: Request) -> Response:
        """Everything that changed after a revision: what a client asks for after it was away."""
        given = request.query_params.get("since", "")
        if not given.isascii() or not given.isdigit() or len(given) > 18:
            raise ValidationError({"since": "A revision is needed: a whole number, 0 for everything."})
        changes = selectors.changes(user=signed_in_user(request), since_revision=int(given))
        return Response(ChangesSerializer(changes).data)


def _uuid(text: str, field: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise ValidationError({field: "Not a UUID."}) from None
