"""Conversations as files, and corrections as a labelled set."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.files.base import File
from django.http import HttpResponseBase
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from backend.accounts.models import User
from backend.accounts.sign_in import signed_in_user
from backend.conversations.exports.files import FORMS, Form, export_name, export_write
from backend.conversations.exports.labelled import labelled_write
from backend.conversations.exports.lines import ExportOptions, parts_of
from backend.conversations.models import Conversation, Recording
from backend.conversations.selectors import exports
from backend.conversations.serializers.exporting import ConversationExportSerializer, DaysExportSerializer
from backend.core.byte_ranges import range_response
from backend.core.errors import NotFoundError

_ANSWER = {(200, "application/octet-stream"): OpenApiTypes.BINARY}
_FORM = OpenApiParameter("form", str, OpenApiParameter.PATH, enum=list(FORMS))


class ConversationExportApi(APIView):
    @extend_schema(
        operation_id="conversations_export",
        parameters=[_FORM, ConversationExportSerializer],
        responses=_ANSWER,
    )
    def get(self, request: Request, conversation_id: uuid.UUID, form: str) -> HttpResponseBase:
        """A conversation as a file: all of its recordings one after the other, or one of them."""
        wanted = _form(form)
        serializer = ConversationExportSerializer(data=request.query_params)
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        user = signed_in_user(request)
        found = exports.of_conversation(
            user=user, conversation_id=conversation_id, recording_id=given["recording_id"]
        )
        return _file(user, found, form, wanted, given)


class DaysExportApi(APIView):
    @extend_schema(operation_id="export_days", parameters=[_FORM, DaysExportSerializer], responses=_ANSWER)
    def get(self, request: Request, form: str) -> HttpResponseBase:
        """All conversations that began in these days as one file."""
        wanted = _form(form)
        serializer = DaysExportSerializer(data=request.query_params)
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        user = signed_in_user(request)
        until = given.get("until")
        found = exports.of_days(
            user=user,
            since=_midnight(user, given.get("since")),
            before=_midnight(user, until + timedelta(days=1) if until and until < date.max else None),
        )
        return _file(user, found, form, wanted, given)


class CorrectionsExportApi(APIView):
    @extend_schema(operation_id="export_corrections", responses=_ANSWER)
    def get(self, request: Request) -> HttpResponseBase:
        """Corrected emotions with their audio, for `emotion evaluate` and `emotion train` of the worker."""
        return _download(labelled_write(user=signed_in_user(request)), "application/zip", "corrections.zip")


def _form(name: str) -> Form:
    if name not in FORMS:
        raise NotFoundError(f"Export as one of {', '.join(FORMS)}.")
    return FORMS[name]


def _file(
    user: User,
    found: tuple[list[Conversation], list[Recording]],
    extension: str,
    form: Form,
    given: dict[str, Any],
) -> HttpResponseBase:
    parts = parts_of(*found)
    options = ExportOptions(language=given.get("language") or user.ui_language, with_emotion=given["emotion"])
    return _download(export_write(parts, form, options), form.content_type, export_name(parts, extension))


def _download(file: File[bytes], content_type: str, name: str) -> HttpResponseBase:
    response = range_response(file, content_type=content_type, range_header="")
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _midnight(user: User, day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), user.zone)
