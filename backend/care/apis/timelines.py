"""An owner's own timelines."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.sign_in import signed_in_user
from backend.care import sheets
from backend.care.periods import Bucket
from backend.care.selectors import timeline as selectors
from backend.care.serializers.queries import ComparisonQuery, TimelineQuery
from backend.care.serializers.timeline import (
    ComparisonSerializer,
    LanesSerializer,
    TimelineSerializer,
    lanes_json,
    period_json,
    timeline_json,
)
from backend.care.sight import sight_of_owner
from backend.care.spans import Span
from backend.core.problems import ProblemSerializer

OWN_AUDIO = "/api/v1/recordings/{}/audio"
CSV = {(200, "text/csv"): OpenApiTypes.STR}


def parsed(query: type[Any], request: Request) -> dict[str, Any]:
    """Raises `ValidationError`."""
    serializer = query(data=request.query_params)
    serializer.is_valid(raise_exception=True)
    values: dict[str, Any] = serializer.validated_data
    return values


def comparison_json(spans: Sequence[Span], periods: Sequence[tuple[Bucket, int]]) -> dict[str, Any]:
    return {
        name: {
            "start": span.start.isoformat(),
            "end": span.end.isoformat(),
            "day_count": day_count,
            **period_json(bucket),
        }
        for name, span, (bucket, day_count) in zip(("first", "second"), spans, periods, strict=True)
    }


def csv_response(text: str, file_name: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


class TimelineApi(APIView):
    @extend_schema(
        operation_id="timeline_read", parameters=[TimelineQuery], responses={200: TimelineSerializer}
    )
    def get(self, request: Request) -> Response:
        """How my conversations sounded over days, weeks or months."""
        sight = sight_of_owner(signed_in_user(request))
        return Response(timeline_json(selectors.timeline(sight=sight, **parsed(TimelineQuery, request))))


class TimelineCsvApi(APIView):
    @extend_schema(operation_id="timeline_csv", parameters=[TimelineQuery], responses=CSV)
    def get(self, request: Request) -> HttpResponse:
        sight = sight_of_owner(signed_in_user(request))
        found = selectors.timeline(sight=sight, **parsed(TimelineQuery, request))
        return csv_response(sheets.timeline_csv(found), "timeline.csv")


class ComparisonApi(APIView):
    @extend_schema(
        operation_id="timeline_compare", parameters=[ComparisonQuery], responses={200: ComparisonSerializer}
    )
    def get(self, request: Request) -> Response:
        """Two periods beside each other."""
        sight = sight_of_owner(signed_in_user(request))
        query = parsed(ComparisonQuery, request)
        periods = [
            selectors.period(sight=sight, span=span, speaker=query["speaker"]) for span in query["spans"]
        ]
        return Response(comparison_json(query["spans"], periods))


class ConversationTimelineApi(APIView):
    @extend_schema(
        operation_id="conversation_timeline_read", responses={200: LanesSerializer, 404: ProblemSerializer}
    )
    def get(self, request: Request, conversation_id: uuid.UUID) -> Response:
        """A lane for each speaker of one conversation."""
        sight = sight_of_owner(signed_in_user(request))
        lanes = selectors.conversation_lanes(sight=sight, conversation_id=conversation_id)
        return Response(lanes_json(lanes, sight, OWN_AUDIO))


class ConversationTimelineCsvApi(APIView):
    @extend_schema(operation_id="conversation_timeline_csv", responses={**CSV, 404: ProblemSerializer})
    def get(self, request: Request, conversation_id: uuid.UUID) -> HttpResponse:
        sight = sight_of_owner(signed_in_user(request))
        lanes = selectors.conversation_lanes(sight=sight, conversation_id=conversation_id)
        return csv_response(sheets.lanes_csv(lanes, sight), "conversation.csv")
