"""Notes and alerts of a caregiver."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.sign_in import signed_in_user
from backend.care.models import Alert, CareNote
from backend.care.selectors import alerts as selectors
from backend.care.selectors import links
from backend.care.serializers.alerts import AlertSerializer, RuleSerializer
from backend.care.serializers.links import NoteSerializer
from backend.care.services import alerts, notes
from backend.core.pagination import NewestFirst
from backend.core.problems import ProblemSerializer

_MISSING = {404: ProblemSerializer}


class NotesApi(generics.ListAPIView[CareNote]):
    serializer_class = NoteSerializer
    pagination_class = NewestFirst

    def get_queryset(self):  # type: ignore[no-untyped-def]
        caregiver = signed_in_user(self.request)
        link = links.link_open(caregiver=caregiver, link_id=self.kwargs["link_id"])
        return links.notes_of_link(link=link)

    @extend_schema(
        operation_id="care_people_notes_add",
        request=NoteSerializer,
        responses={201: NoteSerializer, **_MISSING},
    )
    def post(self, request: Request, link_id: uuid.UUID) -> Response:
        """The person reads it, too."""
        serializer = NoteSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        note = notes.note_add(
            caregiver=signed_in_user(request),
            link_id=link_id,
            text=serializer.validated_data["text"],
            day=serializer.validated_data.get("day"),
        )
        return Response(NoteSerializer(note).data, status=status.HTTP_201_CREATED)


class NoteApi(APIView):
    @extend_schema(operation_id="care_people_notes_delete", responses={204: None, **_MISSING})
    def delete(self, request: Request, link_id: uuid.UUID, note_id: uuid.UUID) -> Response:
        notes.note_delete(caregiver=signed_in_user(request), link_id=link_id, note_id=note_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class RulesApi(APIView):
    @extend_schema(
        operation_id="care_people_rules_list", responses={200: RuleSerializer(many=True), **_MISSING}
    )
    def get(self, request: Request, link_id: uuid.UUID) -> Response:
        rules = selectors.rule_list(caregiver=signed_in_user(request), link_id=link_id)
        return Response(RuleSerializer(rules, many=True).data)

    @extend_schema(
        operation_id="care_people_rules_add",
        request=RuleSerializer,
        responses={201: RuleSerializer, **_MISSING},
    )
    def post(self, request: Request, link_id: uuid.UUID) -> Response:
        serializer = RuleSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        new = alerts.NewRule(**serializer.validated_data)
        rule = alerts.rule_add(caregiver=signed_in_user(request), link_id=link_id, new=new)
        return Response(RuleSerializer(rule).data, status=status.HTTP_201_CREATED)


class RuleApi(APIView):
    @extend_schema(operation_id="care_people_rules_delete", responses={204: None, **_MISSING})
    def delete(self, request: Request, link_id: uuid.UUID, rule_id: uuid.UUID) -> Response:
        alerts.rule_delete(caregiver=signed_in_user(request), link_id=link_id, rule_id=rule_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class AlertsApi(generics.ListAPIView[Alert]):
    serializer_class = AlertSerializer
    pagination_class = NewestFirst

    def get_queryset(self):  # type: ignore[no-untyped-def]
        return selectors.alert_list(caregiver=signed_in_user(self.request), link_id=self.kwargs["link_id"])


class AlertSeenApi(APIView):
    @extend_schema(
        operation_id="care_people_alerts_see", request=None, responses={200: AlertSerializer, **_MISSING}
    )
    def post(self, request: Request, link_id: uuid.UUID, alert_id: uuid.UUID) -> Response:
        alert = alerts.alert_see(caregiver=signed_in_user(request), link_id=link_id, alert_id=alert_id)
        return Response(AlertSerializer(alert).data)
