"""History: conversations and their utterances."""

from __future__ import annotations

import uuid

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.views import APIView

from backend.accounts.sign_in import signed_in_user
from backend.conversations import selectors
from backend.conversations.audio import audio_response
from backend.conversations.models import Utterance
from backend.conversations.serializers import UtteranceSerializer
from backend.core.pagination import InOrderOfTime


class UtteranceListApi(generics.ListAPIView[Utterance]):
    serializer_class = UtteranceSerializer
    pagination_class = InOrderOfTime

    def get_queryset(self):  # type: ignore[no-untyped-def]
        return selectors.utterance_list(
            user=signed_in_user(self.request), recording_id=self.kwargs["recording_id"]
        )


class RecordingAudioApi(APIView):
    """The audio as it was uploaded, for its owner. Serves single ranges, so that players can seek."""

    @extend_schema(
        operation_id="recording_audio",
        parameters=[OpenApiParameter("Range", str, OpenApiParameter.HEADER)],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, recording_id: uuid.UUID) -> HttpResponseBase:
        recording = selectors.recording_get(user=signed_in_user(request), recording_id=recording_id)
        return audio_response(recording, request.headers.get("Range", ""))
