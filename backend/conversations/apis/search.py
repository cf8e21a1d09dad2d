"""Search in all utterances of a person."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from backend.accounts.models import User
from backend.accounts.sign_in import signed_in_user
from backend.conversations.search_form import marked_segments
from backend.conversations.selectors.search import Page, Wanted, utterance_search
from backend.conversations.serializers.search import SearchPageSerializer, SearchSerializer
from backend.core.problems import ProblemSerializer
from backend.core.wire_form import wire_form


class SearchApi(APIView):
    throttle_scope = "search"
    throttle_classes = (ScopedRateThrottle,)

    @extend_schema(
        operation_id="search",
        parameters=[SearchSerializer],
        responses={200: SearchPageSerializer, 404: ProblemSerializer, 429: ProblemSerializer},
    )
    def get(self, request: Request) -> Response:
        """Utterances that have all the words, the emotion, the speaker and the days that are asked for.

        429 `throttled` with `Retry-After` when one person asks too often.
        """
        serializer = SearchSerializer(data=request.query_params)
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        user = signed_in_user(request)
        page = utterance_search(
            user=user, wanted=_wanted(user, given), cursor=given.get("cursor"), page_size=given["page_size"]
        )
        return Response(wire_form(SearchPageSerializer, _answer(page)))


def _wanted(user: User, given: dict[str, Any]) -> Wanted:
    until = given.get("until")
    return Wanted(
        text=given["q"],
        emotion=given.get("emotion"),
        speaker=given.get("speaker"),
        since=_midnight(user, given.get("since")),
        before=_midnight(user, until + timedelta(days=1) if until and until < date.max else None),
        conversation_id=given.get("conversation_id"),
    )


def _midnight(user: User, day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), user.zone)


def _answer(page: Page) -> dict[str, Any]:
    return {
        "results": [
            {
                "utterance": utterance,
                "segments": [
                    {"text": text, "marked": marked}
                    for text, marked in marked_segments(utterance.text, page.terms)
                ],
                "said_at": utterance.said_at,
                "conversation_title": utterance.recording.conversation.title,
                "recording_title": utterance.recording.title or utterance.recording.file_name,
            }
            for utterance in page.utterances
        ],
        "next_cursor": page.next_cursor,
    }
