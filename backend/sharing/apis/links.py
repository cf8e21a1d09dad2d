"""Links to captions: made, listed and ended by their owner, read by whoever has one."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from backend.accounts.sign_in import signed_in_user
from backend.conversations.selectors import emotion_wanted
from backend.core.problems import ProblemSerializer
from backend.sharing import selectors
from backend.sharing.models import CaptionLink
from backend.sharing.serializers import (
    CaptionLinkSerializer,
    CreatedCaptionLinkSerializer,
    NewCaptionLinkSerializer,
    ReadSharedSerializer,
    SharedCaptionsSerializer,
    SharedLineSerializer,
)
from backend.sharing.services import links


class ConversationLinksApi(APIView):
    @extend_schema(
        operation_id="caption_links_create",
        request=NewCaptionLinkSerializer,
        responses={201: CreatedCaptionLinkSerializer, 404: ProblemSerializer, 409: ProblemSerializer},
    )
    def post(self, request: Request, conversation_id: uuid.UUID) -> Response:
        """A link by which somebody without an account reads these captions. Its code is in this answer only."""
        serializer = NewCaptionLinkSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        link, code = links.link_create(
            user=signed_in_user(request), conversation_id=conversation_id, **serializer.validated_data
        )
        answer = {
            **CaptionLinkSerializer(link).data,
            "code": code,
            "url": f"{settings.PUBLIC_URL}/shared#{code}",
        }
        return Response(answer, status=status.HTTP_201_CREATED)


class LinkListApi(generics.ListAPIView[CaptionLink]):
    """Links that are open, newest first."""

    serializer_class = CaptionLinkSerializer

    def get_queryset(self) -> Any:
        return selectors.link_list(user=signed_in_user(self.request))

    @extend_schema(operation_id="caption_links_list")
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        return super().get(request, *args, **kwargs)


class LinkApi(APIView):
    @extend_schema(operation_id="caption_links_end", responses={204: None, 404: ProblemSerializer})
    def delete(self, request: Request, caption_link_id: uuid.UUID) -> Response:
        """It opens nothing from now on."""
        links.link_end(user=signed_in_user(request), link_id=caption_link_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class SharedCaptionsApi(APIView):
    """Without an account. Cookies and tokens mean nothing here: whoever reads stays unknown."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_scope = "shared_captions"
    throttle_classes = (ScopedRateThrottle,)

    @extend_schema(
        operation_id="shared_captions_read",
        request=ReadSharedSerializer,
        responses={200: SharedCaptionsSerializer, 404: ProblemSerializer, 429: ProblemSerializer},
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """The captions that a code opens. In the body, so that the code is in no log."""
        serializer = ReadSharedSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        link = selectors.link_find(code=serializer.validated_data["code"])
        lines, more = selectors.lines_of(link=link, after=serializer.validated_data["after"])
        with_emotion = link.with_emotion and emotion_wanted(conversation=link.conversation)
        answer = {
            "title": link.conversation.title,
            "started_at": link.conversation.started_at,
            "expires_at": link.expires_at,
            "with_emotion": with_emotion,
            "lines": SharedLineSerializer(lines, many=True, context={"with_emotion": with_emotion}).data,
            "more": more,
        }
        response = Response(answer)
        response["Cache-Control"] = "no-store"
        return response
