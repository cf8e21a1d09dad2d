"""The code for a second screen: made and taken back by the owner of the talk."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.sign_in import signed_in_user
from backend.core.problems import ProblemSerializer
from backend.live.services import sharing


class LiveShareSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="Told once; only its hash is kept.")
    url = serializers.CharField(help_text="For the other device; the code is behind the #, in no log.")


class LiveShareApi(APIView):
    @extend_schema(
        operation_id="live_share_create",
        request=None,
        responses={201: LiveShareSerializer, 404: ProblemSerializer, 410: ProblemSerializer},
    )
    def post(self, request: Request, stream_id: uuid.UUID) -> Response:
        """A new code to read the running captions on another device. An older one ends."""
        code = sharing.share_create(user=signed_in_user(request), stream_id=stream_id)
        answer = {"code": code, "url": f"{settings.PUBLIC_URL}/watch#{code}"}
        return Response(LiveShareSerializer(answer).data, status=status.HTTP_201_CREATED)

    @extend_schema(operation_id="live_share_delete", responses={204: None, 404: ProblemSerializer})
    def delete(self, request: Request, stream_id: uuid.UUID) -> Response:
        """Whoever reads along is cut off at once."""
        sharing.share_delete(user=signed_in_user(request), stream_id=stream_id)
        return Response(status=status.HTTP_204_NO_CONTENT)
