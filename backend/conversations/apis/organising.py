"""History: conversations with title, notes, tags, pin, archive and trash."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.sign_in import signed_in_user
from backend.conversations.models import Conversation
from backend.conversations.selectors import history
from backend.conversations.serializers import ConversationSerializer
from backend.conversations.serializers.organising import (
    ConversationPatchSerializer,
    HistoryFilterSerializer,
    TagSerializer,
)
from backend.conversations.services import organising
from backend.core.pagination import LatestSpokenFirst
from backend.core.problems import ProblemSerializer

_ANSWERS = {200: ConversationSerializer, 404: ProblemSerializer}


class ConversationListApi(generics.ListAPIView[Conversation]):
    serializer_class = ConversationSerializer
    pagination_class = LatestSpokenFirst

    def get_queryset(self):  # type: ignore[no-untyped-def]
        serializer = HistoryFilterSerializer(data=self.request.query_params)
        serializer.is_valid(raise_exception=True)
        wanted = history.HistoryFilter(**serializer.validated_data)
        return history.conversation_history(user=signed_in_user(self.request), wanted=wanted)

    @extend_schema(
        operation_id="conversations_list",
        parameters=[
            OpenApiParameter("archived", bool, description="Those in the archive instead of the others."),
            OpenApiParameter("trashed", bool, description="Those in the trash instead of the others."),
            OpenApiParameter("pinned", bool, description="Only those that are pinned, or only the others."),
            OpenApiParameter("tag", str, description="Only those with this tag."),
        ],
    )
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Conversations, the latest spoken first."""
        return super().get(request, *args, **kwargs)


class ConversationApi(APIView):
    @extend_schema(operation_id="conversations_read", responses=_ANSWERS)
    def get(self, request: Request, conversation_id: uuid.UUID) -> Response:
        conversation = history.conversation_read(
            user=signed_in_user(request), conversation_id=conversation_id
        )
        return Response(ConversationSerializer(conversation).data)

    @extend_schema(
        operation_id="conversations_update", request=ConversationPatchSerializer, responses=_ANSWERS
    )
    def patch(self, request: Request, conversation_id: uuid.UUID) -> Response:
        serializer = ConversationPatchSerializer(data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        conversation = organising.conversation_update(
            user=signed_in_user(request), conversation_id=conversation_id, **serializer.validated_data
        )
        return Response(ConversationSerializer(conversation).data)

    @extend_schema(operation_id="conversations_delete", responses={204: None, 404: ProblemSerializer})
    def delete(self, request: Request, conversation_id: uuid.UUID) -> Response:
        """Delete a conversation that is in the trash for good, with its audio."""
        organising.conversation_delete(user=signed_in_user(request), conversation_id=conversation_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ConversationTrashApi(APIView):
    @extend_schema(operation_id="conversations_trash", request=None, responses=_ANSWERS)
    def post(self, request: Request, conversation_id: uuid.UUID) -> Response:
        """Put it in the trash: hidden everywhere else, and deleted for good after thirty days."""
        conversation = organising.conversation_trash(
            user=signed_in_user(request), conversation_id=conversation_id
        )
        return Response(ConversationSerializer(conversation).data)


class ConversationRestoreApi(APIView):
    @extend_schema(operation_id="conversations_restore", request=None, responses=_ANSWERS)
    def post(self, request: Request, conversation_id: uuid.UUID) -> Response:
        """Take it out of the trash."""
        conversation = organising.conversation_restore(
            user=signed_in_user(request), conversation_id=conversation_id
        )
        return Response(ConversationSerializer(conversation).data)


class TagListApi(APIView):
    @extend_schema(operation_id="tags_list", responses=TagSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The tags in use, the most used first."""
        tags = history.tag_list(user=signed_in_user(request))
        return Response([{"name": name, "conversation_count": count} for name, count in tags])
