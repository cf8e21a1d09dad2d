"""What a caregiver sees: the persons whom they care for, as far as each of them shares."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from backend.accounts.sign_in import signed_in_user
from backend.care import sheets
from backend.care.apis.timelines import CSV, comparison_json, csv_response, parsed
from backend.care.models import Scope
from backend.care.selectors import links as selectors
from backend.care.serializers.links import (
    CodeSerializer,
    OfferSerializer,
    PersonSerializer,
    SharedConversationSerializer,
)
from backend.care.serializers.queries import ComparisonQuery, TimelineQuery
from backend.care.serializers.timeline import (
    ComparisonSerializer,
    LanesSerializer,
    TimelineSerializer,
    lanes_json,
    timeline_json,
)
from backend.care.services import links, looking
from backend.conversations.audio import audio_response
from backend.core.problems import ProblemSerializer

_MISSING = {404: ProblemSerializer}


class InvitationReadApi(APIView):
    throttle_scope = "care_code"
    throttle_classes = (ScopedRateThrottle,)

    @extend_schema(
        operation_id="care_invitation_read",
        request=CodeSerializer,
        responses={200: OfferSerializer, **_MISSING, 409: ProblemSerializer},
    )
    def post(self, request: Request) -> Response:
        """Who invites, and to see what. The code stays good."""
        link = links.invitation_read(user=signed_in_user(request), code=_code(request))
        return Response(OfferSerializer(link).data)


class InvitationAcceptApi(APIView):
    throttle_scope = "care_code"
    throttle_classes = (ScopedRateThrottle,)

    @extend_schema(
        operation_id="care_invitation_accept",
        request=CodeSerializer,
        responses={201: PersonSerializer, **_MISSING, 409: ProblemSerializer},
    )
    def post(self, request: Request) -> Response:
        """Accept, which uses the code up."""
        link = links.invitation_accept(user=signed_in_user(request), code=_code(request))
        return Response(PersonSerializer(link).data, status=201)


class PersonListApi(APIView):
    @extend_schema(operation_id="care_people_list", responses=PersonSerializer(many=True))
    def get(self, request: Request) -> Response:
        people = selectors.people_list(caregiver=signed_in_user(request))
        return Response(PersonSerializer(people, many=True).data)


class PersonApi(APIView):
    @extend_schema(operation_id="care_people_read", responses={200: PersonSerializer, **_MISSING})
    def get(self, request: Request, link_id: uuid.UUID) -> Response:
        link = selectors.person_get(caregiver=signed_in_user(request), link_id=link_id)
        return Response(PersonSerializer(link).data)


class PersonTimelineApi(APIView):
    @extend_schema(
        operation_id="care_people_timeline",
        parameters=[TimelineQuery],
        responses={200: TimelineSerializer, **_MISSING},
    )
    def get(self, request: Request, link_id: uuid.UUID) -> Response:
        query = parsed(TimelineQuery, request)
        found = looking.timeline_look(caregiver=signed_in_user(request), link_id=link_id, **query)
        return Response(timeline_json(found))


class PersonTimelineCsvApi(APIView):
    @extend_schema(
        operation_id="care_people_timeline_csv", parameters=[TimelineQuery], responses={**CSV, **_MISSING}
    )
    def get(self, request: Request, link_id: uuid.UUID) -> HttpResponse:
        query = parsed(TimelineQuery, request)
        found = looking.timeline_look(caregiver=signed_in_user(request), link_id=link_id, **query)
        return csv_response(sheets.timeline_csv(found), "timeline.csv")


class PersonComparisonApi(APIView):
    @extend_schema(
        operation_id="care_people_compare",
        parameters=[ComparisonQuery],
        responses={200: ComparisonSerializer, **_MISSING},
    )
    def get(self, request: Request, link_id: uuid.UUID) -> Response:
        query = parsed(ComparisonQuery, request)
        periods = looking.comparison_look(caregiver=signed_in_user(request), link_id=link_id, **query)
        return Response(comparison_json(query["spans"], periods))


class PersonConversationsApi(APIView):
    @extend_schema(
        operation_id="care_people_conversations",
        responses={200: SharedConversationSerializer(many=True), **_MISSING},
    )
    def get(self, request: Request, link_id: uuid.UUID) -> Response:
        """The newest 500 that the person shares."""
        sight, found = looking.conversations_look(caregiver=signed_in_user(request), link_id=link_id)
        rows: list[dict[str, Any]] = list(SharedConversationSerializer(found, many=True).data)
        if not sight.may(Scope.TRANSCRIPT):
            rows = [{**row, "title": None} for row in rows]
        return Response(rows)


class PersonLanesApi(APIView):
    @extend_schema(
        operation_id="care_people_conversation_timeline", responses={200: LanesSerializer, **_MISSING}
    )
    def get(self, request: Request, link_id: uuid.UUID, conversation_id: uuid.UUID) -> Response:
        """One conversation, as far as the link's scopes go."""
        sight, lanes = looking.lanes_look(
            caregiver=signed_in_user(request), link_id=link_id, conversation_id=conversation_id
        )
        return Response(lanes_json(lanes, sight, f"/api/v1/care/people/{link_id}/recordings/{{}}/audio"))


class PersonLanesCsvApi(APIView):
    @extend_schema(operation_id="care_people_conversation_timeline_csv", responses={**CSV, **_MISSING})
    def get(self, request: Request, link_id: uuid.UUID, conversation_id: uuid.UUID) -> HttpResponse:
        sight, lanes = looking.lanes_look(
            caregiver=signed_in_user(request), link_id=link_id, conversation_id=conversation_id
        )
        return csv_response(sheets.lanes_csv(lanes, sight), "conversation.csv")


class PersonAudioApi(APIView):
    """The audio of a shared recording. Serves single ranges, so that players can seek."""

    @extend_schema(
        operation_id="care_people_audio",
        parameters=[OpenApiParameter("Range", str, OpenApiParameter.HEADER)],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY, **_MISSING},
    )
    def get(self, request: Request, link_id: uuid.UUID, recording_id: uuid.UUID) -> HttpResponseBase:
        recording = looking.audio_look(
            caregiver=signed_in_user(request), link_id=link_id, recording_id=recording_id
        )
        response = audio_response(recording, request.headers.get("Range", ""))
        # A link can end at any moment: nothing of it may stay in the browser.
        response["Cache-Control"] = "no-store"
        return response


def _code(request: Request) -> str:
    serializer = CodeSerializer(data=request.data)
    serializer.is_valid(raise_exception=True)
    return str(serializer.validated_data["code"])
