"""Care links as their owner handles them."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from backend.accounts.sign_in import signed_in_user
from backend.care.models import AccessEntry, CareLink, CareNote
from backend.care.selectors import links as selectors
from backend.care.serializers.links import (
    AccessSerializer,
    InvitationSerializer,
    InviteSerializer,
    LinkSerializer,
    NoteSerializer,
    PauseSerializer,
    TermsSerializer,
)
from backend.care.services import links as services
from backend.core.pagination import CheckedCursorPagination, NewestFirst
from backend.core.problems import ProblemSerializer


class LatestAccessFirst(CheckedCursorPagination):
    page_size = 50
    ordering = ("-at", "-id")


class LinkListApi(APIView):
    throttle_scope = "care_invite"

    def get_throttles(self) -> list[Any]:
        return [ScopedRateThrottle()] if self.request.method == "POST" else []

    @extend_schema(operation_id="care_links_list", responses=LinkSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Whom I let see something, also links that have ended."""
        links = selectors.links_of_owner(owner=signed_in_user(request))
        return Response(LinkSerializer(links, many=True).data)

    @extend_schema(
        operation_id="care_links_invite",
        request=InviteSerializer,
        responses={201: InvitationSerializer, 404: ProblemSerializer},
    )
    def post(self, request: Request) -> Response:
        """Invite by a code that I hand over, or by e-mail."""
        serializer = InviteSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        values = dict(serializer.validated_data)
        email = values.pop("email", "")
        owner = signed_in_user(request)
        link, code = services.link_invite(owner=owner, terms=services.Terms(**values), email=email)
        return Response(_invitation(link, code), status=status.HTTP_201_CREATED)


class LinkApi(APIView):
    @extend_schema(
        operation_id="care_links_update",
        request=TermsSerializer(partial=True),
        responses={200: LinkSerializer, 404: ProblemSerializer, 409: ProblemSerializer},
    )
    def patch(self, request: Request, link_id: uuid.UUID) -> Response:
        serializer = TermsSerializer(data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        owner = signed_in_user(request)
        link = services.link_change(owner=owner, link_id=link_id, **serializer.validated_data)
        return Response(LinkSerializer(link).data)

    @extend_schema(operation_id="care_links_end", responses={204: None, 404: ProblemSerializer})
    def delete(self, request: Request, link_id: uuid.UUID) -> Response:
        """End it, from either side, for good. Open pages of the caregiver stop at once."""
        services.link_end(user=signed_in_user(request), link_id=link_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class LinkPauseApi(APIView):
    @extend_schema(
        operation_id="care_links_pause",
        request=PauseSerializer,
        responses={200: LinkSerializer, 404: ProblemSerializer, 409: ProblemSerializer},
    )
    def post(self, request: Request, link_id: uuid.UUID) -> Response:
        serializer = PauseSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        owner = signed_in_user(request)
        link = services.link_pause(owner=owner, link_id=link_id, **serializer.validated_data)
        return Response(LinkSerializer(link).data)


class LinkCodeApi(APIView):
    throttle_scope = "care_invite"
    throttle_classes = (ScopedRateThrottle,)

    @extend_schema(
        operation_id="care_links_renew_code",
        request=None,
        responses={200: InvitationSerializer, 404: ProblemSerializer, 409: ProblemSerializer},
    )
    def post(self, request: Request, link_id: uuid.UUID) -> Response:
        """Another code for an invitation that nobody has accepted yet; the one before opens nothing any more."""
        link, code = services.code_renew(owner=signed_in_user(request), link_id=link_id)
        return Response(_invitation(link, code))


class LinkNotesApi(generics.ListAPIView[CareNote]):
    """What the caregiver noted."""

    serializer_class = NoteSerializer
    pagination_class = NewestFirst

    def get_queryset(self):  # type: ignore[no-untyped-def]
        owner = signed_in_user(self.request)
        link = selectors.link_of_owner(owner=owner, link_id=self.kwargs["link_id"])
        return selectors.notes_of_link(link=link)


class AccessListApi(generics.ListAPIView[AccessEntry]):
    """Who looked at what of mine, and when."""

    serializer_class = AccessSerializer
    pagination_class = LatestAccessFirst

    def get_queryset(self):  # type: ignore[no-untyped-def]
        return selectors.accesses_of_owner(owner=signed_in_user(self.request))


def _invitation(link: CareLink, code: str) -> dict[str, Any]:
    is_by_mail = bool(link.invited_email)
    return {
        "link": LinkSerializer(link).data,
        "code": None if is_by_mail else code,
        # After the "#", so that no server and no log of one sees the code.
        "url": None if is_by_mail else f"{settings.PUBLIC_URL}/care/accept#{code}",
    }
